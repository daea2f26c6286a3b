package io.muontrap.internal.lifecycle;

import java.util.List;

/**
 * How a tree is ended: rung after rung, then SIGKILL to all of it. Without rungs: SIGKILL at once.
 *
 * @param rungs the first is taken at once, each next one when the wait of the one before is over
 * @param restSignal what the rest of the tree gets when the leader is gone, 1 to 64; SIGKILL leaves it no grace
 */
public record Ladder(List<Rung> rungs, int restSignal) {

    private static final int SIGKILL = 9;

    public Ladder {
        rungs = List.copyOf(rungs);
        checkSignal(restSignal);
    }

    /** The ladder without a rung. */
    public static Ladder kill() {
        return new Ladder(List.of(), SIGKILL);
    }

    /** Whether the tree gets no grace at all. */
    boolean killsAtOnce() {
        return rungs.isEmpty();
    }

    /** Whether the rest of the tree gets no grace when the leader is gone. */
    boolean killsRest() {
        return rungs.isEmpty() || restSignal == SIGKILL;
    }

    /** Nanoseconds from the first rung to SIGKILL; at most {@link Rung#LONGEST}. */
    long grace() {
        long sum = 0;
        for (Rung rung : rungs) sum = Math.min(sum + rung.waitNanos(), Rung.LONGEST);
        return sum;
    }

    static void checkSignal(int signal) {
        if (signal < 1 || signal > 64) throw new IllegalArgumentException("signal not in 1..64: " + signal);
    }
}
