package io.muontrap.internal.output;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the first bytes of an output, the last ones, or both, each up to a bound, and drops the rest: the program never
 * waits. Its results may be asked for at any time and from any thread.
 */
public final class CaptureSink implements Sink {

    /** What one array holds on every JVM. */
    public static final long MOST = Integer.MAX_VALUE - 8;

    private static final int FIRST_CHUNK = 1024;
    private static final int LARGEST_CHUNK = 256 * 1024;

    private final long max;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<byte[]> full = new ArrayList<>();
    private byte[] chunk = new byte[0];
    private int used; // of chunk
    private long kept;
    private final Tail tail;

    /** The last bytes of those that came behind the first; it grows to its bound, and then goes round. */
    private static final class Tail {
        private final int max;
        private byte[] ring = new byte[0];
        private long came;

        Tail(int max) {
            this.max = max;
        }

        void put(ByteBuffer bytes) {
            if (max == 0) {
                came += bytes.remaining();
                return;
            }
            int needed = (int) Math.min(max, came + bytes.remaining());
            if (ring.length < needed) {
                // not round yet, so that what is there stays where it is
                ring = Arrays.copyOf(ring, (int) Math.min(max, Math.max(needed, 2L * ring.length)));
            }
            while (bytes.hasRemaining()) {
                int at = (int) (came % max);
                int n = Math.min(bytes.remaining(), Math.min(max, ring.length) - at);
                bytes.get(ring, at, n);
                came += n;
            }
        }

        int kept() {
            return (int) Math.min(came, max);
        }

        long dropped() {
            return came - kept();
        }

        void copy(byte[] to, int at) {
            if (came <= max) {
                System.arraycopy(ring, 0, to, at, kept());
                return;
            }
            if (max == 0) return;
            int oldest = (int) (came % max);
            System.arraycopy(ring, oldest, to, at, max - oldest);
            System.arraycopy(ring, 0, to, at + max - oldest, oldest);
        }
    }

    /** @param max bytes that are kept, from 0; more than {@link #MOST} is taken as that */
    public CaptureSink(long max) {
        this(max, 0);
    }

    /**
     * @param max first bytes that are kept, from 0
     * @param last last bytes that are kept beside them, from 0; together at most {@link #MOST}
     */
    public CaptureSink(long max, int last) {
        if (max < 0) throw new IllegalArgumentException("max: " + max + " is negative");
        this.max = Math.min(max, MOST - last);
        this.tail = new Tail(last);
    }

    @Override
    public void open(Flow flow) {}

    @Override
    public boolean accept(ByteBuffer bytes) {
        lock.lock();
        try {
            while (bytes.hasRemaining() && kept < max) {
                if (used == chunk.length) grow();
                int n = Math.min(bytes.remaining(), chunk.length - used);
                bytes.get(chunk, used, n);
                used += n;
                kept += n;
            }
            tail.put(bytes);
            bytes.position(bytes.limit());
        } finally {
            lock.unlock();
        }
        return true;
    }

    /** Chunks double, so that short outputs are small and long ones few; none reaches beyond the bound. */
    private void grow() {
        int size = Math.max(FIRST_CHUNK, Math.min(LARGEST_CHUNK, chunk.length * 2));
        byte[] next = new byte[(int) Math.min(size, max - kept)];
        if (used > 0) full.add(chunk);
        chunk = next;
        used = 0;
    }

    @Override
    public void end(Runnable served) {
        served.run();
    }

    @Override
    public void cut() {}

    /** Whether bytes were dropped. */
    @Override
    public boolean truncated() {
        return dropped() > 0;
    }

    /** How many bytes were dropped. */
    public long dropped() {
        lock.lock();
        try {
            return tail.dropped();
        } finally {
            lock.unlock();
        }
    }

    /** A fresh copy of what is kept so far. */
    public byte[] bytes() {
        lock.lock();
        try {
            byte[] all = new byte[(int) kept + tail.kept()];
            int at = 0;
            for (byte[] c : full) {
                System.arraycopy(c, 0, all, at, c.length);
                at += c.length;
            }
            System.arraycopy(chunk, 0, all, at, used);
            tail.copy(all, at + used);
            return all;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Throwable> failure() {
        return Optional.empty();
    }
}
