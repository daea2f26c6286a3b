package io.muontrap.internal.launch;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.internal.jni.NativeSpawn;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * The platform thread that makes every child. The kernel's signal at the parent's death follows the thread that
 * cloned, not the process (TRAPS 1): a pool's thread or a virtual thread's carrier would kill its children by ending.
 * This one never ends while it has any, whatever its jobs throw.
 */
final class SpawnerThread {

    private static final System.Logger LOG = System.getLogger("io.muontrap");

    private final ConcurrentLinkedQueue<Job> queue = new ConcurrentLinkedQueue<>();
    private final long stack;
    private final Thread thread;
    private volatile boolean waiting;
    private volatile boolean ending;
    private volatile SpawnerThread successor;

    SpawnerThread() {
        stack = NativeSpawn.mapStack();
        if (stack < 0 && stack > -4096) {
            throw new OutOfMemoryError("no memory for a child's stack: " + Errno.name((int) -stack));
        }
        thread = new Thread(null, this::run, "muontrap-spawner", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        try {
            thread.start();
        } catch (Throwable t) { // OutOfMemoryError: no more threads
            NativeSpawn.unmapStack(stack);
            throw t;
        }
    }

    boolean accepting() {
        return !ending && successor == null;
    }

    /** False when it takes no more; then nothing was queued. */
    boolean offer(Job job) {
        queue.add(job);
        if (!accepting() && queue.remove(job)) {
            return false;
        }
        if (waiting) {
            LockSupport.unpark(thread);
        }
        return true;
    }

    /** It hangs in a clone: what waits behind goes to another thread. */
    void giveUp(SpawnerThread other) {
        successor = other;
        for (Job job = queue.poll(); job != null; job = queue.poll()) {
            other.offer(job);
        }
    }

    /** Ends the thread after what is queued, and waits for it; a lost one is not waited for. */
    void end() {
        ending = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (successor == null && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        int err = NativeHost.takeMainThreadsScheduling();
        if (err < 0) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "the spawner keeps its first caller's affinity or priority: errno {0}",
                    -err);
        }
        boolean more = true;
        while (more) {
            try {
                more = turn();
            } catch (Throwable t) {
                log(t); // whatever it is: by ending, this thread would kill every program that it started
            }
        }
        NativeSpawn.unmapStack(stack);
    }

    private boolean turn() {
        Job job = queue.poll();
        if (job != null) {
            job.run(this, stack);
            if (successor != null) {
                stayForTheChildren();
            }
            return true;
        }
        if (ending) {
            return !queue.isEmpty(); // one may have been put there between the two looks
        }
        waiting = true;
        if (queue.isEmpty() && !ending) {
            LockSupport.park(this);
        }
        waiting = false;
        return true;
    }

    private static void log(Throwable t) {
        try {
            LOG.log(System.Logger.Level.ERROR, "the spawner's turn failed", t);
        } catch (Throwable loggerFailed) {
            t.addSuppressed(loggerFailed); // nobody is left to tell
        }
    }

    /** Given up, and come back after all: the children that it made before live as long as it does. */
    private void stayForTheChildren() {
        while (true) {
            LockSupport.park(this);
        }
    }
}
