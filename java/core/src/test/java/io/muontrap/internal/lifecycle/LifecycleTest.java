package io.muontrap.internal.lifecycle;

import static io.muontrap.internal.lifecycle.Action.*;
import static io.muontrap.internal.lifecycle.Event.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What else users and the driver are promised, by name: start, rest, end, reasons, durations. */
class LifecycleTest extends Behaviours {

    // The start

    @Test
    void aStopBeforeTheProgramRunsIsKeptAndItsGraceCountsFromThere() {
        starting(TERM_THEN_KILL);
        assertThat(on(STOP)).isEmpty();
        assertThat(on(STOP)).isEmpty();
        assertThat(tree.hasDeadline()).isFalse();
        assertThat(at(3_000, SPAWNED)).containsExactly(SIGNAL_RUNG);
        assertThat(nothingFor(500 * MS - 1)).isTrue();
        assertThat(after(1)).containsExactly(KILL_TREE);
        on(LEADER_EXIT);
        dies(Reason.STOP_ASKED);
    }

    @Test
    void ofTwoWishesBeforeTheProgramRunsTheShorterGraceCounts() {
        starting(THREE_RUNGS);
        on(STOP);
        tree.stop(TERM_THEN_KILL, null, now);
        on(OWNER_CLOSING);
        on(SPAWNED);
        assertThat(tree.rung()).isEqualTo(TERM_THEN_KILL.rungs().get(0));
        assertThat(tree.reason()).isEqualTo(Reason.STOP_ASKED);
    }

    @Test
    void aKillBeforeTheProgramRunsIsDoneAsSoonAsItDoes() {
        starting(TERM_THEN_KILL);
        assertThat(on(KILL)).isEmpty();
        assertThat(on(STOP)).as("grants no grace again").isEmpty();
        assertThat(on(SPAWNED)).containsExactly(KILL_TREE);

        starting(TERM_THEN_KILL);
        on(STOP);
        assertThat(on(KILL)).isEmpty();
        assertThat(on(SPAWNED)).containsExactly(KILL_TREE);
    }

    @Test
    void aFailedStartLeavesNothing() {
        starting(TERM_THEN_KILL);
        assertThat(on(SPAWN_FAILED)).containsExactly(CUT_OUTPUT, REMOVE_LEAF);
        assertThat(on(STOP)).isEmpty();
        assertThat(on(LEAF_GONE)).containsExactly(COMPLETE);
        assertThat(tree.phase()).isEqualTo(Phase.CLOSED);
        assertThat(tree.reason()).isNull();

        starting(TERM_THEN_KILL);
        on(TIME_OVER);
        assertThat(on(SPAWN_FAILED)).containsExactly(CUT_OUTPUT, REMOVE_LEAF);
        assertThat(on(LEAF_GONE)).containsExactly(COMPLETE);
    }

    // The rest of the tree

    @Test
    void whatIsToLiveOnLivesOn() {
        running(TERM_THEN_KILL, true);
        assertThat(on(LEADER_EXIT)).containsExactly(REAP, DRAIN);
        assertThat(on(STOP)).as("it is nobody's any more").isEmpty();
        assertThat(on(KILL)).isEmpty();
        assertThat(on(TREE_EMPTY)).isEmpty();
        on(DRAINED);
        on(LEAF_GONE);
        assertThat(tree.reason()).isEqualTo(Reason.SELF);
    }

    @Test
    void whatWasToLiveOnEndsIfAStopWasAsked() {
        running(TERM_THEN_KILL, true);
        on(STOP);
        assertThat(on(LEADER_EXIT)).containsExactly(REAP_AND_SIGNAL_REST);
        dies(Reason.STOP_ASKED);
    }

    @Test
    void anEmptyTreeWaitsForItsLeader() {
        running(TERM_THEN_KILL);
        assertThat(on(TREE_EMPTY)).isEmpty();
        on(STOP);
        assertThat(on(TREE_EMPTY)).isEmpty();
        on(KILL);
        assertThat(on(TREE_EMPTY)).isEmpty();
        assertThat(on(LEADER_EXIT)).containsExactly(REAP_AND_KILL_REST);
        dies(Reason.STOP_ASKED);
    }

    // The end

