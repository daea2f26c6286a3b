package io.muontrap.internal.lifecycle;

import java.util.List;

/**
 * The life of one tree from spawn to the one moment: the only thing that decides. It is pure: it is told what happened
 * and what time it is, and answers what is to be done; the driver does it and tells what came of it.
 *
 * <p>The {@link Table} says what is done in which phase. What a table cannot hold is here: the deadlines, the rung
 * reached, the first reason.
 *
 * <p>Times are {@code System.nanoTime()}s, compared by subtraction only, so that they may wrap around. After each call
 * the driver looks at {@link #hasDeadline()} and {@link #deadline()} and arranges for a {@link #tick}, after a tick also
 * if the deadline is the same again (a rung without a wait). One that is late, early or superfluous does no harm.
 *
 * <p>Not thread-safe: for the reactor's thread alone.
 */
public final class Lifecycle {

    /**
     * How many times its length a drain may last while bytes still come. A process that got away, or was left alone, can
     * write into our pipe for ever.
     */
    static final int DRAIN_STRETCH = 16;

    /**
     * A drain that somebody waits for, having asked for the end, lasts no longer while bytes come, unless it was given
     * more: stop and close are bounded.
     */
    static final long LAST_DRAIN = 4_000_000_000L;

    private final Table table;
    private final Ladder own;
    private final boolean leave;
    private final long drainNanos;

    private Phase phase = Phase.STARTING;
    private Reason reason;
    private boolean drainCut;
    private boolean asked;

    private Ladder ladder;
    private int rung = -1;

    private boolean armed;
    private long deadline;
    /** No deadline of this ladder or drain may be after it. */
    private long latest;

    /**
     * @param own the ladder of the tree's stop policy
     * @param leave whether the rest of the tree lives on when the leader ends and nothing was asked
     * @param drainNanos how long outputs may be silent after the tree's end; not negative; 0 cuts them at the first tick
     */
    public Lifecycle(Table table, Ladder own, boolean leave, long drainNanos) {
        if (drainNanos < 0) throw new IllegalArgumentException("negative drain: " + drainNanos);
        this.table = table;
        this.own = own;
        this.ladder = own;
        this.leave = leave;
        this.drainNanos = drainNanos;
    }

    /**
     * Something happened.
     *
     * @param why a better reason than the event's own, or null
     * @throws IllegalStateException if it cannot have happened; nothing has changed then
     */
    public List<Action> on(Event event, Reason why, long now) {
        return post(event, own, why, now);
    }

    /**
     * A stop by another ladder than the tree's own. If a ladder runs already, the new one can only bring its end nearer.
     *
     * @param why a better reason than STOP_ASKED, or null
     */
    public List<Action> stop(Ladder asked, Reason why, long now) {
        return post(Event.STOP, asked, why, now);
    }

    /** Time has passed. Does something only if the deadline is reached, one rung at most. */
    public List<Action> tick(long now) {
        if (!armed || now - deadline() < 0) return List.of();
        return fire(overdue(now), null, now);
    }

    /**
     * Bytes came out of an output: the drain, if there is one, has its full length again, though not for ever. Better
     * still is to call it only for bytes that were in the pipe when the drain began: later ones are not the tree's.
     */
    public void drainProgress(long now) {
        if (phase == Phase.DRAINING) deadline = now + drainNanos;
    }

    public Phase phase() {
        return phase;
    }

    /** Why the tree ends; null as long as it does not, and when it was never started. */
    public Reason reason() {
        return reason;
    }

    /** Whether the outputs were given up before their end. */
    public boolean drainCut() {
        return drainCut;
    }

    public boolean hasDeadline() {
        return armed;
    }

    /** When {@link #tick} is wanted. */
    public long deadline() {
        if (!armed) throw new IllegalStateException("no deadline in " + phase);
        return deadline - latest < 0 ? deadline : latest;
    }

    /** The rung that was taken last, with the scope that holds now. */
    public Rung rung() {
        if (rung < 0) throw new IllegalStateException("no rung taken in " + phase);
        Rung taken = ladder.rungs().get(rung);
        return phase == Phase.ENDING ? new Rung(taken.signal(), Rung.Scope.TREE, taken.waitNanos()) : taken;
    }

