package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.Step;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Rounds;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program that was just written and that a fork elsewhere still has open for writing is "busy" for a moment
 * (go#22315, JDK-8068370): the start is tried again.
 */
@Timeout(120)
@Tag("trap-61")
@Tag("scenario-57")
@Tag("host")
class BusyProgramTest {

    private static final byte[] SCRIPT = "#!/bin/sh\nexit 5\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path directory;

    private Path written(String name) throws IOException {
        Path file = Files.write(directory.resolve(name), SCRIPT);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void aWriterThatGoesAwaySoonIsWaitedFor() throws Exception {
        Path program = written("busy");
        ScheduledExecutorService closer = Executors.newSingleThreadScheduledExecutor();
        try (OutputStream writer = Files.newOutputStream(program, StandardOpenOption.APPEND)) {
            Future<?> closed = closer.schedule(
                    () -> {
                        writer.close();
                        return null;
                    },
                    30,
                    TimeUnit.MILLISECONDS);
            assertThat(Command.of(program.toString()).run().status().exitValue())
                    .isEqualTo(5);
            closed.get();
        } finally {
            closer.shutdown();
        }
    }

    @Test
    void aWriterThatStaysIsNamedInTheEnd() throws Exception {
        Path program = written("busy");
        Command.of(Target.PATH, "exit", "0").run();
        Leftovers before = Leftovers.before();
        try (OutputStream writer = Files.newOutputStream(program, StandardOpenOption.APPEND)) {
            SpawnException e = catchThrowableOfType(
                    SpawnException.class, () -> Command.of(program.toString()).start());
            assertThat(e.step()).isEqualTo(Step.EXEC);
            assertThat(e.errnoName()).isEqualTo("ETXTBSY");
            assertThat(e.path()).contains(program.toString());
            assertThat(writer).isNotNull();
        }
        before.assertNone();
    }

    @Test
    void anInterruptDoesNotCutTheWaitingShortAndIsKept() throws Exception {
        Path program = written("busy");
        ScheduledExecutorService closer = Executors.newSingleThreadScheduledExecutor();
        OutputStream writer = Files.newOutputStream(program, StandardOpenOption.APPEND);
        try {
            Future<?> closed = closer.schedule(
                    () -> {
                        writer.close();
                        return null;
                    },
                    30,
                    TimeUnit.MILLISECONDS);
            Thread.currentThread().interrupt();
            ContainedProcess process = Command.of(program.toString()).start();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(process.waitFor()).isEqualTo(5);
            closed.get();
        } finally {
            writer.close();
            closer.shutdown();
        }
    }

    /** Every thread's fork holds for a moment what the others are just writing. */
    @Test
    void fourThreadsWriteAndRunScripts() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<Integer>> all = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            String name = "storm" + thread + "-";
            all.add(threads.submit(() -> {
                int right = 0;
                for (int round = 0; round < Rounds.of(50); round++) {
                    Path program = written(name + round);
                    if (Command.of(program.toString())
                                    .stdout(Output.discard())
                                    .stderr(Output.discard())
                                    .run()
                                    .status()
                                    .exitValue()
                            == 5) {
                        right++;
                    }
                    Files.delete(program);
                }
                return right;
            }));
        }
        threads.shutdown();
        for (Future<Integer> right : all) {
            assertThat(right.get()).isEqualTo(Rounds.of(50));
        }
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }
}
