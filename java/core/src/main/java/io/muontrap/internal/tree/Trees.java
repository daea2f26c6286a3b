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

    /**
     * Ends all by their own ladders, at the same time, and waits until all are over; five seconds beyond the longest
     * grace it gives up what nothing kills.
     */
    public static void endAll() {
        WAITING.add(Thread.currentThread());
        boolean interrupted = false;
        long grace = LIVE.stream().mapToLong(Tree::graceNanos).max().orElse(0);
        long until = System.nanoTime() + Tree.patienceNanos(grace);
        try {
            while (!LIVE.isEmpty() && System.nanoTime() - until < 0) {
                LIVE.forEach(Tree::ownerClosing); // each time: one may have been started meanwhile
                if (!LIVE.isEmpty()) {
                    LockSupport.parkNanos(Trees.class, until - System.nanoTime());
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
