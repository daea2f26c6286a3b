package io.muontrap.internal.output;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.io.DirectBuffers;
import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeEpoll;
import io.muontrap.internal.reactor.Handler;
import io.muontrap.internal.reactor.Reactor;
import io.muontrap.internal.reactor.Registration;
import io.muontrap.internal.reactor.RegistrationSlot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Writes given bytes to a program's standard input on the reactor, as the program takes them, then closes it.
 *
 * <p>A program that ends or closes its input before it has read all makes an error value ("Broken pipe"), no more.
 */
public final class Feeder implements Handler, AutoCloseable {

    private final Descriptor pipe;
    private final ByteBuffer left;
    private final RegistrationSlot slot = new RegistrationSlot();
    private volatile long written;
    private volatile Optional<IOException> failure = Optional.empty();

    /**
     * @param pipe our end, which is taken over; it becomes non-blocking
     * @param bytes not copied, and not to be changed any more
     */
    public Feeder(Descriptor pipe, byte[] bytes) throws IOException {
        this.pipe = pipe;
        this.left = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
        pipe.setNonBlocking();
    }

    /** Begins. Any thread, once. */
    public void start() throws IOException {
        if (left.hasRemaining()) slot.set(Reactor.get().register(pipe, NativeEpoll.OUT, this));
        else close();
    }

    @Override
    public void ready(Registration at, int events) {
        if (pipe.isClosed()) return;
        ByteBuffer buffer = DirectBuffers.take();
        int n;
        try {
            int size = Math.min(left.remaining(), DirectBuffers.SIZE);
            buffer.put(left.slice(left.position(), size)).flip();
            n = pipe.write(buffer);
        } finally {
            DirectBuffers.give(buffer);
        }
        if (n == -Errno.EAGAIN) return;
        if (n >= 0) {
            left.position(left.position() + n);
            written += n;
            if (left.hasRemaining()) return;
        } else if (!pipe.isClosed()) {
            failure = Optional.of(
                    n == -Errno.EPIPE ? new IOException("Broken pipe") : Errno.failure("write to a pipe", n));
        }
        at.close();
        close();
    }

    /** At once: the program reads the end after what was written. Any thread, any time, idempotent. */
    @Override
    public void close() {
        slot.close();
        pipe.close();
    }

    @Override
    public void lost() {
        close();
    }

    /** Bytes in the pipe or read by the program. */
    public long written() {
        return written;
    }

    /** Why not all was written; empty too when {@link #close()} ended it. */
    public Optional<IOException> failure() {
        return failure;
    }
}
