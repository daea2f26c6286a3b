package io.muontrap;

import io.muontrap.internal.reactor.Reactor;
import io.muontrap.internal.reactor.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells when so much processor time is used. It looks when that can be the case at the earliest, all processors having been
 * at work since the last look.
 */
final class CpuWatch {

    private static final long LEAST_NANOS = 10_000_000; // what the kernel counts in
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private final Reactor reactor;
    private final long limitNanos;
    private final Supplier<Optional<Duration>> used;
    private final Runnable over;
    private volatile boolean ended;
    private volatile Timer next;

    /**
     * @param used until now; empty where it cannot be told at the moment
     * @param over run once, on the reactor
     */
    CpuWatch(Reactor reactor, long limitNanos, Supplier<Optional<Duration>> used, Runnable over) {
        this.reactor = reactor;
        this.limitNanos = limitNanos;
        this.used = used;
        this.over = over;
    }

    /** On the reactor. */
    void look() {
        if (ended) {
            return;
        }
        long left = limitNanos - used.get().map(Duration::toNanos).orElse(0L);
        if (left <= 0) {
            over.run();
            return;
        }
        next = reactor.schedule(System.nanoTime() + Math.max(LEAST_NANOS, left / PROCESSORS), this::look);
        if (ended) {
            end(); // just now, when there was nothing to cancel yet
        }
    }

    /** Any thread. */
    void end() {
        ended = true;
        Timer timer = next;
        if (timer != null) {
            timer.cancel();
        }
    }
}
