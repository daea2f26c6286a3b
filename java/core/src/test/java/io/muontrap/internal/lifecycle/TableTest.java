package io.muontrap.internal.lifecycle;

import static io.muontrap.internal.lifecycle.Action.*;
import static io.muontrap.internal.lifecycle.Event.*;
import static io.muontrap.internal.lifecycle.Phase.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What holds for the table as a whole. */
class TableTest {

    /** Replaced by mutants. */
    Table table = Table.STANDARD;

    @Test
    void eachEventIsPossibleFromWhereToWhere() {
        possible(SPAWNED, STARTING, DOOMED);
        possible(SPAWNED_KILL, DOOMED, DOOMED);
        possible(SPAWN_FAILED, STARTING, DOOMED);
        possible(LEADER_EXIT, RUNNING, KILLING);
        possible(LEADER_EXIT_KILL, RUNNING, KILLING);
        possible(LEADER_EXIT_LEAVE, RUNNING, RUNNING);
        possible(TREE_EMPTY, RUNNING, CLOSED);
        for (Event wish : List.of(STOP, CLOSE, KILL, CLOSE_KILL)) possible(wish, STARTING, CLOSED);
        possible(DRAINED, DRAINING, CLOSED);
        possible(DRAIN_OVER, DRAINING, DRAINING);
        possible(LEAF_GONE, CLEANING, CLEANING);
        for (Event deadline : List.of(RUNG_DUE, LADDER_OVER)) {
            assertThat(phases(deadline)).as("%s", deadline).containsExactlyInAnyOrder(STOPPING, ENDING);
        }
    }

    @Test
    void anActionThatIsAnsweredIsTheLastOfItsCell() {
        Set<Action> answered = EnumSet.of(KILL_TREE, REAP_AND_SIGNAL_REST, REAP_AND_KILL_REST, DRAIN, REMOVE_LEAF);
        for (Phase phase : Phase.values()) {
            forEachMove(phase, (where, move) -> {
                List<Action> actions = move.actions();
                for (int i = 0; i < actions.size() - 1; i++)
                    assertThat(answered).as(where).doesNotContain(actions.get(i));
            });
        }
    }

    @Test
    void aPhaseIsLeftForGood() {
        for (Phase phase : Phase.values()) {
            forEachMove(
                    phase, (where, move) -> assertThat(move.next()).as(where).isGreaterThanOrEqualTo(phase));
        }
    }

    @Test
    void whatIsIgnoredSaysWhy() {
        for (Phase phase : Phase.values()) {
            for (Event event : Event.values()) {
                if (table.cell(phase, event) instanceof Cell.Ignored ignored)
                    assertThat(ignored.why()).isNotBlank();
            }
        }
    }

    private void forEachMove(Phase phase, BiConsumer<String, Cell.Move> check) {
        for (Event event : Event.values()) {
            if (table.cell(phase, event) instanceof Cell.Move move) check.accept(phase + " " + event, move);
        }
    }

    private void possible(Event event, Phase first, Phase last) {
        assertThat(phases(event)).as("%s", event).isEqualTo(EnumSet.range(first, last));
    }

    private Set<Phase> phases(Event event) {
        Set<Phase> phases = EnumSet.noneOf(Phase.class);
        for (Phase phase : Phase.values()) {
            if (!(table.cell(phase, event) instanceof Cell.Impossible)) phases.add(phase);
        }
        return phases;
    }
}
