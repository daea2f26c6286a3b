package io.muontrap.internal.lifecycle;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A second opinion on the life cycle. It knows no phases and no table: it keeps facts about the tree, and from them it
 * derives what is owed. Its clock starts at 0 and never wraps.
 */
final class Model {

    /** No script's clock comes near it. */
    static final long NEVER = Long.MAX_VALUE / 2;

    private static final Map<Event, Reason> WISHES = Map.of(
            Event.STOP, Reason.STOP_ASKED,
            Event.CLOSE, Reason.STOP_ASKED,
            Event.KILL, Reason.STOP_ASKED,
            Event.TIME_OVER, Reason.TIMEOUT,
            Event.OWNER_CLOSING, Reason.OWNER);

    private final boolean leave;
    private final long drain;

    private Boolean spawned;
    private boolean asked;
    private boolean graceless;
    private boolean reaped;
    private boolean empty;
    private boolean left;
    private boolean killed;
    private boolean outputsDone;
    private boolean leafGone;

    private Ladder ladder;
    private int taken;
    private long nextRung;
    private long end = NEVER;
    private long silence = NEVER;

    Reason reason;
    boolean cut;

    Model(Ladder own, boolean leave, long drain) {
        this.ladder = own;
        this.leave = leave;
        this.drain = drain;
    }

    static boolean isWish(Event event) {
        return WISHES.containsKey(event);
    }

    /** Whether a driver that is right in its mind can say this now. */
    boolean possible(Event event) {
        return switch (event) {
            case SPAWNED, SPAWN_FAILED -> spawned == null;
            case LEADER_EXIT -> lives() && !reaped;
            case TREE_EMPTY -> spawned != null;
            case DRAINED -> spawned != null && nothingToEnd();
            case LEAF_GONE -> outputsDone && !leafGone;
            default -> isWish(event);
        };
    }

    /** What is owed when something possible happens. */
    List<Action> happens(Event event, Ladder by, Reason why, long t) {
        boolean wish = isWish(event) && !nothingToEnd();
        boolean exit = event == Event.LEADER_EXIT;
        boolean wasOver = nothingToEnd();

        switch (event) {
            case SPAWNED -> spawned = true;
            case SPAWN_FAILED -> spawned = false;
            case LEADER_EXIT -> {
                reaped = true;
                left = leave && !asked;
            }
            case TREE_EMPTY -> empty = reaped;
            default -> {}
        }
        if (isWish(event) && wasOver && spawned && !outputsDone) drainIsWaitedFor(t);
        if (wish) {
            Ladder wanted = event == Event.KILL ? Ladder.kill() : by;
            graceless |= wanted.rungs().isEmpty();
            if (taken > 0) end = Math.min(end, plus(t, total(wanted)));
            else if (!asked || graceless || total(wanted) < total(ladder)) ladder = graceless ? Ladder.kill() : wanted;
            asked = true;
        }
        if (reason == null && (wish || exit)) {
            reason = why != null ? why : exit ? Reason.SELF : WISHES.get(event);
        }

        List<Action> owed = new ArrayList<>();
        if (wish && (event == Event.CLOSE || event == Event.OWNER_CLOSING)) owed.add(Action.CLOSE_STDIN);
        if (exit && left) owed.add(Action.REAP);
        if (lives()) {
            boolean restHasNoGrace =
                    reaped && (ladder.restSignal() == 9 || ladder.rungs().isEmpty());
            boolean kill = !killed && (graceless || exit && restHasNoGrace);
            killed |= kill;
            if (exit) owed.add(killed ? Action.REAP_AND_KILL_REST : Action.REAP_AND_SIGNAL_REST);
            else if (kill) owed.add(Action.KILL_TREE);
            if (!killed && taken == 0 && (asked || exit)) {
                take(t);
                if (!exit) owed.add(Action.SIGNAL_RUNG);
            }
        }
        if (nothingToEnd() && !wasOver) {
            if (spawned) {
                owed.add(Action.DRAIN);
                silence = plus(t, drain);
                end = plus(t, drain > NEVER / 16 ? NEVER : drain * 16);
                if (asked) drainIsWaitedFor(t);
            } else {
                cut = true;
                outputsDone = true;
                owed.add(Action.CUT_OUTPUT);
                owed.add(Action.REMOVE_LEAF);
            }
        }
        if (event == Event.DRAINED && !outputsDone) {
            outputsDone = true;
            owed.add(Action.REMOVE_LEAF);
        }
        if (event == Event.LEAF_GONE) {
            leafGone = true;
            owed.add(Action.COMPLETE);
        }
        return owed;
    }

    /** What is owed because of the time alone. */
    List<Action> looksAtTheClock(long t) {
        if (t < due()) return List.of();
        if (nothingToEnd()) {
            cut = true;
            outputsDone = true;
            return List.of(Action.CUT_OUTPUT, Action.REMOVE_LEAF);
        }
        if (t >= end || taken == ladder.rungs().size()) {
            killed = true;
            return List.of(Action.KILL_TREE);
        }
        take(t);
        return List.of(Action.SIGNAL_RUNG);
    }

    private void drainIsWaitedFor(long t) {
        end = Math.min(end, plus(t, Math.max(drain, 4_000_000_000L)));
    }

    void bytesCame(long t) {
        silence = plus(t, drain);
    }

    /** When the clock has to be looked at; NEVER if it need not be. */
    long due() {
        if (nothingToEnd()) return spawned && !outputsDone ? Math.min(silence, end) : NEVER;
        return taken > 0 && !killed ? Math.min(nextRung, end) : NEVER;
    }

    boolean waits() {
        return nothingToEnd() ? spawned && !outputsDone : taken > 0 && !killed;
    }

    /** The signal that was owed last by SIGNAL_RUNG, and whether it goes to the whole tree. */
    Rung lastRung() {
        Rung rung = ladder.rungs().get(taken - 1);
        return new Rung(rung.signal(), reaped ? Rung.Scope.TREE : rung.scope(), rung.waitNanos());
    }

    int restSignal() {
        return ladder.restSignal();
    }

    Phase phase() {
        if (spawned == null) return asked ? Phase.DOOMED : Phase.STARTING;
        if (leafGone) return Phase.CLOSED;
        if (outputsDone) return Phase.CLEANING;
        if (nothingToEnd()) return Phase.DRAINING;
        if (reaped) return killed ? Phase.FINISHING : Phase.ENDING;
        return killed ? Phase.KILLING : asked ? Phase.STOPPING : Phase.RUNNING;
    }

    private boolean lives() {
        return spawned != null && !nothingToEnd();
    }

    private boolean nothingToEnd() {
        return spawned != null && (!spawned || left || empty);
    }

    private void take(long t) {
        nextRung = plus(t, ladder.rungs().get(taken++).waitNanos());
    }

    private static long total(Ladder ladder) {
        long sum = 0;
        for (Rung rung : ladder.rungs()) sum = plus(sum, rung.waitNanos());
        return sum;
    }

    private static long plus(long a, long b) {
        return b > NEVER - a ? NEVER : a + b;
    }
}
