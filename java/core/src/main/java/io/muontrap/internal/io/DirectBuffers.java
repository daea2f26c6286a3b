package io.muontrap.internal.io;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Direct buffers of 64 KiB, a pipe's usual capacity, lent for the time of one system call.
 *
 * <p>At most 16 are kept (1 MiB). Nobody holds one while waiting, so that many are only in use when that many threads
 * are inside a call at the same time; what is more than that is left to the collector.
 */
public final class DirectBuffers {

    /** Bytes in each. */
    public static final int SIZE = 64 * 1024;

    private static final AtomicReferenceArray<ByteBuffer> KEPT = new AtomicReferenceArray<>(16);

    private DirectBuffers() {}

    /** An empty buffer: position 0, limit {@link #SIZE}. */
    public static ByteBuffer take() {
        for (int i = 0; i < KEPT.length(); i++) {
            if (KEPT.getPlain(i) == null) continue;
            ByteBuffer buffer = KEPT.getAndSet(i, null);
            if (buffer != null) return buffer.clear();
        }
        return ByteBuffer.allocateDirect(SIZE);
    }

    /** Takes back what {@link #take} gave; its giver must not touch it again. */
    public static void give(ByteBuffer buffer) {
        for (int i = 0; i < KEPT.length(); i++) {
            if (KEPT.getPlain(i) == null && KEPT.compareAndSet(i, null, buffer)) return;
        }
    }
}
