package io.muontrap.internal.lifecycle;

import static io.muontrap.internal.lifecycle.Action.*;
import static io.muontrap.internal.lifecycle.Event.*;
import static io.muontrap.internal.lifecycle.Phase.*;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Phase × event → actions and next phase: the whole behaviour of a tree. Immutable. */
public final class Table {

    private static final Cell IMPOSSIBLE = new Cell.Impossible();

    /** What is not named here is {@linkplain Cell.Impossible impossible}. */
    public static final Table STANDARD = standard();

    private static Table standard() {
        Builder table = new Builder();
        table.in(STARTING)
                .on(SPAWNED, RUNNING)
                .on(SPAWN_FAILED, CLEANING, CUT_OUTPUT, REMOVE_LEAF)
                .on(STOP, DOOMED)
                .on(KILL, DOOMED)
                .on(CLOSE, DOOMED, CLOSE_STDIN)
                .on(CLOSE_KILL, DOOMED, CLOSE_STDIN);
        table.in(DOOMED)
                .on(SPAWNED, STOPPING, SIGNAL_RUNG)
                .on(SPAWNED_KILL, KILLING, KILL_TREE)
                .on(SPAWN_FAILED, CLEANING, CUT_OUTPUT, REMOVE_LEAF)
                .on(CLOSE, DOOMED, CLOSE_STDIN)
                .on(CLOSE_KILL, DOOMED, CLOSE_STDIN)
                .ignore("remembered; the shortest grace counts", STOP, KILL);
        table.in(RUNNING)
                .on(LEADER_EXIT, ENDING, REAP_AND_SIGNAL_REST)
                .on(LEADER_EXIT_KILL, FINISHING, REAP_AND_KILL_REST)
                .on(LEADER_EXIT_LEAVE, DRAINING, REAP, DRAIN)
                .on(STOP, STOPPING, SIGNAL_RUNG)
                .on(KILL, KILLING, KILL_TREE)
                .on(CLOSE, STOPPING, CLOSE_STDIN, SIGNAL_RUNG)
                .on(CLOSE_KILL, KILLING, CLOSE_STDIN, KILL_TREE)
                .ignore("the leader lives", TREE_EMPTY);
        table.in(STOPPING)
                .on(LEADER_EXIT, ENDING, REAP_AND_SIGNAL_REST)
                .on(LEADER_EXIT_KILL, FINISHING, REAP_AND_KILL_REST)
                .on(RUNG_DUE, STOPPING, SIGNAL_RUNG)
                .on(LADDER_OVER, KILLING, KILL_TREE)
                .on(KILL, KILLING, KILL_TREE)
                .on(CLOSE, STOPPING, CLOSE_STDIN)
                .on(CLOSE_KILL, KILLING, CLOSE_STDIN, KILL_TREE)
                .ignore("the ladder is never begun again; its end may have come nearer", STOP)
                .ignore("the leader lives", TREE_EMPTY);
        table.in(KILLING)
                .on(LEADER_EXIT, FINISHING, REAP_AND_KILL_REST)
                .on(LEADER_EXIT_KILL, FINISHING, REAP_AND_KILL_REST)
                .on(CLOSE, KILLING, CLOSE_STDIN)
                .on(CLOSE_KILL, KILLING, CLOSE_STDIN)
                .ignore("KILL_TREE is at it", STOP, KILL)
                .ignore("the leader lives; asked again when it is reaped", TREE_EMPTY);
        table.in(ENDING)
                .on(TREE_EMPTY, DRAINING, DRAIN)
                .on(RUNG_DUE, ENDING, SIGNAL_RUNG)
                .on(LADDER_OVER, FINISHING, KILL_TREE)
                .on(KILL, FINISHING, KILL_TREE)
                .on(CLOSE, ENDING, CLOSE_STDIN)
                .on(CLOSE_KILL, FINISHING, CLOSE_STDIN, KILL_TREE)
                .ignore("the ladder is never begun again; its end may have come nearer", STOP);
        table.in(FINISHING)
                .on(TREE_EMPTY, DRAINING, DRAIN)
                .on(CLOSE, FINISHING, CLOSE_STDIN)
                .on(CLOSE_KILL, FINISHING, CLOSE_STDIN)
                .ignore("KILL_TREE is at it", STOP, KILL);
        table.in(DRAINING)
                .on(DRAINED, CLEANING, REMOVE_LEAF)
                .on(DRAIN_OVER, CLEANING, CUT_OUTPUT, REMOVE_LEAF)
                .ignore("nothing lives that is ours to stop, and stdin is closed", STOP, KILL, CLOSE, CLOSE_KILL)
                .ignore("said twice, or said of a rest that was left alone", TREE_EMPTY);
        table.in(CLEANING)
                .on(LEAF_GONE, CLOSED, COMPLETE)
                .ignore("nothing lives that is ours to stop, and stdin is closed", STOP, KILL, CLOSE, CLOSE_KILL)
                .ignore("late: cut off, or said twice", DRAINED, TREE_EMPTY);
        table.in(CLOSED).ignore("all is over", STOP, KILL, CLOSE, CLOSE_KILL, DRAINED, TREE_EMPTY);
        return table.build();
    }

    private final Map<Phase, Map<Event, Cell>> cells;

    private Table(Map<Phase, Map<Event, Cell>> cells) {
        this.cells = cells;
    }

    public Cell cell(Phase phase, Event event) {
        return cells.get(phase).getOrDefault(event, IMPOSSIBLE);
    }

    /** This table with one cell replaced. */
    Table with(Phase phase, Event event, Cell cell) {
        Map<Phase, Map<Event, Cell>> copy = new EnumMap<>(cells);
        Map<Event, Cell> row = new EnumMap<>(Event.class);
        row.putAll(cells.get(phase));
        row.put(event, cell);
        copy.put(phase, row);
        return new Table(copy);
    }

    private static final class Builder {
        private final Map<Phase, Map<Event, Cell>> cells = new EnumMap<>(Phase.class);
        private Map<Event, Cell> row;

        Builder in(Phase phase) {
            row = new EnumMap<>(Event.class);
            cells.put(phase, row);
            return this;
        }

        Builder on(Event event, Phase next, Action... actions) {
            return put(event, new Cell.Move(List.of(actions), next));
        }

        Builder ignore(String why, Event... events) {
            for (Event event : events) put(event, new Cell.Ignored(why));
            return this;
        }

        private Builder put(Event event, Cell cell) {
            if (!event.inTable() || row.put(event, cell) != null) throw new IllegalStateException("twice: " + event);
            return this;
        }

        Table build() {
            return new Table(cells);
        }
    }
}
