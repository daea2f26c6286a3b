package io.muontrap;

import io.muontrap.internal.reactor.Reactor;
import io.muontrap.internal.reactor.Timer;

/**
 * Tells when nothing has moved for some time. One timer, which is set anew when it is due and something had moved, and not
 * with every byte.
 */
final class IdleWatch {

    private final Reactor reactor;
    private final long nanos;
    private final Runnable idle;
    private volatile long moved = System.nanoTime();
    private volatile boolean ended;
    private volatile Timer next;

    /** @param idle run once, on the reactor */
    IdleWatch(Reactor reactor, long nanos, Runnable idle) {
        this.reactor = reactor;
        this.nanos = nanos;
        this.idle = idle;
    }

    void begin() {
        look();
    }

    /** Any thread. */
    void moved() {
        moved = System.nanoTime();
    }

    private void look() {
        if (ended) {
            return;
        }
        long due = moved + nanos;
        if (due - System.nanoTime() <= 0) {
            idle.run();
        } else {
            next = reactor.schedule(due, this::look);
            if (ended) {
                end(); // just now, when there was nothing to cancel yet
            }
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