    @Test
    void outputsHaveTheirTimeAndAreThenCut() {
        draining(SILENCE);
        assertThat(nothingFor(SILENCE - 1)).isTrue();
        assertThat(after(1)).containsExactly(CUT_OUTPUT, REMOVE_LEAF);
        assertThat(tree.drainCut()).isTrue();
        assertThat(on(DRAINED)).as("late").isEmpty();
        assertThat(on(LEAF_GONE)).containsExactly(COMPLETE);
        assertThat(on(DRAINED)).as("very late").isEmpty();
    }

    @Test
    void bytesBuyMoreTime() {
        draining(SILENCE);
        now += SILENCE - 1;
        tree.drainProgress(now);
        assertThat(nothingFor(SILENCE - 1)).isTrue();
        assertThat(tree.deadline() - now).isEqualTo(1);
        assertThat(on(DRAINED)).containsExactly(REMOVE_LEAF);
        assertThat(tree.drainCut()).isFalse();
        assertThat(tree.hasDeadline()).isFalse();
    }

    @Test
    void oneWhoWritesForEverDoesNotHoldTheEndForEver() {
        draining(SILENCE);
        assertThat(cutThoughBytesCome(SILENCE)).isEqualTo(Lifecycle.DRAIN_STRETCH * SILENCE);
    }

    /** How long a drain of that length lasts while bytes never stop. */
    private long cutThoughBytesCome(long silence) {
        long began = now;
        List<Action> actions = List.of();
        while (actions.isEmpty() && now - began < 1000 * silence) {
            tree.drainProgress(now);
            actions = after(silence / 2);
        }
        assertThat(actions).containsExactly(CUT_OUTPUT, REMOVE_LEAF);
        return now - began;
    }

    /** A natural end has time for a slow reader; whoever asked for the end is waiting. */
    @Test
    void oneWhoWritesForEverHoldsUpNobodyWhoAsked() {
        long silence = Lifecycle.LAST_DRAIN / 4;
        draining(silence);
        now += silence - 1;
        tree.drainProgress(now);
        assertThat(on(STOP)).isEmpty();
        assertThat(cutThoughBytesCome(silence)).isEqualTo(Lifecycle.LAST_DRAIN);
    }

    @Test
    void aLongerDrainThatWasAskedForIsGiven() {
        draining(3 * Lifecycle.LAST_DRAIN);
        on(STOP);
        assertThat(tree.deadline() - now).isEqualTo(3 * Lifecycle.LAST_DRAIN);
    }

    @Test
    void bytesBeforeTheEndOfTheTreeChangeNothing() {
        running(TERM_THEN_KILL);
        tree.drainProgress(now);
        assertThat(tree.hasDeadline()).isFalse();
        on(STOP);
        long kill = tree.deadline();
        tree.drainProgress(now);
        assertThat(tree.deadline()).isEqualTo(kill);
    }

    @Test
    void afterTheOneMomentNothingIsDone() {
        draining(SILENCE);
        on(DRAINED);
        assertThat(on(LEAF_GONE)).containsExactly(COMPLETE);
        for (Event event : List.of(STOP, KILL, CLOSE, TIME_OVER, OWNER_CLOSING, TREE_EMPTY, DRAINED)) {
            assertThat(on(event)).as("%s", event).isEmpty();
        }
        assertThat(tree.stop(Ladder.kill(), Reason.OOM, now)).isEmpty();
        assertThat(after(Rung.LONGEST)).isEmpty();
        assertThat(tree.phase()).isEqualTo(Phase.CLOSED);
        assertThat(tree.reason()).isEqualTo(Reason.SELF);
    }

    // Reasons

    @Test
    void theFirstReasonStays() {
        running(TERM_THEN_KILL);
        assertThat(tree.reason()).isNull();
        on(TIME_OVER);
        assertThat(tree.reason()).isEqualTo(Reason.TIMEOUT);
        on(KILL);
        on(LEADER_EXIT);
        dies(Reason.TIMEOUT);

        running(TERM_THEN_KILL);
        on(OWNER_CLOSING);
        assertThat(tree.reason()).isEqualTo(Reason.OWNER);

        running(TERM_THEN_KILL);
        tree.on(KILL, Reason.IDLE, now);
        assertThat(tree.reason()).isEqualTo(Reason.IDLE);

        running(TERM_THEN_KILL);
        tree.stop(THREE_RUNGS, Reason.LIMIT, now);
        assertThat(tree.reason()).isEqualTo(Reason.LIMIT);
    }

