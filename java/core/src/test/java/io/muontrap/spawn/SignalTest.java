package io.muontrap.spawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("host")
@Tag("place")
class SignalTest {

    @Test
    void everySignalIsFoundByItsNames() {
        IntStream.rangeClosed(1, 64).mapToObj(Signal::of).forEach(signal -> {
            assertThat(Signal.of(signal.name())).isEqualTo(signal);
            assertThat(Signal.of(Integer.toString(signal.number()))).isEqualTo(signal);
            if (signal.number() != 32 && signal.number() != 33) {
                assertThat(Signal.of(signal.toString())).isEqualTo(signal);
                assertThat(Signal.of(signal.name().toLowerCase(Locale.ROOT))).isEqualTo(signal);
            }
        });
    }

    @Test
    void constantsHaveTheirLinuxNumbers() {
        assertThat(Signal.TERM).isEqualTo(Signal.of(15)).hasToString("SIGTERM");
        assertThat(Signal.KILL.number()).isEqualTo(9);
        assertThat(Signal.USR2.number()).isEqualTo(12);
        assertThat(Signal.CONT.number()).isEqualTo(18);
        assertThat(Signal.STOP.number()).isEqualTo(19);
        assertThat(Signal.SYS.number()).isEqualTo(31);
        assertThat(Signal.of("RTMAX-1").number()).isEqualTo(63);
        assertThat(Signal.of("RTMIN+3").number()).isEqualTo(37);
        assertThat(Signal.of("SIGRTMIN").number()).isEqualTo(34);
        assertThat(Signal.of("IOT")).isEqualTo(Signal.ABRT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void numbersOutOfRangeAreRefused(int number) {
        assertThatThrownBy(() -> Signal.of(number))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Integer.toString(number));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SIG",
                "0",
                "65",
                "015",
                "+9",
                "-9",
                " 9",
                "9 ",
                "4294967305",
                "TERMX",
                "RT",
                "RTMIN+31",
                "RTMAX-31",
                "RTMIN-1",
                "RTMAX+1",
                "RTMIN+01",
                "SIG9x",
                "\u0669"
            })
    void otherWordsAreRefused(String word) {
        assertThatThrownBy(() -> Signal.of(word))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(word);
    }
}
