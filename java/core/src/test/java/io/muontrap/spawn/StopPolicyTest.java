package io.muontrap.spawn;

import static io.muontrap.spawn.StopPolicy.Scope.LEADER;
import static io.muontrap.spawn.StopPolicy.Scope.TREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.spawn.StopPolicy.Rung;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StopPolicyTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofNanos(Long.MAX_VALUE);

    static Stream<Function<Duration, StopPolicy>> graces() {
        return Stream.of(
                StopPolicy::termThenKill,
                StopPolicy::leaderThenKill,
                StopPolicy::termTree,
                d -> StopPolicy.kill().then(Signal.INT, TREE, d));
    }

    @Test
    void theThreeUsualLadders() {
        assertThat(StopPolicy.termThenKill(SECOND))
                .isEqualTo(new StopPolicy(List.of(new Rung(Signal.TERM, LEADER, SECOND)), Signal.TERM));
        assertThat(StopPolicy.leaderThenKill(SECOND))
                .isEqualTo(new StopPolicy(List.of(new Rung(Signal.TERM, LEADER, SECOND)), Signal.KILL));
        assertThat(StopPolicy.termTree(SECOND))
                .isEqualTo(new StopPolicy(List.of(new Rung(Signal.TERM, TREE, SECOND)), Signal.TERM));
        assertThat(StopPolicy.DEFAULT).isEqualTo(StopPolicy.termThenKill(Duration.ofMillis(500)));
    }

    @Test
    void noGraceIsKill() {
        assertThat(StopPolicy.termThenKill(Duration.ZERO)).isEqualTo(StopPolicy.kill());
        assertThat(StopPolicy.leaderThenKill(Duration.ZERO)).isEqualTo(StopPolicy.kill());
        assertThat(StopPolicy.termTree(Duration.ZERO)).isEqualTo(StopPolicy.kill());
        assertThat(StopPolicy.kill().rungs()).isEmpty();
        assertThat(StopPolicy.kill().rest()).isEqualTo(Signal.KILL);
    }

    @ParameterizedTest
    @MethodSource("graces")
    void oneNanosecondIsAGraceAndForEverIsCut(Function<Duration, StopPolicy> policy) {
        assertThat(policy.apply(Duration.ofNanos(1)).rungs().get(0).graceNanos())
                .isEqualTo(1);
        assertThat(policy.apply(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999))
                        .rungs()
                        .get(0)
                        .graceNanos())
                .isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @MethodSource("graces")
    void negativeIsRefused(Function<Duration, StopPolicy> policy) {
        for (Duration grace : List.of(Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThatThrownBy(() -> policy.apply(grace))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("grace")
                    .hasMessageContaining(grace.toString());
        }
    }

    @Test
    void thenAddsARungToACopy() {
        StopPolicy one = StopPolicy.termThenKill(SECOND);
        StopPolicy two = one.then(Signal.INT, TREE, Duration.ofSeconds(2));
        assertThat(one.rungs()).hasSize(1);
        assertThat(two.rungs())
                .containsExactly(
                        new Rung(Signal.TERM, LEADER, SECOND), new Rung(Signal.INT, TREE, Duration.ofSeconds(2)));
        assertThat(two.rest()).isEqualTo(Signal.TERM);
        assertThat(two.rest(Signal.HUP).rest()).isEqualTo(Signal.HUP);
        assertThat(two.longest()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void theLongestTimeIsCutToo() {
        assertThat(StopPolicy.termTree(MOST).then(Signal.INT, TREE, MOST).longest())
                .isEqualTo(MOST);
        assertThat(StopPolicy.kill().longest()).isEqualTo(Duration.ZERO);
    }

    @Test
    void theListGivenIsCopied() {
        List<Rung> mine = new ArrayList<>(List.of(new Rung(Signal.TERM, TREE, SECOND)));
        StopPolicy policy = new StopPolicy(mine, Signal.TERM);
        mine.clear();
        assertThat(policy.rungs()).hasSize(1);
    }

    @Test
    void saysItself() {
        assertThat(StopPolicy.DEFAULT).hasToString("SIGTERM to LEADER, PT0.5S, SIGKILL to TREE (rest: SIGTERM)");
    }
}
