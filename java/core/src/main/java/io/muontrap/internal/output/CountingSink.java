package io.muontrap.internal.output;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Tells when more bytes have come than are allowed; all the same it passes them on. */
public final class CountingSink implements Sink {

    private final Sink to;
    private final AtomicLong left;
    private final Runnable over;

    /**
     * @param left bytes that may come yet; several sinks may share it
     * @param over run once among them, on the reactor
     */
    public CountingSink(Sink to, AtomicLong left, Runnable over) {
        this.to = to;
        this.left = left;
        this.over = over;
    }

    @Override
    public void open(Flow flow) {
        to.open(flow);
    }

    @Override
    public boolean accept(ByteBuffer bytes) {
        int n = bytes.remaining();
        long before = left.getAndAdd(-n);
        boolean more = to.accept(bytes);
        if (before >= 0 && before < n) over.run();
        return more;
    }

    @Override
    public void end(Runnable served) {
        to.end(served);
    }

    @Override
    public void cut() {
        to.cut();
    }

    @Override
    public boolean truncated() {
        return to.truncated();
    }

    @Override
    public Optional<Throwable> failure() {
        return to.failure();
    }
}
