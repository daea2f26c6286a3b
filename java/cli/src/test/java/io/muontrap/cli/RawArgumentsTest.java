package io.muontrap.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.cli.Cli.Ran;
import io.muontrap.testing.Target;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Passed whole or refused: the launcher of the JVM gives a byte that it cannot read as {@code ?} or U+FFFD. */
@Tag("scenario-61")
class RawArgumentsTest {

    private static byte[] raw(String latin1) {
        return latin1.getBytes(ISO_8859_1);
    }

    @Test
    void whatWasReadAsItStoodIsTaken() {
        assertThatCode(() -> RawArguments.check(new String[] {"é?", ""}, raw("java\0Main\0Ã©?\0\0"), UTF_8))
                .doesNotThrowAnyException();
        assertThatCode(() -> RawArguments.check(new String[] {"é"}, raw("java\0é\0"), ISO_8859_1))
                .doesNotThrowAnyException();
        assertThatCode(() -> RawArguments.check(new String[] {}, raw("java\0"), UTF_8))
                .doesNotThrowAnyException();
    }

    @Test
    void whatWasReplacedIsRefusedByItsPlace() {
        assertThatThrownBy(() -> RawArguments.check(new String[] {"a", "??"}, raw("java\0a\0Ã©\0"), US_ASCII))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("argument 2 is no text in this locale's charset US-ASCII");
        assertThatThrownBy(() -> RawArguments.check(new String[] {"\uFFFD"}, raw("java\0\u00ff\0"), UTF_8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("argument 1 is no text in this locale's charset UTF-8");
        assertThatThrownBy(() -> RawArguments.check(new String[] {"a?", "b"}, raw("b\0"), UTF_8))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theCommandPassesBytesWholeOrRefusesThem() throws Exception {
        boolean utf8 =
                System.getProperty("sun.jnu.encoding").toUpperCase(Locale.ROOT).equals("UTF-8");
        String given = utf8 ? "é?" : "a?";
        String hex = utf8 ? "3 c3a93f" : "2 613f";
        assertThat(Cli.run("--", Target.PATH, "print-args", given)).isEqualTo(new Ran(0, hex + "\n", ""));
        String script = "exec \"$@\" \"$(printf '\\377')\"";
        Ran refused = new Cli.Start().through("sh", "-c", script, "sh").run("--", Target.PATH, "print-args");
        assertThat(refused.code()).isEqualTo(125);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).startsWith("muontrap: argument 4 is no text").hasLineCount(1);
    }
}
