package io.muontrap.internal.tree;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeEpoll;
import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.internal.jni.NativeProcess;
import io.muontrap.internal.jni.Probe;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * The process that was exec'ed: known by its pidfd, reaped exactly once, by whoever asks first. Any thread.
 */
public final class Leader {

    /** How it ended. {@code unknown} is why that is not known, else null; the rest holds only where it is null. */
    public record End(int kind, int code, long userMicros, long systemMicros, long peakKib, String unknown) {

        static End unknown(String why) {
            return new End(0, 0, 0, 0, 0, why);
        }

        public boolean exited() {
            return kind == NativeProcess.EXITED;
        }

        public boolean dumped() {
            return kind == NativeProcess.DUMPED;
        }
    }

    private static final int SIGKILL = 9;
    private static final int LAST_WAIT_MILLIS = 5000;
    private static final int LATE_LOOKS = 25;
    private static final long LATE_NANOS = 200_000;
    private static final int CORE_DUMPED = 0x80;
    private static final int SIGNAL_MASK = 0x7f;

    private final int pid;
    private final Descriptor pidfd;
    private final boolean ownSession;
    private final long startedNanos;
    private final long ownerPeakKib;
    private final ReentrantLock reaping = new ReentrantLock();
    private volatile End end;

    /**
     * @param ownSession whether it leads a session and group of its own
     * @param startedNanos System.nanoTime() just before it was cloned
     * @param ownerPeakKib the JVM's own peak memory, which its ru_maxrss begins with
     */
    public Leader(int pid, Descriptor pidfd, boolean ownSession, long startedNanos, long ownerPeakKib) {
        this.pid = pid;
        this.pidfd = pidfd;
        this.ownSession = ownSession;
        this.startedNanos = startedNanos;
        this.ownerPeakKib = ownerPeakKib;
    }

    public int pid() {
        return pid;
    }

    public Descriptor pidfd() {
        return pidfd;
    }

    public boolean ownSession() {
        return ownSession;
    }

    public long startedNanos() {
        return startedNanos;
    }

    public long ownerPeakKib() {
        return ownerPeakKib;
    }

    /** How it ended, if it was reaped. */
    public Optional<End> end() {
        return Optional.ofNullable(end);
    }

    /** Reaps it if it has ended; empty while it lives. */
    public Optional<End> reap() {
        reaping.lock();
        try {
            if (end == null) {
                end = reapNow();
            }
            return Optional.ofNullable(end);
        } finally {
            reaping.unlock();
        }
    }

    /** Looks something up by its pid while that cannot be another's; empty when it is reaped. */
    public <T> Optional<T> whileUnreaped(Supplier<T> look) {
        reaping.lock();
        try {
            return end == null ? Optional.of(look.get()) : Optional.empty();
        } finally {
            reaping.unlock();
        }
    }

    /** Whether {@link #reap} has an answer. A zombie that a debugger traces has ended, and is not ours until it lets go. */
    boolean reapable() {
        int fd = end != null ? -1 : pidfd.acquire();
        if (fd < 0) {
            return true;
        }
        try {
            long[] slots = new long[5];
            int err = NativeProcess.await(fd, NativeProcess.NO_HANG | NativeProcess.NO_REAP, slots);
            return err != -Errno.EAGAIN;
        } finally {
            pidfd.release();
        }
    }

    /** Whether it has ended by this signal; asked without reaping it. */
    boolean wasKilledBy(int signal) {
        End known = end;
        if (known != null) {
            return !known.exited() && known.code() == signal;
        }
        int fd = pidfd.acquire();
        if (fd < 0) {
            return false;
        }
        try {
            long[] slots = new long[5];
            int err = NativeProcess.await(fd, NativeProcess.NO_HANG | NativeProcess.NO_REAP, slots);
            return err == 0 && slots[0] != NativeProcess.EXITED && slots[1] == signal;
        } finally {
            pidfd.release();
        }
    }

    /** Whether it has ended, reaped or not. */
    public boolean ended() {
        if (end != null) {
            return true;
        }
        int fd = pidfd.acquire();
        if (fd < 0) {
            return true;
        }
        try {
            return NativeFiles.poll(fd, NativeEpoll.IN, 0) > 0;
        } finally {
            pidfd.release();
        }
    }

    /** Sends a signal to it alone. 0 or −errno: −ESRCH when it was reaped. */
    public int signal(int signal) {
        return send(signal, 0);
    }

