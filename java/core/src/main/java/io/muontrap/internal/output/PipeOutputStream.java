package io.muontrap.internal.output;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.io.DirectBuffers;
import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeEpoll;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A program's standard input, for the user to write in the JDK's way.
 *
 * <p>A write waits until all of it is in the pipe. {@link #close()} from another thread ends it with an IOException, as
 * does the end of the program ("Broken pipe"). Any number of threads, one write after the other; interruption does not
 * end a write.
 */
public final class PipeOutputStream extends OutputStream {

    private static final String OPEN = "";
    private static final String CLOSED = "Stream closed";
    private static final String BROKEN = "Broken pipe";

    private final Descriptor pipe;
    private final Gate gate;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicReference<String> state = new AtomicReference<>(OPEN); // or why it is not

    /** @param pipe our end, which is taken over; it becomes non-blocking */
    public PipeOutputStream(Descriptor pipe) throws IOException {
        this.pipe = pipe;
        this.gate = new Gate(pipe, NativeEpoll.OUT);
        pipe.setNonBlocking();
    }

    /** A buffer in front of it, of the class that the JDK's processes use: what is written needs a flush. */
    public BufferedOutputStream buffered() {
        return new BufferedOutputStream(this);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        writing.lock();
        try {
            checkOpen();
            for (int done = 0; done < length; ) {
                gate.prepare();
                int n = attempt(from, offset + done, length - done);
                if (n > 0) done += n;
                else gate.await();
            }
        } finally {
            writing.unlock();
        }
    }

    /** The bytes written; 0 when it would block. */
    private int attempt(byte[] from, int offset, int length) throws IOException {
        ByteBuffer buffer = DirectBuffers.take();
        try {
            checkOpen();
            buffer.put(from, offset, Math.min(length, DirectBuffers.SIZE)).flip();
            int n = pipe.write(buffer);
            if (n >= 0) return n;
            if (n == -Errno.EAGAIN) return 0;
            checkOpen(); // closed since the last look: that is the better message
            throw n == -Errno.EPIPE ? new IOException(BROKEN) : Errno.failure("write to a pipe", n);
        } finally {
            DirectBuffers.give(buffer);
        }
    }

    private void checkOpen() throws IOException {
        String why = state.get();
        if (!why.isEmpty()) throw new IOException(why);
    }

    /** At once, whoever is writing: the program reads the end after what was written. Idempotent. */
    @Override
    public void close() {
        end(CLOSED);
    }

    /** Ends the write of another thread with "Broken pipe", also where a grandchild still holds the pipe. */
    public void processEnded() {
        end(BROKEN);
    }

    private void end(String why) {
        if (!state.compareAndSet(OPEN, why)) return;
        gate.close();
        pipe.close();
    }
}
