package io.muontrap.internal.output;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives the same bytes to several sinks; the slowest sets the pace. */
public final class TeeSink implements Sink {

    private final List<Sink> sinks;
    private Flow flow;

    /** How many have not said yet that they take more; one for {@link #accept} itself while it asks. */
    private final AtomicInteger unready = new AtomicInteger();

    public TeeSink(List<Sink> sinks) {
        this.sinks = List.copyOf(sinks);
    }

    @Override
    public void open(Flow to) {
        flow = to;
        Flow each = new Flow() {
            @Override
            public void more() {
                if (unready.decrementAndGet() == 0) flow.more();
            }

            @Override
            public void moved() {
                flow.moved();
            }
        };
        for (Sink sink : sinks) sink.open(each);
    }

    @Override
    public boolean accept(ByteBuffer bytes) {
        unready.set(1 + sinks.size()); // first: a sink may say "more" before its accept() is back
        for (Sink sink : sinks) {
            if (sink.accept(bytes.duplicate())) unready.decrementAndGet();
        }
        bytes.position(bytes.limit());
        return unready.decrementAndGet() == 0;
    }

    @Override
    public void end(Runnable served) {
        AtomicInteger unserved = new AtomicInteger(sinks.size());
        if (sinks.isEmpty()) served.run();
        for (Sink sink : sinks) {
            sink.end(() -> {
                if (unserved.decrementAndGet() == 0) served.run();
            });
        }
    }

    @Override
    public void cut() {
        sinks.forEach(Sink::cut);
    }

    @Override
    public boolean truncated() {
        return sinks.stream().anyMatch(Sink::truncated);
    }

    @Override
    public Optional<Throwable> failure() {
        return sinks.stream().flatMap(s -> s.failure().stream()).findFirst();
    }
}
