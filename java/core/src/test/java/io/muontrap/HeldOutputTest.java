package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.spawn.ExitStatus;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Rounds;
import io.muontrap.testing.Target;
import io.muontrap.testing.Written;
import java.io.BufferedReader;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Output at and after the leader's end: all that was written arrives, and who holds a pipe holds nobody up. */
@Timeout(120)
class HeldOutputTest {

    private final List<Integer> holders = new ArrayList<>();

    /** What was left running on purpose, or is findable by nothing. */
    @AfterEach
    void endHolders() {
        holders.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    private int holder(String line) {
        int pid = Integer.parseInt(line.strip());
        holders.add(pid);
        return pid;
    }

    /** 14 336 of 66 890 bytes and status 0, with a launcher that drops what is in the pipe at the exit. */
    @Test
    @Tag("trap-54")
    void whatWasWrittenJustBeforeTheEndIsNotLost() throws Exception {
        byte[] expected = Written.stdout(66_890);
        for (int round = 0; round < Rounds.of(200); round++) {
            Result result = Command.of(Target.PATH, "write", "66890").run().orThrow();
            assertThat(result.stdoutBytes()).isEqualTo(expected);
        }
    }

    /** Behind a handler that is slow the pipe is still full when the leader ends: its rest is read then. */
    @Test
    @Tag("trap-54")
    void norWhatAHandlerHasNotSeenYet() throws Exception {
        AtomicReference<ContainedProcess> process = new AtomicReference<>();
        AtomicInteger lines = new AtomicInteger();
        process.set(Command.of(Target.PATH, "write", "300K")
                .stdout(Output.lines(line -> {
                    if (lines.getAndIncrement() == 0) {
                        Procs.await(
                                "the leader's end",
                                Duration.ofSeconds(60),
                                () -> process.get() != null && !process.get().leaderAlive());
                    }
                }))
                .start());
        Result result = process.get().result().get().orThrow();
        assertThat(lines).hasValue(300 * 1024 / 64);
        assertThat(result.truncated()).isFalse();
    }

    @Test
    @Tag("trap-54")
    void norWhenTheUserReadsThePipe() throws Exception {
        byte[] expected = Written.stdout(66_890);
        for (int round = 0; round < Rounds.of(50); round++) {
            ContainedProcess process = Command.of(Target.PATH, "write", "66890").start();
            InputStream out = process.getInputStream();
            byte[] first = out.readNBytes(1 + round * 100);
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("more fits into the pipe")
                    .isEqualTo(true);
            byte[] rest = out.readAllBytes();
            assertThat(first.length + rest.length).isEqualTo(expected.length);
            assertThat(rest).isEqualTo(Arrays.copyOfRange(expected, first.length, expected.length));
        }
    }

    /** A member of the leader's group is ended with it, so that there is no waiting at all. */
    @Test
    @Tag("scenario-53")
    @Tag("trap-55")
    void aGrandchildInTheGroupDiesAndTheOutputEnds() throws Exception {
        Result result = Command.of(Target.PATH, "hold-stdout", "600")
                .drain(Duration.ofDays(1))
                .run();
        int grandchild = holder(result.stdout());
        assertThat(Procs.gone(grandchild)).isTrue();
        assertThat(result.drained()).isTrue();
        assertThat(result.status()).isEqualTo(new ExitStatus.Exited(0));
    }

    @Test
    @Tag("scenario-53")
    @Tag("trap-55")
    void aDaemonThatHoldsTheOutputIsWaitedForNoLongerThanTheDrainTime() throws Exception {
        Leftovers before = Leftovers.before();
        for (Duration drain : List.of(Duration.ZERO, Duration.ofMillis(300))) {
            Result result = Command.of(Target.PATH, "hold-stdout-setsid", "600")
                    .drain(drain)
                    .run();
            int daemon = holder(result.stdout());
            assertThat(Procs.gone(daemon))
                    .as("it left session and group, README says so")
                    .isFalse();
            assertThat(result.status()).isEqualTo(new ExitStatus.Exited(0));
            assertThat(result.cause()).isEqualTo(Cause.SELF);
            assertThat(result.drained()).isFalse();
            assertThat(result.truncated()).isTrue();
            assertThat(result.usage().wall()).isLessThan(Duration.ofSeconds(20));
            assertThat(result.orThrow()).as("the time was asked for").isSameAs(result);
        }
        before.assertNone();
    }

    @Test
    @Tag("scenario-53")
    void aDrainTimeThatNobodyAskedForIsAFailureToBeSaid() throws Exception {
        long start = System.nanoTime();
        Result result = Command.of(Target.PATH, "hold-stdout-setsid", "600").run();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        holder(result.stdout());
        assertThat(took).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
        assertThat(result.usage().wall()).as("the leader's own time").isLessThan(took);
        assertThatThrownBy(result::orThrow)
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("held open for longer than PT1S");
    }

    @Test
    @Tag("scenario-53")
    void leftRunningItHoldsTheOutputForTheDrainTimeOnly() throws Exception {
        Leftovers before = Leftovers.before();
        Result result = Command.of(Target.PATH, "hold-stdout", "600")
                .afterExit(AfterExit.LEAVE)
                .drain(Duration.ofMillis(200))
                .run();
        int left = holder(result.stdout());
        assertThat(Procs.gone(left)).isFalse();
        assertThat(result.drained()).isFalse();
        assertThat(result.status()).isEqualTo(new ExitStatus.Exited(0));
        before.assertNone();
    }

    /** Every byte gives it new time: four lines come a second apart, which is longer than the time in all. */
    @Test
    @Tag("scenario-53")
    void whileBytesComeTheDrainTimeBeginsAnew() throws Exception {
        List<String> line = new ArrayList<>(List.of(Target.PATH, "daemonize"));
        for (int i = 1; i <= 4; i++) {
            line.addAll(List.of("first", "sleep", "1", "--", "first", "echo", "line " + i, "--"));
        }
        line.addAll(List.of("exit", "0"));
        Result result = Command.of(line).drain(Duration.ofSeconds(3)).run();
        assertThat(result.stdout()).endsWith("\nline 1\nline 2\nline 3\nline 4\n");
        assertThat(result.drained()).isTrue();
    }

    /** A pipe that the user reads is no handler: what was written stays readable, its end comes, nobody waits. */
    @Test
    @Tag("scenario-53")
    @Tag("trap-55")
    void aPipeOfTheUsersEndsWithTheTreeThoughADaemonHoldsIt() throws Exception {
        ContainedProcess process =
                Command.of(Target.PATH, "hold-stdout-setsid", "40").start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String all = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int daemon = holder(all);
        assertThat(Procs.gone(daemon)).isFalse();
        assertThat(process.getErrorStream().readAllBytes()).isEmpty();
    }

    /** NuProcess saw exits by looking every 250 ms while a pipe was held: 200 of them would take 50 s. */
    @Test
    @Tag("trap-56")
    @Tag("trap-55")
    void anExitIsSeenAtOnceThoughAGrandchildHoldsBothPipes() throws Exception {
        Command command = Command.of(Target.PATH, "hold-stdout", "600").afterExit(AfterExit.LEAVE);
        long waited = 0;
        for (int round = 0; round < Rounds.of(200); round++) {
            ContainedProcess process = command.start();
            BufferedReader out = Target.reader(process.getInputStream());
            int grandchild = holder(out.readLine());
            long start = System.nanoTime();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            waited += System.nanoTime() - start;
            assertThat(Procs.gone(grandchild)).isFalse();
            ProcessHandle.of(grandchild).ifPresent(ProcessHandle::destroyForcibly);
            assertThat(out.readLine())
                    .as("it is still our pipe, and ends with the last who holds it")
                    .isNull();
            process.getErrorStream().close();
        }
        assertThat(Duration.ofNanos(waited)).isLessThan(Duration.ofSeconds(20));
    }

    /** The end of one stream says nothing of the other. */
    @Test
    @Tag("scenario-34")
    void standardErrorsEndDoesNotEndStandardOutput() throws Exception {
        Result result = Command.of("sh", "-c", "exec 2>&-; echo one; sleep 0.2; echo two")
                .run();
        assertThat(result.stdout()).isEqualTo("one\ntwo\n");
        assertThat(result.stderr()).isEmpty();
        result.orThrow();
    }
}
