package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Signal;
import io.muontrap.spawn.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResultTest {

    private static final ExitStatus OK = new ExitStatus.Exited(0);
    private static final Command TOOL = Command.of("tool", "secret-argument");

    /** What a test does not say is a plain success. */
    private static final class Given {
        private Command command = TOOL;
        private ExitStatus status = OK;
        private Cause cause = Cause.SELF;
        private Captured stdout = captured("out", false, Output.capture());
        private Captured stderr = captured("", false, Output.capture());
        private boolean drained = true;
        private Throwable handlerFailure;
        private IOException inputFailure;

        Result result() {
            Usage usage =
                    new Usage(Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO, OptionalLong.empty(), 0, List.of());
            return new Result(
                    command.spec(),
                    status,
                    cause,
                    usage,
                    stdout,
                    stderr,
                    drained,
                    Set.of(Containment.SESSION),
                    Optional.empty(),
                    0,
                    handlerFailure,
                    inputFailure);
        }

        String failure() {
            Result result = result();
            CommandFailedException e = catchThrowableOfType(CommandFailedException.class, result::orThrow);
            assertThat(e).isNotNull();
            assertThat(e.result()).isSameAs(result);
            assertThat(e.getMessage()).doesNotContain("secret-argument");
            return e.getMessage();
        }
    }

    @Test
    void successReturnsItself() {
        Result result = new Given().result();
        assertThat(result.orThrow()).isSameAs(result);
        assertThat(result.stdout()).isEqualTo("out");
        assertThat(result.truncated()).isFalse();
        assertThat(result.containment()).containsExactly(Containment.SESSION);
    }

    @Test
    void bytesAreCopies() {
        Result result = new Given().result();
        result.stdoutBytes()[0] = 'x';
        assertThat(result.stdoutBytes()).containsExactly('o', 'u', 't');
    }

    @Test
    void otherCodesAndSignalsFail() {
        Given given = new Given();
        given.status = new ExitStatus.Exited(3);
        assertThat(given.failure()).isEqualTo("tool: exit code 3");
        given.status = new ExitStatus.Signaled(Signal.SEGV, false);
        assertThat(given.failure()).isEqualTo("tool: killed by SIGSEGV");
        given.status = new ExitStatus.Unknown("lost");
        assertThat(given.failure()).contains("unknown");
    }

    @Test
    void successCodesReplaceZero() {
        Given given = new Given();
        given.command = TOOL.successCodes(3, 4);
        given.status = new ExitStatus.Exited(3);
        assertThat(given.result().orThrow()).isNotNull();
        given.status = OK;
        assertThat(given.failure()).isEqualTo("tool: exit code 0");
    }

    @ParameterizedTest
    @EnumSource(value = Cause.class, mode = EnumSource.Mode.EXCLUDE, names = "SELF")
    void anyOtherCauseFailsWhateverTheCode(Cause cause) {
        Given given = new Given();
        given.cause = cause;
        assertThat(given.failure()).isEqualTo("tool: ended by " + cause + ", exit code 0");
    }

    @Test
    void lostOutputFailsUnlessTheBoundWasAskedFor() {
        Given given = new Given();
        given.stdout = captured("x", true, Output.capture());
        assertThat(given.result().truncated()).isTrue();
        assertThat(given.failure()).isEqualTo("tool: stdout was cut after 16777216 bytes");

        given.stdout = captured("x", true, Output.capture(1));
        assertThat(given.result().truncated()).isTrue();
        assertThat(given.result().orThrow()).isNotNull();

        given.stderr = captured("", true, Output.capture());
        assertThat(given.failure()).startsWith("tool: stderr was cut");
    }

    @Test
    void soDoesADrainDeadline() {
        Given given = new Given();
        given.drained = false;
        assertThat(given.result().truncated()).isTrue();
        assertThat(given.failure()).contains("held open");
        given.command = TOOL.drain(Duration.ofMillis(5));
        assertThat(given.result().orThrow().truncated()).isTrue();
    }

    @Test
    void aThrowingConsumerIsTheCause() {
        Given given = new Given();
        given.cause = Cause.STOP_ASKED;
        given.handlerFailure = new IllegalStateException("mine");
        assertThatThrownBy(() -> given.result().orThrow())
                .isInstanceOf(CommandFailedException.class)
                .hasCause(given.handlerFailure)
                .hasMessageContaining("mine");
        assertThat(given.result().handlerFailure()).containsSame(given.handlerFailure);
    }

    @Test
    void inputThatIsNotWantedIsNoFailure() {
        Given given = new Given();
        given.inputFailure = new IOException("EPIPE");
        assertThat(given.result().orThrow().inputFailure()).containsSame(given.inputFailure);
    }

    @Test
    void quotesTheLastLineOfStandardErrorWithoutControls() {
        Given given = new Given();
        given.status = new ExitStatus.Exited(1);
        given.stderr = captured("first\nlast \u001b[31mred\n\n", false, Output.capture());
        assertThat(given.failure()).isEqualTo("tool: exit code 1: last  [31mred");
        given.stderr = captured("x".repeat(1000), false, Output.capture());
        assertThat(given.failure()).hasSizeLessThan(300).endsWith("...");
    }

    @Test
    void whatWasNotCapturedIsNotPretended() {
        Given given = new Given();
        given.stdout = null;
        given.stderr = Captured.nothing(StandardCharsets.UTF_8);
        Result result = given.result();
        assertThatThrownBy(result::stdout)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("stdout");
        assertThatThrownBy(result::stdoutBytes).isInstanceOf(IllegalStateException.class);
        assertThat(result.stderr()).isEmpty();
        assertThat(result.orThrow()).isSameAs(result);
    }

    @Test
    void textIsReadInTheCharsetOfItsOutput() {
        Given given = new Given();
        given.stdout = captured("\u00e9", false, Output.capture().charset(StandardCharsets.ISO_8859_1));
        assertThat(given.result().stdout()).isEqualTo("\u00e9");
        assertThat(given.result().stdoutBytes()).hasSize(1);
    }

    @Test
    void saysWhatHappened() {
        assertThat(new Given().result()).hasToString("Result[tool, exit code 0, SELF, PT1S]");
    }

    @Test
    void survivorsAreNamed() {
        SurvivorsException.Survivor survivor = new SurvivorsException.Survivor(7, 'D', "nfs_wait", "cp a b");
        SurvivorsException e = new SurvivorsException(List.of(survivor));
        assertThat(e).hasMessage("still alive after SIGKILL: pid 7 (cp a b), state D, in nfs_wait");
        assertThat(e.survivors()).containsExactly(survivor);
    }

    private static Captured captured(String text, boolean truncated, Output output) {
        OutputForm.Capture form = (OutputForm.Capture) output.form();
        return new Captured(text.getBytes(form.charset()), truncated, form);
    }
}
