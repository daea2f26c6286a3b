package io.muontrap.internal.launch;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.internal.jni.NativeProcess;
import io.muontrap.internal.jni.NativeSpawn;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** One spawn on its way from its caller through the spawner thread and back. */
final class Job {

    private static final int SIGKILL = 9;
    private static final long LOCK_WAIT_SECONDS = 12;

    private final Arena arena;
    private final boolean changesRights;
    private final Thread caller = Thread.currentThread();

    /** Held while the pidfd in the arena is used by a watcher, or closed: else its number could be a stranger's. */
    private final ReentrantLock pidfdInUse = new ReentrantLock();

    private volatile SpawnerThread spawner;
    private volatile long startedNanos;
    private volatile boolean started;
    private volatile Outcome outcome;
    private volatile Throwable broken;
    private boolean pidfdTaken;
    private boolean doomed;

    Job(Arena arena, boolean changesRights) {
        this.arena = arena;
        this.changesRights = changesRights;
        arena.clearOutcome();
    }

    /** On the spawner thread. */
    void run(SpawnerThread on, long stackTop) {
        spawner = on;
        try {
            outcome = changesRights ? spawnAlone(stackTop) : spawn(stackTop);
        } catch (Throwable t) {
            broken = t;
        } finally {
            LockSupport.unpark(caller);
        }
    }

    /** A spawner that was lost with the lock in its hands keeps it: this must not make another one wait for ever. */
    private Outcome spawnAlone(long stackTop) throws InterruptedException {
        ReentrantLock lock = JvmLock.get();
        if (!lock.tryLock(LOCK_WAIT_SECONDS, TimeUnit.SECONDS)) {
            return new Outcome(-1, -1, Steps.CLONE, Errno.EBUSY, 0, 0, 0, System.nanoTime());
        }
        try {
            return spawn(stackTop);
        } finally {
            lock.unlock();
        }
    }

    private Outcome spawn(long stackTop) {
        startedNanos = System.nanoTime();
        started = true;
        int err = NativeSpawn.spawn(arena.block(), stackTop);
        boolean late = takePidfd();
        boolean running = arena.step() == Steps.RUNNING && !late;
        int signal = running || arena.pid() < 0 ? 0 : bury(late);
        return new Outcome(
                arena.pid(),
                running ? arena.pidfd() : -1,
                arena.step(),
                arena.error() == 0 && arena.pid() < 0 ? -err : arena.error(),
                arena.detail(),
                signal,
                arena.ownerPeakKib(),
                startedNanos);
    }

    /** From now on the pidfd is the spawner's alone. Whether the deadline had passed: then nobody waits for a program. */
    private boolean takePidfd() {
        pidfdInUse.lock();
        try {
            pidfdTaken = true;
            return doomed;
        } finally {
            pidfdInUse.unlock();
        }
    }

    /** The child that did not come to its exec: reaped here, so that a failed start leaves nothing. */
    private int bury(boolean kill) {
        if (kill) {
            NativeProcess.pidfdSignal(arena.pidfd(), SIGKILL, 0);
        }
        long[] end = new long[5];
        int err = NativeProcess.await(arena.pidfd(), 0, end);
        NativeFiles.close(arena.pidfd());
        return err == 0 && end[0] != NativeProcess.EXITED ? (int) end[1] : 0;
    }

    /** From a watcher: SIGKILL to the child, if there is one and it has not come back. */
    void kill() {
        pidfdInUse.lock();
        try {
            doomed = !pidfdTaken; // also where there is no pidfd yet: a clone may take long itself
            if (doomed && arena.pidfd() >= 0) {
                NativeProcess.pidfdSignal(arena.pidfd(), SIGKILL, 0);
            }
        } finally {
            pidfdInUse.unlock();
        }
    }

    boolean done() {
        return outcome != null || broken != null;
    }

    /** Only when {@link #done()}. */
    Outcome outcome() {
        if (broken != null) {
            throw new IllegalStateException("the spawner thread failed: " + broken, broken);
        }
        return outcome;
    }

    boolean started() {
        return started;
    }

    long startedNanos() {
        return startedNanos;
    }

    /** Who runs it; only when {@link #started()}. */
    SpawnerThread spawner() {
        return spawner;
    }

    /** Where the child stands, for the message of a start that did not end. */
    int step() {
        return arena.step();
    }

    void giveBackArena() {
        arena.giveBack();
    }
}
