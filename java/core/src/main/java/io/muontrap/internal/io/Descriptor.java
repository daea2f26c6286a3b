package io.muontrap.internal.io;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.Library;
import io.muontrap.internal.jni.NativeFiles;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file descriptor that is closed by its last user.
 *
 * <p>A number closed under a thread that is about to use it can be a stranger's file by then. So {@link #close()} only
 * refuses new users; the kernel hears of it when the last of those who {@linkplain #acquire() have it} lets go. Every
 * method may be called from any thread, and none waits for another. There is no cleaner: a number that is in use by C,
 * by a child or by the kernel must not depend on what the collector sees.
 */
public final class Descriptor implements AutoCloseable {

    /** Both ends of a pipe, close-on-exec and blocking. */
    public record Ends(Descriptor read, Descriptor write) implements AutoCloseable {
        @Override
        public void close() {
            read.close();
            write.close();
        }
    }

    private static final System.Logger LOG = System.getLogger("io.muontrap");
    private static final int CLOSED = 1;
    private static final int USER = 2;

    private final int number;
    private final boolean borrowed;

    /** CLOSED, and USER once for each who has it. */
    private final AtomicInteger state = new AtomicInteger();

    private Descriptor(int number, boolean borrowed) {
        this.number = number;
        this.borrowed = borrowed;
    }

    /** Takes over a number: nobody else closes it. */
    public static Descriptor of(int number) {
        return new Descriptor(checked(number), false);
    }

    /** Speaks of a number that somebody else closes, after this one is closed and no longer used. */
    public static Descriptor borrowed(int number) {
        return new Descriptor(checked(number), true);
    }

    /** @throws IOException when there are no more descriptors (EMFILE, ENFILE) */
    public static Ends pipe() throws IOException {
        Library.load();
        long ends = NativeFiles.pipe();
        if (ends < 0) throw Errno.failure("pipe", (int) ends);
        return new Ends(of((int) ends), of((int) (ends >>> 32)));
    }

    /**
     * Opens a path given as bytes without NUL.
     *
     * @param how one of the constants of {@link NativeFiles}
     */
    public static Descriptor open(byte[] path, int how) throws IOException {
        Library.load();
        int fd = NativeFiles.open(path, how);
        if (fd < 0) throw Errno.failure("open " + new String(path, StandardCharsets.UTF_8), fd);
        return of(fd);
    }

    private static int checked(int number) {
        if (number < 0) throw new IllegalArgumentException("descriptor: " + number + " is negative");
        return number;
    }

    /** The number, which stays open until {@link #release()}; −1 when closed: then there is nothing to release. */
    public int acquire() {
        for (; ; ) {
            int s = state.get();
            if ((s & CLOSED) != 0) return -1;
            if (state.compareAndSet(s, s + USER)) return number;
        }
    }

    /** Ends one {@link #acquire()}. */
    public void release() {
        int now = state.addAndGet(-USER);
        if (now < 0) throw new IllegalStateException("descriptor " + number + " released more often than acquired");
        if (now == CLOSED) closeNumber();
    }

    /** Refuses new users at once; the number is given back when the last one lets go. Again: nothing. */
    @Override
    public void close() {
        for (; ; ) {
            int s = state.get();
            if ((s & CLOSED) != 0) return;
            if (state.compareAndSet(s, s | CLOSED)) {
                if (s == 0) closeNumber();
                return;
            }
        }
    }

    private void closeNumber() {
        if (borrowed) return;
        int result = NativeFiles.close(number);
        // Linux gives the number back whatever it answers; but EBADF means that somebody else closed ours.
        if (result == -Errno.EBADF) {
            LOG.log(System.Logger.Level.WARNING, "descriptor " + number + " was closed by somebody else");
        }
    }

    /** Closed for new users; the number may still be in use by old ones. */
    public boolean isClosed() {
        return (state.get() & CLOSED) != 0;
    }

    /** The number, for messages and plans; nothing keeps it open. */
    public int number() {
        return number;
    }

    /** Makes reads and writes through every copy of this open file non-blocking: for our own end of our own pipe only. */
    public void setNonBlocking() throws IOException {
        int fd = acquire();
        int result = fd < 0 ? -Errno.EBADF : NativeFiles.setNonBlocking(fd, true);
        if (fd >= 0) release();
        if (result < 0) throw Errno.failure("O_NONBLOCK on descriptor " + number, result);
    }

    /** Bytes that can be read at once, or −errno; −EBADF when closed. */
    public int available() {
        int fd = acquire();
        if (fd < 0) return -Errno.EBADF;
        try {
            return NativeFiles.available(fd);
        } finally {
            release();
        }
    }

    /**
     * One read(2) into what remains of a direct buffer, whose position moves on. The number of bytes, 0 at the end, or
     * −errno; −EBADF when closed.
     */
    public int read(ByteBuffer direct) {
        int fd = acquire();
        if (fd < 0) return -Errno.EBADF;
        try {
            int n = NativeFiles.read(fd, NativeFiles.address(direct) + direct.position(), direct.remaining());
            if (n > 0) direct.position(direct.position() + n);
            return n;
        } finally {
            Reference.reachabilityFence(direct);
            release();
        }
    }

    /** One write(2) of what remains in a direct buffer, whose position moves on; as {@link #read}. */
    public int write(ByteBuffer direct) {
        int fd = acquire();
        if (fd < 0) return -Errno.EBADF;
        try {
            int n = NativeFiles.write(fd, NativeFiles.address(direct) + direct.position(), direct.remaining());
            if (n > 0) direct.position(direct.position() + n);
            return n;
        } finally {
            Reference.reachabilityFence(direct);
            release();
        }
    }

    @Override
    public String toString() {
        return "descriptor " + number + (isClosed() ? " (closed)" : "");
    }
}