    /** What the rest of the tree gets by REAP_AND_SIGNAL_REST. */
    public int restSignal() {
        return ladder.restSignal();
    }

    private List<Action> post(Event event, Ladder asked, Reason why, long now) {
        if (!event.posted()) throw new IllegalArgumentException(event + " is not the driver's to post");
        Reason given = event.reason() == null || why == null ? event.reason() : why;
        return fire(sharpen(event, asked, now), given, now);
    }

    private Event sharpen(Event event, Ladder asked, long now) {
        return switch (event) {
            case SPAWNED -> phase == Phase.DOOMED && ladder.killsAtOnce() ? Event.SPAWNED_KILL : event;
            case LEADER_EXIT -> {
                if (leave && phase == Phase.RUNNING) yield Event.LEADER_EXIT_LEAVE;
                yield ladder.killsRest() ? Event.LEADER_EXIT_KILL : event;
            }
            case STOP, TIME_OVER -> shorten(asked, now) ? Event.STOP : Event.KILL;
            case CLOSE, OWNER_CLOSING -> shorten(asked, now) ? Event.CLOSE : Event.CLOSE_KILL;
            case KILL -> {
                shorten(Ladder.kill(), now);
                yield event;
            }
            default -> event;
        };
    }

    /** Lets a wish to end the tree shorten what was granted before, never lengthen it; false if it leaves no grace. */
    private boolean shorten(Ladder wish, long now) {
        asked = true;
        switch (phase) {
            case STARTING, RUNNING -> ladder = wish;
            case DOOMED -> {
                if (wish.killsAtOnce() || wish.grace() < ladder.grace()) ladder = wish;
            }
            case STOPPING, ENDING -> noLaterThan(now + wish.grace());
            case DRAINING -> noLaterThan(now + longestDrain());
            default -> {}
        }
        return !wish.killsAtOnce();
    }

    private void noLaterThan(long end) {
        if (end - latest < 0) latest = end;
    }

    private long longestDrain() {
        long stretched = drainNanos > Rung.LONGEST / DRAIN_STRETCH ? Rung.LONGEST : DRAIN_STRETCH * drainNanos;
        return asked ? Math.min(stretched, Math.max(drainNanos, LAST_DRAIN)) : stretched;
    }

    private Event overdue(long now) {
        if (phase == Phase.DRAINING) return Event.DRAIN_OVER;
        boolean lastRung = rung + 1 == ladder.rungs().size();
        return lastRung || now - latest >= 0 ? Event.LADDER_OVER : Event.RUNG_DUE;
    }

    private List<Action> fire(Event event, Reason given, long now) {
        Cell cell = table.cell(phase, event);
        if (cell instanceof Cell.Ignored) return List.of();
        if (!(cell instanceof Cell.Move move)) throw new IllegalStateException(event + " cannot happen in " + phase);
        if (reason == null) reason = given;
        phase = move.next();
        for (Action action : move.actions()) note(action, now);
        return move.actions();
    }

    private void note(Action action, long now) {
        switch (action) {
            case SIGNAL_RUNG -> climb(now);
            case REAP_AND_SIGNAL_REST -> {
                if (rung < 0) climb(now);
            }
            case DRAIN -> {
                arm(now, drainNanos);
                latest = now + longestDrain();
            }
            case KILL_TREE, REAP_AND_KILL_REST, REMOVE_LEAF -> armed = false;
            case CUT_OUTPUT -> drainCut = true;
            case REAP, CLOSE_STDIN, COMPLETE -> {}
        }
    }

    /** Each rung's wait counts from when it was taken: after a pause of the JVM no two are taken at once. */
    private void climb(long now) {
        if (++rung == 0) latest = now + Rung.LONGEST;
        arm(now, ladder.rungs().get(rung).waitNanos());
    }

    private void arm(long now, long wait) {
        armed = true;
        deadline = now + wait;
    }
}