    /**
     * Sends a signal to the process group that it leads, also when it was reaped: the pidfd stands for the number that
     * this process had, never for a later one. −ENOSYS where the kernel cannot (before 6.9) and where it leads none.
     */
    public int signalGroup(int signal) {
        return ownSession && Probe.has(NativeHost.SIGNAL_GROUP) ? send(signal, NativeProcess.TO_GROUP) : -Errno.ENOSYS;
    }

    /**
     * As {@link #signalGroup} by number, on any kernel: only while it is not reaped, for then the number is its own. The
     * kernel is asked for that: where SIGCHLD is ignored, or other code waits for any child, it is free at its death.
     */
    public int signalGroupByNumber(int signal) {
        return byNumber(() -> NativeProcess.kill(-pid, signal));
    }

    /** Whether a zombie's group may have more members: false only when it has none (but see the native). */
    boolean mayHaveGroup() {
        int others = byNumber(() -> NativeProcess.othersInGroup(pid));
        return others != 0 && others != -Errno.ENOSYS && others != -Errno.ESRCH;
    }

    private int byNumber(IntSupplier call) {
        reaping.lock();
        try {
            if (!ownSession || end != null) {
                return -Errno.ENOSYS;
            }
            int fd = pidfd.acquire();
            if (fd < 0) {
                return -Errno.ESRCH;
            }
            try {
                int held = NativeProcess.await(fd, NativeProcess.NO_HANG | NativeProcess.NO_REAP, new long[5]);
                return held == 0 || held == -Errno.EAGAIN ? call.getAsInt() : -Errno.ESRCH;
            } finally {
                pidfd.release();
            }
        } finally {
            reaping.unlock();
        }
    }

    /**
     * SIGKILL to it and its group, then it is reaped; where nobody can watch it any more. Waits for its death, five
     * seconds at most.
     */
    public void killAndReap() {
        signalGroupByNumber(SIGKILL);
        signal(SIGKILL);
        int fd = pidfd.acquire();
        if (fd >= 0) {
            try {
                NativeFiles.poll(fd, NativeEpoll.IN, LAST_WAIT_MILLIS);
            } finally {
                pidfd.release();
            }
        }
        reap();
    }

    private int send(int signal, int flags) {
        int fd = pidfd.acquire();
        if (fd < 0) {
            return -Errno.ESRCH;
        }
        try {
            return NativeProcess.pidfdSignal(fd, signal, flags);
        } finally {
            pidfd.release();
        }
    }

    private End reapNow() {
        int fd = pidfd.acquire();
        if (fd < 0) {
            return End.unknown("its pidfd was closed before it was reaped");
        }
        try {
            long[] slots = new long[5];
            int err = NativeProcess.await(fd, NativeProcess.NO_HANG, slots);
            if (err == 0) {
                return new End((int) slots[0], (int) slots[1], slots[2], slots[3], slots[4], null);
            }
            return switch (-err) {
                case Errno.EAGAIN -> null;
                case Errno.ECHILD -> stolen(fd);
                default -> End.unknown("waitid: " + Errno.name(-err));
            };
        } finally {
            pidfd.release();
        }
    }

    /** Reaped by somebody else: SIGCHLD is ignored in this JVM, or other code waits for any child (TRAPS 21, 48). */
    private End stolen(int fd) {
        if (NativeFiles.poll(fd, NativeEpoll.IN, 0) == 0) {
            return null; // not our child to wait for, and still alive
        }
        if (Probe.has(NativeHost.EXIT_INFO)) {
            int status = NativeProcess.exitInfo(fd);
            for (int look = 0; status < 0 && look < LATE_LOOKS; look++) {
                LockSupport.parkNanos(
                        LATE_NANOS); // it is nobody's child any more a moment before its end is noted down
                status = NativeProcess.exitInfo(fd);
            }
            if (status >= 0) {
                int signal = status & SIGNAL_MASK;
                if (signal == 0) {
                    return new End(NativeProcess.EXITED, status >> 8 & 0xff, 0, 0, 0, null);
                }
                int kind = (status & CORE_DUMPED) != 0 ? NativeProcess.DUMPED : NativeProcess.KILLED;
                return new End(kind, signal, 0, 0, 0, null);
            }
        }
        return End.unknown("another part of this process reaped it, or SIGCHLD is ignored");
    }
}
