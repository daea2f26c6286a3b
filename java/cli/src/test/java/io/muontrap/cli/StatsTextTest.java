package io.muontrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.spawn.Usage;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatsTextTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0.000 s",
        "999999, 0.000 s",
        "1500000, 0.001 s",
        "61000000000, 61.000 s",
        "3600123000000, 3600.123 s"
    })
    void timesAreSecondsWithThreeDigits(long nanos, String text) {
        assertThat(StatsText.seconds(Duration.ofNanos(nanos))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"1, 1 KiB", "524288, 512 KiB", "1048576, 1.0 MiB", "104333312, 99.5 MiB", "2684354560, 2.50 GiB"})
    void aKnownPeakIsExact(long bytes, String text) {
        assertThat(StatsText.memory(usage(OptionalLong.of(bytes), bytes))).isEqualTo(text);
    }

    /** A value is under the bound that is shown, also where the bound is whole MiB. */
    @ParameterizedTest
    @CsvSource({"52428800, under 51 MiB", "52428799, under 50 MiB", "1, under 1 MiB", "0, not known"})
    void anUnknownPeakHasABound(long atMost, String text) {
        assertThat(StatsText.memory(usage(OptionalLong.empty(), atMost))).isEqualTo(text);
    }

    @Test
    void whoWasKilledIsCountedAndNamed() {
        assertThat(StatsText.killed(List.of())).isEqualTo("no other process had to be killed with it");
        assertThat(StatsText.killed(List.of("sleep 600"))).isEqualTo("1 process killed with it: sleep 600");
        assertThat(StatsText.killed(List.of("a", "b"))).isEqualTo("2 processes killed with it: a; b");
        assertThat(StatsText.killed(Collections.nCopies(25, "a")))
                .startsWith("25 processes")
                .endsWith("a; and 5 more");
    }

    @Test
    void whatOthersNamedBeginsNoLineAndSetsNoColour() {
        assertThat(OneLine.of("a\nb\u001b[31m\r\u009bé")).isEqualTo("a\\x0ab\\x1b[31m\\x0d\\x9bé");
    }

    @Test
    void whatIsNotKnownOfAGroupIsLeftOut() throws Exception {
        assertThat(StatsText.group(SomeStats.of(Map.of()))).isEmpty();
        assertThat(StatsText.group(
                        SomeStats.of(Map.of("memoryPeak", OptionalLong.of(12 << 20), "pidsPeak", OptionalLong.of(1)))))
                .hasValue("cgroup: memory peak 12.0 MiB, at most 1 process");
        assertThat(StatsText.group(SomeStats.of(Map.of(
                        "oomKills", OptionalLong.of(1),
                        "cpu", Optional.of(Duration.ofMillis(2500)),
                        "throttledPeriods", OptionalLong.of(3),
                        "throttled", Optional.of(Duration.ofMillis(150)),
                        "pidsPeak", OptionalLong.of(4),
                        "readBytes", OptionalLong.of(1 << 20),
                        "writtenBytes", OptionalLong.of(0)))))
                .hasValue("cgroup: 1 killed for want of memory, processor 2.500 s, throttled 3 times,"
                        + " throttled for 0.150 s, at most 4 processes and threads, read 1.0 MiB, written 0 KiB");
    }

    private static Usage usage(OptionalLong peak, long atMost) {
        return new Usage(Duration.ZERO, Duration.ZERO, Duration.ZERO, peak, atMost, List.of());
    }
}
