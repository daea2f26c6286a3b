package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Rounds;
import io.muontrap.testing.Target;
import io.muontrap.testing.Written;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many at once, and all bytes of all. */
@Timeout(120)
class ConcurrentRunTest {

    private static final int PROGRAMS = 200;

    /** A slow machine takes its time between the end of a program and the reading of what it wrote. */
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private static String bytes(int program) {
        return String.valueOf(length(program));
    }

    private static int length(int program) {
        return 1000 + 113 * program;
    }

    /** All of them wait for one line, so that all live when the first begins to write. */
    @Test
    @Tag("scenario-17")
    void twoHundredPrintAndExitAtOnce() throws Exception {
        Command.of(Target.PATH, "exit", "0").run();
        Leftovers before = Leftovers.before();
        ExecutorService starters = Executors.newFixedThreadPool(8);
        List<Future<ContainedProcess>> starts = new ArrayList<>();
        for (int i = 0; i < PROGRAMS; i++) {
            Command command = Command.of(Target.PATH, "read-then", "write", bytes(i), "stderr", bytes(i / 2))
                    .stdin(Input.pipe())
                    .drain(DRAIN)
                    .stdout(Output.capture())
                    .stderr(Output.capture());
            starts.add(starters.submit(command::start));
        }
        List<ContainedProcess> all = new ArrayList<>();
        for (Future<ContainedProcess> start : starts) {
            all.add(start.get());
        }
        starters.shutdown();
        assertThat(all).allMatch(ContainedProcess::leaderAlive);
        List<CompletableFuture<Result>> results =
                all.stream().map(ContainedProcess::result).toList();
        for (ContainedProcess process : all) {
            OutputStream in = process.getOutputStream();
            in.write('\n');
            in.flush();
        }
        for (int i = 0; i < PROGRAMS; i++) {
            Result result = results.get(i).get().orThrow();
            assertThat(result.stdoutBytes()).isEqualTo(Written.stdout(length(i)));
            assertThat(result.stderrBytes()).isEqualTo(Written.stderr(length(i / 2)));
            assertThat(result.truncated()).isFalse();
        }
        before.assertNone();
        assertThat(starters.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    /** Read through pipes, each by nobody until the program has ended: 60 000 bytes fit into one. */
    @Test
    @Tag("scenario-17")
    void whatNobodyReadsUntilTheEndIsAllThere() throws Exception {
        List<ContainedProcess> all = new ArrayList<>();
        for (int i = 0; i < Rounds.of(50); i++) {
            all.add(Command.of(Target.PATH, "write", "60000", "stderr", "30000").start());
        }
        for (ContainedProcess process : all) {
            assertThat(process.waitFor()).isZero();
        }
        for (ContainedProcess process : all) {
            assertThat(process.getInputStream().available()).isEqualTo(60000);
            assertThat(process.getInputStream().readAllBytes()).isEqualTo(Written.stdout(60000));
            assertThat(process.getErrorStream().readAllBytes()).isEqualTo(Written.stderr(30000));
        }
    }
}
