package io.muontrap.internal.tree;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** All trees that are not over, so that their owner can end them. */
public final class Trees {

    private static final Set<Tree> LIVE = ConcurrentHashMap.newKeySet();
    private static final Set<Thread> WAITING = ConcurrentHashMap.newKeySet();

    private Trees() {}

    static void add(Tree tree) {
        LIVE.add(tree);
    }

    static void remove(Tree tree) {
        LIVE.remove(tree);
        WAITING.forEach(LockSupport::unpark);
    }

    /** How many live. */
    public static int count() {
        return LIVE.size();
    }

    /** Ends all by their own ladders, at the same time, and waits until all are over. */
    public static void endAll() {
        WAITING.add(Thread.currentThread());
        boolean interrupted = false;
        try {
            while (!LIVE.isEmpty()) {
                LIVE.forEach(Tree::ownerClosing); // each time: one may have been started meanwhile
                if (!LIVE.isEmpty()) {
                    LockSupport.park(Trees.class);
                }
                interrupted |= Thread.interrupted();
            }
        } finally {
            WAITING.remove(Thread.currentThread());
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
