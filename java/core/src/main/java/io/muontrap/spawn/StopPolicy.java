package io.muontrap.spawn;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * How a tree is asked to end: a ladder of signals with a wait after each, and always SIGKILL to the whole tree at its
 * end.
 *
 * <p>A rung goes to the leader or to the whole tree. When the leader is gone, by a rung or by itself, what is left of
 * the tree gets {@link #rest()}, and later rungs go to what is left whatever their scope. The waits run from the first
 * signal on; a tree that ends sooner is not waited for. Every signal is followed by SIGCONT, since a stopped process
 * would not act on it.
 *
 * <p>Times: 0 means at once, negative is refused, what is longer than 292 years is cut to that.
 *
 * @param rungs in their order; empty means SIGKILL at once
 * @param rest what the others get when the leader is gone; SIGKILL does not wait for the ladder's end
 */
public record StopPolicy(List<Rung> rungs, Signal rest) {

    /** {@link #termThenKill} with 500 ms. */
    public static final StopPolicy DEFAULT = termThenKill(Duration.ofMillis(500));

    /** Whom a rung reaches. */
    public enum Scope {
        /** The process that was started. */
        LEADER,
        /** It and everything that it started. */
        TREE
    }

    /**
     * One signal and the time that it is given to work.
     *
     * @param signal which
     * @param scope to whom
     * @param grace the wait before the next rung, or before SIGKILL; not negative
     */
    public record Rung(Signal signal, Scope scope, Duration grace) {
        public Rung {
            Objects.requireNonNull(signal, "signal");
            Objects.requireNonNull(scope, "scope");
            grace = checked(grace);
        }

        /** The wait in nanoseconds. */
        public long graceNanos() {
            return grace.toNanos();
        }
    }

    public StopPolicy {
        rungs = List.copyOf(rungs);
        Objects.requireNonNull(rest, "rest");
    }

    /**
     * SIGTERM to the leader; when it is gone, by this or by itself, SIGTERM to what is left; SIGKILL to the tree when
     * {@code grace} has passed since the first signal.
     *
     * @param grace 0 is {@link #kill()}
     * @throws IllegalArgumentException if {@code grace} is negative
     */
    public static StopPolicy termThenKill(Duration grace) {
        return single(Scope.LEADER, grace, Signal.TERM);
    }

    /**
     * SIGTERM to the leader alone; when it is gone or {@code grace} has passed, SIGKILL to the tree. This is what
     * MuonTrap does.
     *
     * @param grace 0 is {@link #kill()}
     * @throws IllegalArgumentException if {@code grace} is negative
     */
    public static StopPolicy leaderThenKill(Duration grace) {
        return single(Scope.LEADER, grace, Signal.KILL);
    }

    /**
     * SIGTERM to the whole tree, SIGKILL to it when {@code grace} has passed.
     *
     * @param grace 0 is {@link #kill()}
     * @throws IllegalArgumentException if {@code grace} is negative
     */
    public static StopPolicy termTree(Duration grace) {
        return single(Scope.TREE, grace, Signal.TERM);
    }

    /** SIGKILL to the tree at once. */
    public static StopPolicy kill() {
        return new StopPolicy(List.of(), Signal.KILL);
    }

    /**
     * This ladder with one more rung before the final SIGKILL; {@code kill().then(INT, TREE, 2 s)} begins one of your
     * own.
     *
     * @param grace the wait after it; 0 goes on to the next rung at once
     * @throws IllegalArgumentException if {@code grace} is negative
     */
    @CheckReturnValue
    public StopPolicy then(Signal signal, Scope scope, Duration grace) {
        List<Rung> longer = new ArrayList<>(rungs);
        longer.add(new Rung(signal, scope, grace));
        return new StopPolicy(longer, rest);
    }

    /** This ladder with another signal for what is left when the leader is gone. */
    @CheckReturnValue
    public StopPolicy rest(Signal signal) {
        return new StopPolicy(rungs, signal);
    }

    /** The longest time from the first signal to SIGKILL: the sum of all waits, cut to 292 years. */
    public Duration longest() {
        return cut(rungs.stream().map(Rung::grace).reduce(Duration.ZERO, (a, b) -> cut(a.plus(b))));
    }

    @Override
    public String toString() {
        return rungs.stream()
                .map(r -> r.signal() + " to " + r.scope() + ", " + r.grace() + ", ")
                .collect(Collectors.joining("", "", "SIGKILL to TREE (rest: " + rest + ")"));
    }

    private static StopPolicy single(Scope scope, Duration grace, Signal rest) {
        return checked(grace).isZero() ? kill() : new StopPolicy(List.of(new Rung(Signal.TERM, scope, grace)), rest);
    }

    private static Duration checked(Duration grace) {
        Objects.requireNonNull(grace, "grace");
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace must not be negative: " + grace);
        }
        return cut(grace);
    }

    private static Duration cut(Duration time) {
        Duration most = Duration.ofNanos(Long.MAX_VALUE);
        return time.compareTo(most) > 0 ? most : time;
    }
}
