package io.muontrap.internal.cgroup;

/** Waits that double, up to a longest one and a sum. */
public final class Backoff {

    private final long longestNanos;
    private final long until;
    private long next;

    public Backoff(long firstNanos, long longestNanos, long sumNanos) {
        this.next = firstNanos;
        this.longestNanos = longestNanos;
        this.until = System.nanoTime() + sumNanos;
    }

    /** Whether the sum is used up. */
    public boolean over() {
        return System.nanoTime() - until >= 0;
    }

    /** The next wait. */
    public long next() {
        long now = next;
        next = Math.min(2 * next, longestNanos);
        return now;
    }
}