    @Test
    void aLeaderKilledByTheKernelDidNotEndByItself() {
        running(TERM_THEN_KILL);
        tree.on(LEADER_EXIT, Reason.OOM, now);
        dies(Reason.OOM);
    }

    @Test
    void whatIsNoWishGivesNoReason() {
        starting(TERM_THEN_KILL);
        tree.on(SPAWNED, Reason.OOM, now);
        assertThat(tree.reason()).isNull();
    }

    // Durations

    @Test
    void waitsOfZeroAreOverAtOnceButStillOneByOne() {
        running(ladder(TERM, rung(INT, Rung.Scope.LEADER, 0), rung(TERM, Rung.Scope.TREE, 0)));
        assertThat(on(STOP)).containsExactly(SIGNAL_RUNG);
        assertThat(after(0)).containsExactly(SIGNAL_RUNG);
        assertThat(after(0)).containsExactly(KILL_TREE);

        draining(0);
        assertThat(after(0)).containsExactly(CUT_OUTPUT, REMOVE_LEAF);
    }

    @Test
    void hugeWaitsNeitherWrapNorEnd() {
        Rung huge = rung(TERM, Rung.Scope.LEADER, Long.MAX_VALUE);
        for (long clock : new long[] {0, -1, 1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE / 2}) {
            now = clock;
            running(ladder(TERM, huge, huge, huge));
            on(STOP);
            assertThat(on(STOP)).isEmpty();
            assertThat(nothingFor(Long.MAX_VALUE / 4)).isTrue();
            assertThat(tree.deadline() - now).isPositive();
            assertThat(tree.stop(TERM_THEN_KILL, null, now)).isEmpty();
            assertThat(nothingFor(500 * MS - 1)).isTrue();
            assertThat(after(1)).containsExactly(KILL_TREE);

            draining(Long.MAX_VALUE);
            assertThat(nothingFor(Long.MAX_VALUE / 4)).isTrue();
            tree.drainProgress(now);
            assertThat(tree.deadline() - now).isPositive();
            assertThat(on(DRAINED)).containsExactly(REMOVE_LEAF);
        }
    }

    @Test
    void nonsenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> rung(0, Rung.Scope.LEADER, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> rung(65, Rung.Scope.LEADER, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> rung(TERM, null, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rung(TERM, Rung.Scope.TREE, -1))
                .withMessageContaining("-1");
        assertThatIllegalArgumentException().isThrownBy(() -> ladder(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Lifecycle(table, TERM_THEN_KILL, false, -1))
                .withMessageContaining("drain");
    }

    // The driver

    @Test
    void aDriverThatLostTrackIsToldAndChangesNothing() {
        running(TERM_THEN_KILL);
        for (Event event : List.of(SPAWNED, SPAWN_FAILED, DRAINED, LEAF_GONE)) {
            assertThatIllegalStateException().isThrownBy(() -> on(event)).withMessageContaining(event + "");
        }
        assertThat(tree.phase()).isEqualTo(Phase.RUNNING);
        on(LEADER_EXIT);
        assertThatIllegalStateException().isThrownBy(() -> on(LEADER_EXIT));
        assertThat(tree.phase()).isEqualTo(Phase.ENDING);
        dies(Reason.SELF);
    }

    @Test
    void aDriverPostsOnlyWhatItCanKnow() {
        running(TERM_THEN_KILL);
        for (Event event : EnumSet.of(
                SPAWNED_KILL, LEADER_EXIT_KILL, LEADER_EXIT_LEAVE, CLOSE_KILL, RUNG_DUE, LADDER_OVER, DRAIN_OVER)) {
            assertThatIllegalArgumentException().isThrownBy(() -> on(event)).withMessageContaining(event + "");
        }
    }

    @Test
    void thereIsNoDeadlineAndNoRungBeforeTheFirst() {
        running(TERM_THEN_KILL);
        assertThatIllegalStateException().isThrownBy(() -> tree.deadline());
        assertThatIllegalStateException().isThrownBy(() -> tree.rung());
    }
}
