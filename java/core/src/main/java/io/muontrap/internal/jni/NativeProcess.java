package io.muontrap.internal.jni;

/** Processes, by pidfd wherever the kernel has one. Each returns a value or −errno. */
public final class NativeProcess {

    /** {@code flags} of {@link #pidfdSignal}: to the process group that this process leads (Linux 6.9). */
    public static final int TO_GROUP = 1 << 2;

    /** {@code options} of {@link #await}. */
    public static final int NO_HANG = 1;

    /** {@code options} of {@link #await}: leaves the zombie. */
    public static final int NO_REAP = 0x01000000;

    /** The kind of end, first of {@link #await}'s slots: CLD_EXITED, CLD_KILLED, CLD_DUMPED. */
    public static final int EXITED = 1;

    public static final int KILLED = 2;
    public static final int DUMPED = 3;

    private NativeProcess() {}

    public static native int pidfdOpen(int pid);

    public static native int pidfdSignal(int pidfd, int signal, int flags);

    /** kill(2), for a group that cannot be named otherwise: {@code pid} may be negative. */
    public static native int kill(int pid, int signal);

    /**
     * waitid(P_PIDFD) with WEXITED and rusage. Fills {kind of end, code or signal, user µs, system µs, peak KiB}. 0;
     * −EAGAIN when it is still running and {@link #NO_HANG} was given; −ECHILD when another reaped it.
     */
    public static native int await(int pidfd, int options, long[] into);

    /**
     * Whether any process has this number as its pid, group or session: 1 or 0, or −errno. A leader that was reaped
     * leaves its number in use for as long as its group or its session has a member.
     */
    public static native int numberInUse(int pid);

    /**
     * Whether the group that a zombie led has more members: 1 or 0, or −errno. In two calls, where a walk of /proc costs
     * milliseconds; one that runs at nice 19 is not noticed. Only for a zombie of ours: it is given nice 19 too.
     */
    public static native int othersInGroup(int zombie);

    /** The wait status of a process that is gone, from the pidfd itself (Linux 6.15), or −errno. */
    public static native int exitInfo(int pidfd);
}
