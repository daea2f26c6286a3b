package io.muontrap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "700ms, PT0.7S",
        "2s, PT2S",
        "1m, PT1M",
        "3h, PT3H",
        "2d, PT48H",
        "1.5s, PT1.5S",
        "0.25m, PT15S",
        "0.000001ms, PT0.000000001S",
        "0, PT0S",
        "0s, PT0S",
        "0.0, PT0S",
        "999999999d, PT23999999976H"
    })
    void readsANumberAndItsUnit(String text, Duration expected) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
    }

    @Test
    void aNumberWithoutUnitIsMillisecondsOnlyWhereThatIsAskedFor() {
        assertThat(Durations.parseMillis("500")).isEqualTo(Duration.ofMillis(500));
        assertThat(Durations.parseMillis("0")).isZero();
        assertThat(Durations.parseMillis("2s")).isEqualTo(Duration.ofSeconds(2));
        assertThatThrownBy(() -> Durations.parse("5"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"5\" has no unit: write 5ms or 5s");
    }

    /** Negative, other scripts' digits, exponents, blanks: what other parsers take in silence. */
    @Tag("scenario-25")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "s",
                ".5s",
                "5.s",
                "-1s",
                "-1",
                "+1s",
                "1 s",
                " 1s",
                "1s ",
                "1e3s",
                "0x1s",
                "1,5s",
                "1.2.3s",
                "1sec",
                "1S",
                "1µs",
                "1ns",
                "forever",
                "infinity",
                "٣s",
                "1s2",
                "1m30s",
                "007s",
                "00",
                "010ms",
                "1000000000s",
                "1.0000000001s",
                "99999999999999999999s"
            })
    void refusesAnythingElseByItsText(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .isNotInstanceOf(NumberFormatException.class)
                .hasMessageContaining("\"" + text + "\"");
        assertThatThrownBy(() -> Durations.parseMillis(text))
                .isInstanceOf(IllegalArgumentException.class)
                .isNotInstanceOf(NumberFormatException.class);
    }
}
