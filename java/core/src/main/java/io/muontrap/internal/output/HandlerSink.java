package io.muontrap.internal.output;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Hands an output to a user's code on an executor, in order and never overlapping, whatever the executor.
 *
 * <p>The reactor only copies bytes into a queue; decoding and the user's code run elsewhere, and on our own threads
 * where an executor would run them in the reactor's (a direct one, or one whose full queue makes the caller run it).
 * From 256 KiB of waiting bytes on the program waits, or bytes are dropped and counted, until half of that is handled.
 */
public abstract sealed class HandlerSink implements Sink permits BytesSink, LineSink, FileSink {

    /** What happens to an output that comes faster than its handler takes it. */
    public enum WhenBehind {
        /** The program waits in its write. */
        WAIT,
        /** It is dropped and counted, and goes on whole after the gap. */
        DROP
    }

    private static final System.Logger LOG = System.getLogger("io.muontrap");

    static final int HIGH = 256 * 1024;
    static final int LOW = HIGH / 2;

    private static final int OVERHEAD = 64; // of a chunk: array, node, header; a byte at a time must not cost 60 unseen
    private static final int CHUNKS_AT_ONCE = 16; // then the executor's other work has its turn
    private static final long MOVED_EVERY_NANOS = 20_000_000;
    private static final byte[] GAP = {};

    private final Executor executor;
    private final Consumer<Throwable> onFailure;
    private final WhenBehind behind;
    private final ConcurrentLinkedQueue<byte[]> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger work = new AtomicInteger(); // > 0: somebody is in run(), or will be
    private final AtomicLong waiting = new AtomicLong(); // bytes in the queue, with overhead
    private final AtomicBoolean full = new AtomicBoolean();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicReference<Runnable> served = new AtomicReference<>();
    private volatile boolean cut;
    private Flow flow;
    private boolean gap; // the reactor's
    private volatile boolean whole; // all was handed over
    private long movedAt = System.nanoTime(); // of who is in run()

    HandlerSink(Executor executor, WhenBehind behind, Consumer<Throwable> onFailure) {
        this.executor = executor;
        this.behind = behind;
        this.onFailure = onFailure;
    }

    /** Hands bytes over. What it throws ends the handing over. */
    abstract void take(byte[] bytes);

    /** Bytes were dropped here. */
    abstract void gap();

    /** Hands over what is left. */
    abstract void last();

    @Override
    public void open(Flow to) {
        flow = to;
    }

    @Override
    public boolean accept(ByteBuffer bytes) {
        int n = bytes.remaining();
        if (givenUp() || behind == WhenBehind.DROP && waiting.get() >= HIGH) {
            bytes.position(bytes.limit());
            dropped.addAndGet(n);
            gap = true;
            return true;
        }
        if (gap) {
            gap = false;
            put(GAP);
        }
        byte[] chunk = new byte[n];
        bytes.get(chunk);
        long now = put(chunk);
        wake();
        if (now < HIGH || behind == WhenBehind.DROP) return true;
        full.set(true);
        // The handler may have taken all of it meanwhile, and then nobody is left to say "more".
        return waiting.get() < LOW && full.compareAndSet(true, false);
    }

    private long put(byte[] chunk) {
        long now = waiting.addAndGet(chunk.length + OVERHEAD);
        queue.add(chunk);
        return now;
    }

    @Override
    public void end(Runnable whenServed) {
        if (gap && !givenUp()) put(GAP);
        served.set(whenServed);
        wake();
    }

    @Override
    public void cut() {
        cut = true;
        wake();
    }

    @Override
    public boolean truncated() {
        return dropped() > 0 || cut && !whole || failure.get() != null;
    }

    /** Bytes that no handler saw. */
    public long dropped() {
        return dropped.get();
    }

    @Override
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure.get());
    }

    /** Bytes in the queue, with their overhead. */
    final long waiting() {
        return waiting.get();
    }

    /** Whether nothing is to be handed over any more. */
    final boolean givenUp() {
        return cut || failure.get() != null;
    }

    /** To be called after each thing handed over. */
    final void moved() {
        long now = System.nanoTime();
        if (now - movedAt < MOVED_EVERY_NANOS) return;
        movedAt = now;
        flow.moved();
    }

    final void countDropped(long bytes) {
        dropped.addAndGet(bytes);
    }

    private void wake() {
        if (work.getAndIncrement() == 0) submit();
    }

    private void submit() {
        try {
            HandlerThreads.submit(executor, this::run, this::rejected);
        } catch (Throwable t) { // no more threads
            rejected(t);
        }
    }

    /** Nobody will run it. */
    private void rejected(Throwable t) {
        fail(t);
        run(); // runs none of the user's code any more
    }

    private void run() {
        int chunks = 0;
        for (int seen = work.get(); seen != 0; seen = work.addAndGet(-seen)) {
            boolean end = served.get() != null; // before the queue is looked at: after it nothing is put there
            for (byte[] chunk; (chunk = queue.poll()) != null; ) {
                handle(chunk);
                if (++chunks >= CHUNKS_AT_ONCE && !givenUp()) {
                    submit();
                    return;
                }
            }
            if (end) finish();
        }
    }

    private void handle(byte[] chunk) {
        if (givenUp()) countDropped(chunk.length);
        else
            guarded(() -> {
                if (chunk == GAP) gap();
                else take(chunk);
            });
        if (waiting.addAndGet(-chunk.length - OVERHEAD) < LOW && full.compareAndSet(true, false)) flow.more();
        if (!givenUp()) moved();
    }

    private void finish() {
        Runnable whenServed = served.getAndSet(null);
        if (whenServed == null) return;
        boolean hand = !givenUp();
        if (hand) guarded(this::last);
        whole = hand;
        whenServed.run();
    }

    private void guarded(Runnable users) {
        try {
            users.run();
        } catch (Throwable t) {
            fail(t);
        }
    }

    /** The first one counts. */
    private void fail(Throwable t) {
        if (!failure.compareAndSet(null, t)) return;
        try {
            onFailure.accept(t);
        } catch (Throwable again) { // the rest must still be read and dropped
            LOG.log(System.Logger.Level.ERROR, "could not tell that a handler threw", again);
        }
    }
}
