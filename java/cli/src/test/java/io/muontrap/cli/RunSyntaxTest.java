package io.muontrap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunSyntaxTest {

    @Test
    void everyOptionHasItsPlace() {
        RunOptions options = RunSyntax.parse(
                "-p",
                "mycgroup/test",
                "-c",
                "cpu",
                "--controller=memory",
                "-s",
                "cpu.max=50000 100000",
                "--set",
                "io.max=8:0 rbps=1",
                "-k",
                "2s",
                "-0",
                "name",
                "--capture-output",
                "--capture-stderr",
                "--capture-stderr-only",
                "--timeout",
                "1m",
                "--preserve-status",
                "--env",
                "A=1",
                "--env=B=2=3",
                "-u",
                "ann",
                "--gid=audio",
                "-G",
                "a,b",
                "--allow-root",
                "--foreground",
                "--unset-env",
                "C",
                "--unset-env",
                "D",
                "--clear-env",
                "--cwd",
                "/",
                "--stop-on-stdin-close",
                "--stats",
                "--stats-file",
                "f",
                "--debug",
                "prog",
                "x");
        assertThat(options)
                .isEqualTo(new RunOptions(
                        List.of("prog", "x"),
                        "mycgroup/test",
                        List.of("cpu", "memory"),
                        List.of("cpu.max=50000 100000", "io.max=8:0 rbps=1"),
                        "2s",
                        "ann",
                        "audio",
                        "a,b",
                        true,
                        true,
                        "name",
                        true,
                        true,
                        true,
                        "1m",
                        true,
                        true,
                        List.of("C", "D"),
                        List.of("A=1", "B=2=3"),
                        "/",
                        true,
                        true,
                        "f",
                        true,
                        false,
                        false));
    }

    @Test
    void withoutOptionsAllIsOff() {
        assertThat(RunSyntax.parse("prog"))
                .isEqualTo(new RunOptions(
                        List.of("prog"),
                        null,
                        List.of(),
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        false,
                        false,
                        null,
                        false,
                        false,
                        false,
                        null,
                        false,
                        false,
                        List.of(),
                        List.of(),
                        null,
                        false,
                        false,
                        null,
                        false,
                        false,
                        false));
    }

    static Stream<List<String>> wordsOfTheProgram() {
        return Stream.of(
                List.of("prog", "--stats", "-h", "--no-such", "-p", "x"),
                List.of("prog", "--", "--timeout"),
                List.of("prog", "@/etc/passwd", "", " ", "\"quoted\"", "'q'", "${sys:user.home}", "a=b", "-", "a\nb"),
                List.of("run"),
                List.of("prog", "--env", "A=1", "--env"));
    }

    @ParameterizedTest
    @MethodSource("wordsOfTheProgram")
    void whatFollowsTheProgramIsTheProgramsUnchanged(List<String> words) {
        RunOptions plain = RunSyntax.parse(words.toArray(String[]::new));
        assertThat(plain.words()).isEqualTo(words);
        assertThat(plain.stats()).isFalse();
        assertThat(plain.env()).isEmpty();
        String[] behind =
                Stream.concat(Stream.of("--debug", "--"), words.stream()).toArray(String[]::new);
        assertThat(RunSyntax.parse(behind).words()).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-p", "-g", "--group"})
    void aGroupHasThreeNames(String name) {
        assertThat(RunSyntax.parse(name, "a/b", "prog").group()).isEqualTo("a/b");
    }

    @Test
    void aProgramWhoseNameBeginsWithADashStandsBehindTwo() {
        assertThat(RunSyntax.parse("--", "-prog", "x").words()).containsExactly("-prog", "x");
        assertThat(RunSyntax.parse("--", "--", "x").words()).containsExactly("--", "x");
    }

    @Test
    void aValueMayLookLikeAnOption() {
        assertThat(RunSyntax.parse("-0", "-sh", "prog").arg0()).isEqualTo("-sh");
        assertThat(RunSyntax.parse("-0", "-h", "prog").arg0()).isEqualTo("-h");
        assertThat(RunSyntax.parse("-0-sh", "prog").arg0()).isEqualTo("-sh");
        assertThat(RunSyntax.parse("--arg0=", "prog").arg0()).isEmpty();
        assertThat(RunSyntax.parse("-k500", "prog").delayToSigkill()).isEqualTo("500");
    }

    /** Never silently ignored: these arrive with users and namespaces. */
    @Tag("scenario-25")
    @ParameterizedTest
    @ValueSource(strings = {"--isolate-pids", "--no-such", "--user", "--foregroun", "-x", "--stat", "--STATS"})
    void anOptionThatThisVersionDoesNotHaveIsRefusedByName(String option) {
        assertThatThrownBy(() -> RunSyntax.parse(option, "--", "prog"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("this version has no option " + option);
        assertThatThrownBy(() -> RunSyntax.parse("--stats", option, "value", "prog"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("this version has no option " + option);
    }

    @Test
    void helpShowsEveryOptionAndExitCode() {
        assertThat(RunSyntax.help())
                .contains(
                        "Usage: muontrap [run] [OPTIONS] [--] PROGRAM [ARGS...]\n       muontrap sweep [OPTIONS] [BASE]\n")
                .contains("-p, -g, --group=PATH", "-c, --controller=NAME", "-s, --set=KEY=VALUE")
                .contains("-k, --delay-to-sigkill=MS", "-0, --arg0=NAME", "--capture-output", "--capture-stderr-only")
                .contains(
                        "--timeout=DURATION",
                        "--preserve-status",
                        "--env=K=V",
                        "--unset-env=K",
                        "--clear-env",
                        "--cwd=DIR")
                .contains(
                        "--stop-on-stdin-close",
                        "--stats",
                        "--stats-file=FILE",
                        "--debug",
                        "-h, --help",
                        "-V, --version")
                .contains("124", "125", "126", "127", "128+s", "141")
                .doesNotContain("\u001b");
    }
}
