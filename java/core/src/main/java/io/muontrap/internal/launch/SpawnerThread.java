package io.muontrap.internal.launch;

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
    private final Thread thread;
    private volatile boolean waiting;
    private volatile boolean ending;
    private volatile SpawnerThread successor;

    SpawnerThread() {
        thread = new Thread(null, this::run, "muontrap-spawner", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
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
        long stack = NativeSpawn.mapStack();
        if (stack < 0 && stack > -4096) {
            throw Launcher.noStack(stack);
        }
        int err = NativeHost.takeMainThreadsScheduling();
        if (err < 0) {
            LOG.log(System.Logger.Level.DEBUG, "the spawner keeps its first caller's affinity or priority: errno {0}", -err);
        }
        while (true) {
            Job job = queue.poll();
            if (job != null) {
                job.run(this, stack);
                if (successor != null) {
                    stayForTheChildren();
                }
            } else if (ending) {
                NativeSpawn.unmapStack(stack);
                return;
            } else {
                waiting = true;
                if (queue.isEmpty() && !ending) {
                    LockSupport.park(this);
                }
                waiting = false;
            }
        }
    }

    /** Given up, and come back after all: the children that it made before live as long as it does. */
    private void stayForTheChildren() {
        while (true) {
            LockSupport.park(this);
        }
    }
}
