package io.muontrap.internal.output;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.io.DirectBuffers;
import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeEpoll;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a program writes, for the user to read in the JDK's way.
 *
 * <p>A read waits for the first byte. {@link #close()} from another thread ends it with an IOException. After
 * {@link #processEnded()} what the program left is readable, then the end comes, though a grandchild may still hold the
 * pipe open. Any number of threads; interruption does not end a read.
 */
public final class PipeInputStream extends InputStream {

    private static final int WOULD_BLOCK = -2;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Descriptor pipe;
    private final Gate gate;
    private final ReentrantLock reading = new ReentrantLock(); // held while waiting: one waits at the gate, others here
    private final ReentrantLock state = new ReentrantLock(); // held for one non-blocking call at most
    private ByteBuffer rest; // what was left in the pipe at the end; null before
    private boolean closed;

    /** @param pipe our end, which is taken over; it becomes non-blocking */
    public PipeInputStream(Descriptor pipe) throws IOException {
        this.pipe = pipe;
        this.gate = new Gate(pipe, NativeEpoll.IN);
        pipe.setNonBlocking();
    }

    /** A buffer in front of it with mark and reset, of the very class that the JDK's processes use. */
    public BufferedInputStream buffered() {
        return new BufferedInputStream(this);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        if (length == 0) return 0;
        reading.lock();
        try {
            for (; ; ) {
                gate.prepare();
                int n = attempt(to, offset, length);
                if (n != WOULD_BLOCK) return n;
                gate.await();
            }
        } finally {
            reading.unlock();
        }
    }

    private int attempt(byte[] to, int offset, int length) throws IOException {
        state.lock();
        try {
            checkOpen();
            if (rest == null) {
                int n = readPipe(to, offset, length);
                if (n != 0) return n;
                endWith(NOTHING);
            }
            int n = Math.min(length, rest.remaining());
            if (n == 0) return -1;
            rest.get(to, offset, n);
            return n;
        } finally {
            state.unlock();
        }
    }

    private int readPipe(byte[] to, int offset, int length) throws IOException {
        ByteBuffer buffer = DirectBuffers.take();
        try {
            int n = pipe.read(buffer.limit(Math.min(length, DirectBuffers.SIZE)));
            if (n == -Errno.EAGAIN) return WOULD_BLOCK;
            if (n < 0) throw Errno.failure("read of a pipe", n);
            buffer.flip().get(to, offset, n);
            return n;
        } finally {
            DirectBuffers.give(buffer);
        }
    }

    private void checkOpen() throws IOException {
        if (closed) throw new IOException("Stream closed");
    }

    /** Bytes that can be read without waiting. */
    @Override
    public int available() throws IOException {
        state.lock();
        try {
            checkOpen();
            if (rest != null) return rest.remaining();
            int n = pipe.available();
            if (n < 0) throw Errno.failure("available bytes of a pipe", n);
            return n;
        } finally {
            state.unlock();
        }
    }

    /** Ends a read in another thread with an IOException; the program gets SIGPIPE or EPIPE. Idempotent. */
    @Override
    public void close() {
        state.lock();
        try {
            closed = true;
            endWith(NOTHING);
        } finally {
            state.unlock();
        }
    }

    /**
     * Moves what is in the pipe now to the heap and closes the descriptor. Any thread, never blocks: it takes as much
     * as the kernel says is there, however fast somebody else who holds the pipe goes on writing.
     */
    public void processEnded() {
        state.lock();
        try {
            if (rest == null) endWith(contents());
        } finally {
            state.unlock();
        }
    }

    private ByteBuffer contents() {
        int there = pipe.available();
        if (there <= 0) return NOTHING;
        ByteBuffer all = ByteBuffer.allocate(there);
        ByteBuffer buffer = DirectBuffers.take();
        try {
            while (all.hasRemaining()) {
                int n = pipe.read(buffer.clear().limit(Math.min(all.remaining(), DirectBuffers.SIZE)));
                if (n <= 0) break;
                all.put(buffer.flip());
            }
        } finally {
            DirectBuffers.give(buffer);
        }
        return all.flip();
    }

    private void endWith(ByteBuffer what) {
        rest = what;
        gate.close();
        pipe.close();
    }
}
