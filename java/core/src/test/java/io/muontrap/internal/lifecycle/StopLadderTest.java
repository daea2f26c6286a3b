package io.muontrap.internal.lifecycle;

import static io.muontrap.internal.lifecycle.Action.*;
import static io.muontrap.internal.lifecycle.Event.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How a tree is stopped, by name. */
class StopLadderTest extends Behaviours {

    @Test
    void aStopIsTermToTheLeaderThenTermToTheRestThenKill() {
        running(TERM_THEN_KILL);
        assertThat(on(STOP)).containsExactly(SIGNAL_RUNG);
        assertThat(tree.rung()).isEqualTo(rung(TERM, Rung.Scope.LEADER, 500 * MS));
        assertThat(at(100, LEADER_EXIT)).containsExactly(REAP_AND_SIGNAL_REST);
        assertThat(tree.restSignal()).isEqualTo(TERM);
        assertThat(nothingFor(400 * MS - 1)).isTrue();
        assertThat(after(1)).as("500 ms after the first signal").containsExactly(KILL_TREE);
        dies(Reason.STOP_ASKED);
    }

    @Test
    void aLeaderThatIgnoresTermIsKilledWithItsTree() {
        running(TERM_THEN_KILL);
        on(STOP);
        assertThat(nothingFor(500 * MS - 1)).isTrue();
        assertThat(after(1)).containsExactly(KILL_TREE);
        assertThat(tree.hasDeadline()).isFalse();
        assertThat(at(1, LEADER_EXIT)).as("new members since the kill").containsExactly(REAP_AND_KILL_REST);
        dies(Reason.STOP_ASKED);
    }

    @Test
    void aLeaderThatEndsByItselfTakesItsTreeAlong() {
        running(TERM_THEN_KILL);
        assertThat(on(LEADER_EXIT)).containsExactly(REAP_AND_SIGNAL_REST);
        assertThat(nothingFor(500 * MS - 1)).isTrue();
        assertThat(after(1)).containsExactly(KILL_TREE);
        dies(Reason.SELF);
    }

    @Test
    void aRestThatObeysIsNotKilled() {
        running(TERM_THEN_KILL);
        on(LEADER_EXIT);
        dies(Reason.SELF);
    }

    @Test
    void leaderThenKillGivesTheRestNoGrace() {
        running(LEADER_THEN_KILL);
        on(STOP);
        assertThat(at(1, LEADER_EXIT)).containsExactly(REAP_AND_KILL_REST);
        dies(Reason.STOP_ASKED);

        running(LEADER_THEN_KILL);
        assertThat(on(LEADER_EXIT)).containsExactly(REAP_AND_KILL_REST);
        dies(Reason.SELF);
    }

    @Test
    void withoutRungsAStopIsAKill() {
        running(Ladder.kill());
        assertThat(on(STOP)).containsExactly(KILL_TREE);
        assertThat(on(LEADER_EXIT)).containsExactly(REAP_AND_KILL_REST);
        dies(Reason.STOP_ASKED);

        running(Ladder.kill());
        assertThat(on(CLOSE)).containsExactly(CLOSE_STDIN, KILL_TREE);

        running(Ladder.kill());
        assertThat(on(LEADER_EXIT)).containsExactly(REAP_AND_KILL_REST);
    }

    @Test
    void rungsAreTakenInOrderAndGoToTheTreeOnceTheLeaderIsGone() {
        running(THREE_RUNGS);
        on(STOP);
        assertThat(tree.rung().signal()).isEqualTo(INT);
        assertThat(after(100 * MS)).containsExactly(SIGNAL_RUNG);
        assertThat(tree.rung()).isEqualTo(THREE_RUNGS.rungs().get(1));
        assertThat(at(50, LEADER_EXIT)).containsExactly(REAP_AND_SIGNAL_REST);
        assertThat(nothingFor(150 * MS - 1)).isTrue();
        assertThat(after(1)).containsExactly(SIGNAL_RUNG);
        assertThat(tree.rung()).isEqualTo(THREE_RUNGS.rungs().get(2));
        assertThat(after(300 * MS)).containsExactly(KILL_TREE);

        running(THREE_RUNGS);
        on(LEADER_EXIT);
        assertThat(after(100 * MS)).containsExactly(SIGNAL_RUNG);
        assertThat(tree.rung()).isEqualTo(rung(TERM, Rung.Scope.TREE, 200 * MS));
    }

    @Test
    void afterAPauseOfTheJvmEachRungStillHasItsWait() {
        running(THREE_RUNGS);
        on(STOP);
        assertThat(after(60_000 * MS)).containsExactly(SIGNAL_RUNG);
        assertThat(nothingFor(200 * MS - 1)).isTrue();
        assertThat(after(1)).containsExactly(SIGNAL_RUNG);
        assertThat(nothingFor(300 * MS - 1)).isTrue();
        assertThat(after(1)).containsExactly(KILL_TREE);
    }

