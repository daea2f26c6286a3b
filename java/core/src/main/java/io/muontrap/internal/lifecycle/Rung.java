package io.muontrap.internal.lifecycle;

/**
 * One rung of the stop ladder: a signal, then a wait for the tree to end by it.
 *
 * @param signal 1 to 64
 * @param scope whom it goes to while the leader lives; afterwards every rung goes to what is left of the tree
 * @param waitNanos not negative; capped at {@link #LONGEST}
 */
public record Rung(int signal, Scope scope, long waitNanos) {

    /** 146 years, half of what a long holds: sums with {@code System.nanoTime()} stay comparable by subtraction. */
    public static final long LONGEST = Long.MAX_VALUE / 2;

    /** Whom a rung's signal goes to. */
    public enum Scope {
        /** The leader alone. */
        LEADER,
        /** The leader and all descendants. */
        TREE
    }

    public Rung {
        Ladder.checkSignal(signal);
        if (scope == null) throw new IllegalArgumentException("scope is null");
        if (waitNanos < 0) throw new IllegalArgumentException("negative wait: " + waitNanos);
        waitNanos = Math.min(waitNanos, LONGEST);
    }
}
