package io.muontrap.internal.lifecycle;

import static io.muontrap.internal.lifecycle.Action.*;
import static io.muontrap.internal.lifecycle.Event.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Words to tell a tree's behaviour with. The clock wraps around in the middle of each. */
abstract class Behaviours {

    static final int INT = 2;
    static final int KILL_SIGNAL = 9;
    static final int TERM = 15;
    static final long MS = 1_000_000;
    static final long SILENCE = 2_000 * MS;

    static final Ladder TERM_THEN_KILL = ladder(TERM, rung(TERM, Rung.Scope.LEADER, 500 * MS));
    static final Ladder LEADER_THEN_KILL = ladder(KILL_SIGNAL, rung(TERM, Rung.Scope.LEADER, 500 * MS));
    static final Ladder THREE_RUNGS = ladder(
            TERM,
            rung(INT, Rung.Scope.LEADER, 100 * MS),
            rung(TERM, Rung.Scope.LEADER, 200 * MS),
            rung(TERM, Rung.Scope.TREE, 300 * MS));

    /** Replaced by mutants. */
    Table table = Table.STANDARD;

    Lifecycle tree;
    long now = Long.MAX_VALUE - 50 * MS;

    void starting(Ladder own) {
        tree = new Lifecycle(table, own, false, SILENCE);
    }

    void running(Ladder own) {
        running(own, false);
    }

    void running(Ladder own, boolean leave) {
        tree = new Lifecycle(table, own, leave, SILENCE);
        assertThat(on(SPAWNED)).isEmpty();
        assertThat(tree.phase()).isEqualTo(Phase.RUNNING);
        assertThat(tree.hasDeadline()).isFalse();
    }

    void draining(long drain) {
        tree = new Lifecycle(table, TERM_THEN_KILL, false, drain);
        on(SPAWNED);
        on(LEADER_EXIT);
        assertThat(on(TREE_EMPTY)).containsExactly(DRAIN);
    }

    /** From a reaped leader to the one moment. */
    void dies(Reason reason) {
        if (tree.phase() == Phase.KILLING) on(LEADER_EXIT);
        assertThat(on(TREE_EMPTY)).containsExactly(DRAIN);
        assertThat(on(TREE_EMPTY)).isEmpty();
        assertThat(on(DRAINED)).containsExactly(REMOVE_LEAF);
        assertThat(on(TREE_EMPTY)).isEmpty();
        assertThat(on(LEAF_GONE)).containsExactly(COMPLETE);
        assertThat(tree.phase()).isEqualTo(Phase.CLOSED);
        assertThat(tree.hasDeadline()).isFalse();
        assertThat(tree.reason()).isEqualTo(reason);
        assertThat(tree.drainCut()).isFalse();
    }

    List<Action> on(Event event) {
        return tree.on(event, null, now);
    }

    List<Action> at(long millisLater, Event event) {
        now += millisLater * MS;
        return on(event);
    }

    List<Action> after(long nanos) {
        now += nanos;
        return tree.tick(now);
    }

    boolean nothingFor(long nanos) {
        return tree.hasDeadline() && after(nanos).isEmpty();
    }

    static Rung rung(int signal, Rung.Scope scope, long wait) {
        return new Rung(signal, scope, wait);
    }

    static Ladder ladder(int restSignal, Rung... rungs) {
        return new Ladder(List.of(rungs), restSignal);
    }
}