    @Test
    void aKillNeedsNoGrace() {
        running(TERM_THEN_KILL);
        assertThat(on(KILL)).containsExactly(KILL_TREE);
        assertThat(on(KILL)).as("it is at it").isEmpty();
        assertThat(on(STOP)).isEmpty();
        assertThat(on(LEADER_EXIT)).containsExactly(REAP_AND_KILL_REST);
        assertThat(on(KILL)).isEmpty();
        assertThat(on(STOP)).isEmpty();
        dies(Reason.STOP_ASKED);

        running(TERM_THEN_KILL);
        on(STOP);
        assertThat(on(KILL)).containsExactly(KILL_TREE);
        assertThat(tree.hasDeadline()).isFalse();

        running(TERM_THEN_KILL);
        on(LEADER_EXIT);
        assertThat(on(KILL)).containsExactly(KILL_TREE);
        assertThat(tree.hasDeadline()).isFalse();
        dies(Reason.SELF);
    }

    // More than one wish

    @Test
    void aSecondStopDoesNotBeginTheLadderAgain() {
        running(TERM_THEN_KILL);
        on(STOP);
        long kill = tree.deadline();
        now += 300 * MS;
        assertThat(on(STOP)).isEmpty();
        assertThat(on(TIME_OVER)).isEmpty();
        assertThat(tree.deadline()).isEqualTo(kill);
        at(1, LEADER_EXIT);
        assertThat(on(STOP)).isEmpty();
        assertThat(tree.deadline()).isEqualTo(kill);
    }

    @Test
    void anotherLadderReplacesTheOwnIfNoneRuns() {
        running(TERM_THEN_KILL);
        assertThat(tree.stop(THREE_RUNGS, null, now)).containsExactly(SIGNAL_RUNG);
        assertThat(tree.rung().signal()).isEqualTo(INT);
        on(LEADER_EXIT);
        assertThat(tree.restSignal()).isEqualTo(THREE_RUNGS.restSignal());
    }

    @Test
    void anotherLadderBringsTheEndNearerNeverFarther() {
        running(THREE_RUNGS);
        on(STOP);
        assertThat(tree.stop(TERM_THEN_KILL, null, now)).isEmpty();
        assertThat(after(100 * MS)).containsExactly(SIGNAL_RUNG);
        assertThat(after(200 * MS)).containsExactly(SIGNAL_RUNG);
        assertThat(tree.stop(ladder(TERM, rung(TERM, Rung.Scope.TREE, 3_600_000 * MS)), null, now))
                .isEmpty();
        assertThat(nothingFor(200 * MS - 1)).isTrue();
        assertThat(after(1)).as("500 ms after the second wish, not 600").containsExactly(KILL_TREE);
    }

    @Test
    void aCloseEndsALongStopByTheTreesOwnPolicy() {
        running(TERM_THEN_KILL);
        tree.stop(ladder(TERM, rung(TERM, Rung.Scope.TREE, 3_600_000 * MS)), null, now);
        on(LEADER_EXIT);
        now += 10_000 * MS;
        assertThat(on(CLOSE)).containsExactly(CLOSE_STDIN);
        assertThat(nothingFor(500 * MS - 1)).isTrue();
        assertThat(after(1)).containsExactly(KILL_TREE);
    }

    @Test
    void aLadderWithoutRungsKillsWhereverAnotherStands() {
        running(TERM_THEN_KILL);
        on(STOP);
        assertThat(tree.stop(Ladder.kill(), null, now)).containsExactly(KILL_TREE);

        running(TERM_THEN_KILL);
        on(LEADER_EXIT);
        assertThat(tree.stop(Ladder.kill(), null, now)).containsExactly(KILL_TREE);

        running(Ladder.kill());
        tree.stop(TERM_THEN_KILL, null, now);
        assertThat(on(CLOSE)).containsExactly(CLOSE_STDIN, KILL_TREE);

        running(Ladder.kill());
        tree.stop(TERM_THEN_KILL, null, now);
        on(LEADER_EXIT);
        assertThat(on(CLOSE)).containsExactly(CLOSE_STDIN, KILL_TREE);
        assertThat(tree.phase()).isEqualTo(Phase.FINISHING);
        dies(Reason.STOP_ASKED);
    }

    @Test
    void closingClosesStdinFirstAsLongAsAnythingLives() {
        for (Event closing : List.of(CLOSE, OWNER_CLOSING)) {
            starting(TERM_THEN_KILL);
            assertThat(on(closing)).containsExactly(CLOSE_STDIN);
            assertThat(on(closing)).containsExactly(CLOSE_STDIN);
            on(SPAWNED);
            assertThat(on(closing)).containsExactly(CLOSE_STDIN);
            on(LEADER_EXIT);
            assertThat(on(closing)).containsExactly(CLOSE_STDIN);
            on(TREE_EMPTY);
            assertThat(on(closing)).isEmpty();

            running(TERM_THEN_KILL);
            assertThat(on(closing)).containsExactly(CLOSE_STDIN, SIGNAL_RUNG);
            on(KILL);
            assertThat(on(closing)).containsExactly(CLOSE_STDIN);
            on(LEADER_EXIT);
            assertThat(on(closing)).containsExactly(CLOSE_STDIN);

            starting(Ladder.kill());
            assertThat(on(closing)).containsExactly(CLOSE_STDIN);
            assertThat(on(closing)).containsExactly(CLOSE_STDIN);
            assertThat(on(SPAWNED)).containsExactly(KILL_TREE);
            assertThat(on(closing)).containsExactly(CLOSE_STDIN);
            on(LEADER_EXIT);
            assertThat(on(closing)).containsExactly(CLOSE_STDIN);
        }
    }
}
