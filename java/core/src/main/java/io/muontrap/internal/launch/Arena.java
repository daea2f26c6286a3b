package io.muontrap.internal.launch;

import io.muontrap.internal.jni.NativeSpawn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The mapped block that one spawn's plan lies in, and its outcome. Blocks of the usual size are kept for the next
 * spawn; a block belongs to one spawn until that spawn has returned, whoever gave up waiting for it.
 */
final class Arena {

    private static final int USUAL = 64 * 1024;
    private static final int MOST_KEPT = 16;
    private static final ConcurrentLinkedQueue<Arena> FREE = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger KEPT = new AtomicInteger();

    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private static final int PID = 8;
    private static final int PIDFD = 12;
    private static final int STEP = 16;
    private static final int ERROR = 20;
    private static final int DETAIL = 24;
    private static final int OWNER_PEAK = 32;

    private final ByteBuffer block;

    private Arena(ByteBuffer block) {
        this.block = block;
    }

    static Arena take(long bytes) {
        if (bytes <= USUAL) {
            Arena kept = FREE.poll();
            if (kept != null) {
                KEPT.decrementAndGet();
                return kept;
            }
        }
        ByteBuffer block = bytes > Integer.MAX_VALUE ? null : NativeSpawn.mapArena((int) Math.max(bytes, USUAL));
        if (block == null) {
            throw new OutOfMemoryError("no memory for a plan of " + bytes + " bytes");
        }
        return new Arena(block.order(ByteOrder.nativeOrder()));
    }

    void giveBack() {
        if (block.capacity() == USUAL && KEPT.get() < MOST_KEPT) {
            KEPT.incrementAndGet();
            FREE.add(this);
        } else {
            NativeSpawn.unmapArena(block);
        }
    }

    ByteBuffer block() {
        return block;
    }

    int pid() {
        return get(PID);
    }

    /** Also while the child is on its way: the kernel wrote it before the child's first instruction. */
    int pidfd() {
        return get(PIDFD);
    }

    int step() {
        return get(STEP);
    }

    int error() {
        return get(ERROR);
    }

    int detail() {
        return get(DETAIL);
    }

    long ownerPeakKib() {
        return block.getLong(OWNER_PEAK);
    }

    /** Before the arena goes to the spawner: what a watcher reads must not be the last spawn's. */
    void clearOutcome() {
        INT.setVolatile(block, PID, -1);
        INT.setVolatile(block, STEP, 0);
        INT.setVolatile(block, PIDFD, -1);
    }

    private int get(int at) {
        return (int) INT.getVolatile(block, at);
    }
}
