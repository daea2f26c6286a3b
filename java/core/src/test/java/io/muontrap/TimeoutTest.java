package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Signal;
import io.muontrap.spawn.StopPolicy;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A time that is over ends the tree, says so, and keeps what came until then. */
@Timeout(120)
class TimeoutTest {

    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    @Test
    @Tag("scenario-18")
    void aChattyProgramIsEndedInItsTimeWithPartOfItsOutput() throws Exception {
        Duration timeout = Duration.ofMillis(250);
        Result result = Command.of(Target.PATH, "chatter").timeout(timeout).run();
        assertThat(result.cause()).isEqualTo(Cause.TIMEOUT);
        assertThat(result.status()).isEqualTo(new ExitStatus.Signaled(Signal.TERM, false));
        assertThat(result.usage().wall()).isBetween(timeout, timeout.multipliedBy(20));
        assertThat(result.stdout()).startsWith("line 1\nline 2\n").endsWith("\n");
        assertThat(result.truncated()).isFalse();
    }

    /** How soon a shell comes to its echo depends on the machine; that the timeout keeps what was echoed does not. */
    @Test
    @Tag("scenario-19")
    void whatWasWrittenBeforeTheTimeoutIsKept() throws Exception {
        String text = "";
        for (Duration timeout = Duration.ofMillis(100); text.isEmpty(); timeout = timeout.multipliedBy(4)) {
            assertThat(timeout).isLessThan(Duration.ofSeconds(60));
            Result result = Command.of("sh", "-c", "echo start && sleep 600")
                    .timeout(timeout)
                    .run();
            assertThat(result.cause()).isEqualTo(Cause.TIMEOUT);
            assertThat(result.usage().wall()).isGreaterThanOrEqualTo(timeout);
            text = result.stdout();
        }
        assertThat(text).isEqualTo("start\n");
    }

    @Test
    @Tag("scenario-20")
    void whoEndsBeforeItWasNotTimedOut() throws Exception {
        Result result = Command.of(Target.PATH, "exit", "7")
                .timeout(Duration.ofSeconds(60))
                .run();
        assertThat(result.cause()).isEqualTo(Cause.SELF);
        assertThat(result.status()).isEqualTo(new ExitStatus.Exited(7));
    }

    @Test
    void aTimeoutIsTheCauseWhateverTheProgramReturns() throws Exception {
        try (ContainedProcess process = Command.of(Target.PATH, "on-term", "bye", "0")
                .stdout(Output.capture())
                .timeout(Duration.ofSeconds(2))
                .start()) {
            Result result = process.result().get();
            assertThat(result.cause()).isEqualTo(Cause.TIMEOUT);
            assertThat(result.status()).isEqualTo(new ExitStatus.Exited(0));
            assertThat(result.stdout()).isEqualTo("ready\nbye\n");
        }
    }

    /** commons-exec's EXEC-57, 60, 62, 65: the shell's child holds the streams when the watchdog fires. */
    @Test
    @Tag("scenario-36")
    @Tag("trap-55")
    void theShellsChildHoldsTheStreamsWhenTheTimeIsOver() throws Exception {
        Result result = Command.of("sh", "-c", "sleep 600 & echo $!; wait")
                .timeout(Duration.ofMillis(700))
                .run();
        assertThat(result.cause()).isEqualTo(Cause.TIMEOUT);
        assertThat(result.usage().wall()).isLessThan(Duration.ofSeconds(20));
        assertThat(result.drained()).isTrue();
        assertThat(result.stdout().lines().mapToInt(Integer::parseInt)).allMatch(Procs::gone);
    }

    @Test
    @Tag("scenario-40")
    @Tag("trap-51")
    void noTimeAtAllEndsItAtOnce() throws Exception {
        for (Duration none : List.of(Duration.ZERO, Duration.ofNanos(1))) {
            Result result =
                    Command.of(Target.PATH, "sleep", "forever").timeout(none).run();
            assertThat(result.cause()).isEqualTo(Cause.TIMEOUT);
            assertThat(result.status()).isEqualTo(new ExitStatus.Signaled(Signal.TERM, false));
        }
    }

    @Test
    @Tag("scenario-40")
    @Tag("trap-51")
    void hugeTimesAreNeverOver() throws Exception {
        for (Duration huge : List.of(FOREVER, Duration.ofNanos(Long.MAX_VALUE), Duration.ofDays(365_000))) {
            Command command = Command.of(Target.PATH, "ready", "cat")
                    .stdin(Input.pipe())
                    .timeout(huge)
                    .drain(huge)
                    .stopPolicy(StopPolicy.termThenKill(huge));
            try (ContainedProcess process = command.start()) {
                Target.untilReady(process.getInputStream());
                assertThat(process.waitFor(1, TimeUnit.MILLISECONDS)).isFalse();
                process.getOutputStream().close();
                assertThat(process.waitFor(Long.MAX_VALUE, TimeUnit.DAYS)).isTrue();
                assertThat(process.result().get().cause()).isEqualTo(Cause.SELF);
            }
            Result stopped = command.stdout(Output.discard()).start().stop();
            assertThat(stopped.status()).isEqualTo(new ExitStatus.Signaled(Signal.TERM, false));
        }
    }

    @Test
    @Tag("scenario-40")
    void aGraceOfNothingKills() throws Exception {
        for (Duration none : List.of(Duration.ZERO, Duration.ofNanos(1))) {
            try (ContainedProcess process = Command.of(Target.PATH, "block", "TERM", "ready", "sleep", "forever")
                    .stopPolicy(StopPolicy.termThenKill(none))
                    .start()) {
                Target.untilReady(process.getInputStream());
                assertThat(process.stop().status()).isEqualTo(new ExitStatus.Signaled(Signal.KILL, false));
            }
        }
    }

    @Test
    @Tag("scenario-40")
    void waitingNoTimeOrLessOnlyLooks() throws Exception {
        try (ContainedProcess process =
                Command.of(Target.PATH, "sleep", "forever").start()) {
            for (long none : new long[] {0, -1, Long.MIN_VALUE}) {
                assertThat(process.waitFor(none, TimeUnit.SECONDS)).isFalse();
            }
            process.destroyForcibly();
            assertThat(process.waitFor()).isEqualTo(137);
            assertThat(process.waitFor(Long.MIN_VALUE, TimeUnit.DAYS)).isTrue();
        }
    }
}
