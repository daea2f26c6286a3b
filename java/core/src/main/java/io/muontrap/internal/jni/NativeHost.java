package io.muontrap.internal.jni;

/** What the host has, asked once at load. */
public final class NativeHost {

    /** Bits of {@link #probe}. */
    public static final int VFORK = 1;

    public static final int PIDFD = 1 << 1;
    public static final int CLONE3 = 1 << 2;
    public static final int CLOSE_RANGE = 1 << 3;
    public static final int INTO_CGROUP = 1 << 4;
    public static final int SIGNAL_GROUP = 1 << 5;
    public static final int EXIT_INFO = 1 << 6;

    private NativeHost() {}

    /** What jar and library must agree on. */
    public static native int version();

    /** The bits of what works, each tried in a throw-away child. */
    public static native int probe();

    /** A pidfd of this JVM, or −errno. */
    public static native int selfPidfd();

    public static native int pid();

    /** PR_GET_DUMPABLE of this JVM. */
    public static native int dumpable();

    /** Sets PR_SET_DUMPABLE; 0 or −errno. */
    public static native int setDumpable(int value);

    /** 1 where SIGCHLD is ignored or has SA_NOCLDWAIT, so that exit codes are lost. */
    public static native int childSignalIgnored();

    /** SIGCHLD has its default disposition from now on. 0 or −errno. */
    public static native int defaultChildSignal();

    /** PR_SET_CHILD_SUBREAPER. */
    public static native int setSubreaper(boolean on);

    /**
     * Gives the calling thread the affinity, nice value and io priority of the process's first thread; 0 or the first
     * −errno.
     */
    public static native int takeMainThreadsScheduling();

    /** The kernel's version as major × 1000 + minor. */
    public static native int kernel();
}
