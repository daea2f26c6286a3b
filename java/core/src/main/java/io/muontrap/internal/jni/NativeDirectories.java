package io.muontrap.internal.jni;

/**
 * Directories by descriptor, for trees in which others may write. A {@code name} is one component, without NUL; no link
 * is followed. Each returns a value or −errno; every descriptor made here is close-on-exec.
 */
public final class NativeDirectories {

    /** {@code how} of {@link #openAt}. */
    public static final int READ = 0;

    /** Must be there; nothing is cut. */
    public static final int WRITE = 1;

    public static final int DIRECTORY = 2;

    /** {@code how} of {@link #lock}: flock(2). */
    public static final int SHARED = 1;

    public static final int EXCLUSIVE = 2;
    public static final int NO_WAIT = 4;
    public static final int UNLOCK = 8;

    private NativeDirectories() {}

    public static native int openAt(int directory, byte[] name, int how);

    /** mkdirat(2) with 0755 less the umask. */
    public static native int makeAt(int directory, byte[] name);

    /** unlinkat(2) of an empty directory. */
    public static native int removeAt(int directory, byte[] name);

    /**
     * Fills in the names of the subdirectories, each ended by NUL, but for those that begin with a dot.
     *
     * @return how many bytes they take: if that is more than there is room for, some are missing
     */
    public static native int list(int directory, byte[] into);

    public static native int lock(int fd, int how);

    /**
     * fgetxattr(2), 256 bytes at most.
     *
     * @param name with a final NUL
     * @return the value's length
     */
    public static native int attribute(int fd, byte[] name, byte[] into);

    /**
     * fsetxattr(2), 256 bytes at most.
     *
     * @param name with a final NUL
     */
    public static native int setAttribute(int fd, byte[] name, byte[] value);

    /** pread(2) at 0: what an epoll on a file of /sys wants before it tells of the next change. */
    public static native int readFirst(int fd, long address, int bytes);
}
