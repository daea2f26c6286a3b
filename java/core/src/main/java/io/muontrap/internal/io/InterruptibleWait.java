package io.muontrap.internal.io;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeEpoll;
import io.muontrap.internal.jni.NativeFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.spi.AbstractInterruptibleChannel;

/**
 * Blocks the calling platform thread until a descriptor is readable, in a way that {@link Thread#interrupt} ends.
 *
 * <p>An interrupt does not wake a thread that sits in poll(2). The JDK has one public hook for code that blocks in a
 * native call, that of interruptible channels; so each wait is such a "channel", and closing it rings an eventfd.
 */
public final class InterruptibleWait extends AbstractInterruptibleChannel {

    private static final long ONE_MILLI = 1_000_000;

    private final Descriptor bell;

    private InterruptibleWait() throws IOException {
        int fd = NativeFiles.eventfd();
        if (fd < 0) {
            throw Errno.failure("eventfd", fd);
        }
        bell = Descriptor.of(fd);
    }

    /**
     * Waits until it is readable or the time is over.
     *
     * @param nanos how long; negative: for ever
     * @return whether it became readable
     */
    public static boolean readable(Descriptor descriptor, long nanos) throws IOException, InterruptedException {
        int fd = descriptor.acquire();
        if (fd < 0) {
            throw Errno.failure("wait on " + descriptor, -Errno.EBADF);
        }
        try (InterruptibleWait wait = new InterruptibleWait()) {
            return wait.on(fd, nanos);
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw new InterruptedException();
        } finally {
            descriptor.release();
        }
    }

    private boolean on(int fd, long nanos) throws IOException {
        long until = System.nanoTime() + nanos;
        int events = 0;
        boolean done = false;
        while (!done) {
            long left = nanos < 0 ? -1 : Math.max(0, until - System.nanoTime());
            int millis = left < 0 ? -1 : (int) Math.min(Integer.MAX_VALUE, (left + ONE_MILLI - 1) / ONE_MILLI);
            begin();
            int ring = bell.acquire(); // an interrupt may close it just now; its number must not be a stranger's
            try {
                if (ring >= 0) {
                    events = NativeFiles.pollEither(fd, NativeEpoll.IN, ring, millis);
                    done = events != 0 || (nanos >= 0 && until - System.nanoTime() <= 0);
                }
            } finally {
                if (ring >= 0) {
                    bell.release();
                }
                end(true);
            }
        }
        if (events < 0) {
            throw Errno.failure("poll", events);
        }
        return events > 0;
    }

    @Override
    protected void implCloseChannel() throws IOException {
        ByteBuffer one = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
        one.putLong(0, 1);
        bell.write(one); // it can only be full, and then it rings already
        bell.close();
    }
}
