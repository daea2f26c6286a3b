package io.muontrap.internal.jni;

import java.nio.ByteBuffer;

/** File descriptors. Each returns a value or −errno; every descriptor made here is close-on-exec. */
public final class NativeFiles {

    /** {@code how} of {@link #open}. */
    public static final int READ = 0;

    /** Created with 0666 less the umask, or cut to nothing. */
    public static final int WRITE = 1;

    public static final int APPEND = 2;
    public static final int READ_WRITE = 3;

    /** A directory, for reading. */
    public static final int DIRECTORY = 4;

    private NativeFiles() {}

    /** {@code path} without its final NUL. */
    public static native int open(byte[] path, int how);

    public static native int close(int fd);

    /** The read end in the low half, the write end in the high one. */
    public static native long pipe();

    /** A second descriptor for the same open file. */
    public static native int duplicate(int fd);

    /** O_NONBLOCK is on the open file, not on the descriptor: only for pipes and sockets that are ours alone. */
    public static native int setNonBlocking(int fd, boolean on);

    public static native int read(int fd, long address, int bytes);

    public static native int write(int fd, long address, int bytes);

    /** FIONREAD: the bytes that can be read at once. */
    public static native int available(int fd);

    public static native int eventfd();

    /** poll(2) on one descriptor; the events that came, 0 after the time, negative time: for ever. */
    public static native int poll(int fd, int events, int millis);

    /** As {@link #poll}, and returns 0 early when {@code wake} becomes readable. */
    public static native int pollEither(int fd, int events, int wake, int millis);

    /** Where a direct buffer lies. */
    public static native long address(ByteBuffer direct);
}
