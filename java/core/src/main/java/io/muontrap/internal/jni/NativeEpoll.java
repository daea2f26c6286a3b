package io.muontrap.internal.jni;

/** epoll(7). Each returns a value or −errno. */
public final class NativeEpoll {

    public static final int IN = 0x1;
    public static final int PRI = 0x2;
    public static final int OUT = 0x4;
    public static final int ERR = 0x8;
    public static final int HUP = 0x10;
    public static final int ONE_SHOT = 1 << 30;

    private NativeEpoll() {}

    public static native int create();

    /** {@code data} comes back with each event: a sequence number, never a descriptor. */
    public static native int add(int epoll, int fd, int events, long data);

    public static native int modify(int epoll, int fd, int events, long data);

    public static native int remove(int epoll, int fd);

    /**
     * Waits and fills {@code into} with pairs {data, events}, at most half its length and 128 of them; their number.
     * Negative time: for ever. EINTR is 0 events.
     */
    public static native int await(int epoll, int millis, long[] into);
}
