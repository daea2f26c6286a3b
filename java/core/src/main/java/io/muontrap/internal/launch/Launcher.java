package io.muontrap.internal.launch;

import io.muontrap.internal.jni.Library;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands plans to the one thread that spawns, and watches over each start.
 *
 * <p>The watching is done by the caller itself, which waits anyway: a start has {@code muontrap.start.deadline}
 * milliseconds (10 000) from its clone; then its child is killed by the pidfd that the kernel wrote before the child
 * ran. If the clone still has not come back two seconds later (a child that nothing can kill), the spawner thread is
 * declared lost and another takes its place; the lost one never ends, because its earlier children would die with it.
 */
public final class Launcher {

    /** The usual time from the clone to the exec, in nanoseconds. */
    public static final long DEADLINE =
            TimeUnit.MILLISECONDS.toNanos(Math.max(1, Long.getLong("muontrap.start.deadline", 10_000)));

    private static final long LAST_WAIT = TimeUnit.SECONDS.toNanos(2);

    private static final Launcher INSTANCE = new Launcher();

    private final ReentrantLock starting = new ReentrantLock();
    private volatile SpawnerThread spawner;
    private final AtomicInteger lost = new AtomicInteger();

    private Launcher() {}

    /** The one of this class loader; UnsupportedOperationException with the reason where there is no library. */
    public static Launcher get() {
        Library.load(); // not in a static initialiser, which would wrap its exception
        return INSTANCE;
    }

    /** What a start says that did not end in its time. */
    public static final class LostException extends Exception {
        private static final long serialVersionUID = 1;
        private final int step;

        LostException(int step) {
            super("the start did not end; its spawner thread was given up", null, false, false);
            this.step = step;
        }

        /** Where its child was last. */
        public int step() {
            return step;
        }
    }

    /** How many spawner threads were given up in the life of this JVM. */
    public int lostSpawners() {
        return lost.get();
    }

    /** Plans bigger than any kernel takes are not even laid out; the caller then says E2BIG. */
    public static boolean tooBig(Plan plan) {
        return PlanEncoder.size(plan) > 64L << 20;
    }

    /**
     * Spawns. Not interruptible: an interrupt is kept for later.
     *
     * @param deadlineNanos from the clone; then the child is killed
     */
    public Outcome launch(Plan plan, long deadlineNanos) throws LostException {
        return launch(plan, deadlineNanos, () -> {});
    }

    /**
     * Spawns.
     *
     * @param rescue run after the child was killed by its pidfd, for one that does not die of it: it may stand in a frozen
     *     group. Must not throw
     */
    public Outcome launch(Plan plan, long deadlineNanos, Runnable rescue) throws LostException {
        Arena arena = Arena.take(PlanEncoder.size(plan));
        Job job;
        try {
            PlanEncoder.encode(plan, Owner.THIS_JVM, arena.block());
            job = new Job(arena, plan.has(Plan.CHANGES_RIGHTS));
            submit(job);
        } catch (RuntimeException | Error e) {
            arena.giveBack();
            throw e;
        }
        boolean interrupted = false;
        try {
            long killed = 0; // when
            while (!job.done()) {
                long now = System.nanoTime();
                long left;
                if (killed != 0) {
                    left = killed + LAST_WAIT - now;
                } else {
                    left = job.started() ? job.startedNanos() + deadlineNanos - now : deadlineNanos;
                }
                if (left > 0) {
                    LockSupport.parkNanos(this, left);
                    interrupted |= Thread.interrupted();
                } else if (killed == 0) {
                    job.kill();
                    rescue.run();
                    killed = now;
                } else if (!job.done()) {
                    replace(job.spawner());
                    throw new LostException(job.step());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        try {
            return job.outcome();
        } finally {
            job.giveBackArena();
        }
    }

    private void submit(Job job) {
        while (!current().offer(job)) {
            Thread.onSpinWait(); // it was given up or ended just now
        }
    }

    private SpawnerThread current() {
        SpawnerThread thread = spawner;
        if (thread != null && thread.accepting()) {
            return thread;
        }
        starting.lock();
        try {
            if (spawner == null || !spawner.accepting()) {
                ChildSignal.undoIgnored();
                spawner = new SpawnerThread();
            }
            return spawner;
        } finally {
            starting.unlock();
        }
    }

    private void replace(SpawnerThread thread) {
        starting.lock();
        try {
            if (thread.accepting()) {
                lost.incrementAndGet();
                spawner = new SpawnerThread();
                thread.giveUp(spawner);
            }
        } finally {
            starting.unlock();
        }
    }

    /**
     * Ends the spawner thread, and with it, by the kernel, every leader that it started and that still runs. Waits for
     * the thread; a later {@link #launch} starts a new one.
     */
    public void shutdown() {
        SpawnerThread thread;
        starting.lock();
        try {
            thread = spawner;
            spawner = null;
        } finally {
            starting.unlock();
        }
        if (thread != null) {
            thread.end();
        }
    }
}
