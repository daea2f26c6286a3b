package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.Step;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Target;
import io.muontrap.testing.Written;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Outputs as bytes, to logs, to several at once, by their ends; inputs from a stream. */
@Timeout(120)
class OutputKindsTest {

    private static final int MUCH = 300_000;

    @TempDir
    Path directory;

    private Leftovers before;

    @BeforeEach
    void warm() throws Exception {
        target("exit", "0").run();
        before = Leftovers.before();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        before.assertNone();
    }

    private static Command target(String... words) {
        return Command.of(Target.PATH, words);
    }

    /** A log that keeps what it gets; it waits before the first if it is told to. */
    private static final class Kept implements System.Logger {
        final List<String> lines = Collections.synchronizedList(new ArrayList<>());
        final CountDownLatch go;

        Kept(CountDownLatch go) {
            this.go = go;
        }

        @Override
        public String getName() {
            return "kept";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            throw new AssertionError("nothing was thrown: " + message);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... params) {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(params).as("the text is no pattern").isNullOrEmpty();
            lines.add(level + " " + format);
        }
    }

    @Test
    void bytesAsTheyCome() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Result result = target("write", "" + MUCH)
                .stdout(Output.bytes(all::writeBytes))
                .run()
                .orThrow();
        assertThat(all.toByteArray()).isEqualTo(Written.stdout(MUCH));
        assertThat(result.truncated()).isFalse();
    }

    @Test
    void eachLineToALog() throws Exception {
        Kept log = new Kept(new CountDownLatch(0));
        target("echo", "a {0} b")
                .stdout(Output.log(log, System.Logger.Level.INFO))
                .run()
                .orThrow();
        assertThat(log.lines).containsExactly("INFO a {0} b");
    }

    /** A log that hangs holds up no program: what has no place is dropped, and that is told. */
    @Test
    void aProgramDoesNotWaitForItsLog() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Kept log = new Kept(go);
        try (ContainedProcess p = target("write", "" + (4 << 20))
                .stdout(Output.log(log, System.Logger.Level.DEBUG))
                .start()) {
            while (p.leaderAlive()) Thread.onSpinWait();
            go.countDown();
            Result result = p.result().get();
            assertThat(result.orThrow().dropped()).isBetween(3L << 20, 4L << 20);
            assertThat(result.truncated()).isTrue();
        }
        assertThat(log.lines).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 10", "10, 0", "7, 5", "0, 0", "70000, 70000", "300000, 0", "0, 300000", "0, 299999", "1, 299998"})
    void theEndsOfALongOutput(int head, int tail) throws Exception {
        byte[] all = Written.stdout(MUCH);
        Result result = target("write", "" + MUCH)
                .stdout(Output.captureEnds(head, tail))
                .run()
                .orThrow();
        byte[] expected = new byte[head + tail];
        System.arraycopy(all, 0, expected, 0, head);
        System.arraycopy(all, MUCH - tail, expected, head, tail);
        assertThat(result.stdoutBytes()).isEqualTo(expected);
        assertThat(result.truncated()).isEqualTo(head + tail < MUCH);
    }

    @Test
    void aShortOutputHasNoEndsThatOverlap() throws Exception {
        for (Output output :
                List.of(Output.captureTail(100), Output.captureEnds(100, 100), Output.captureEnds(2, 100))) {
            Result result = target("echo", "short").stdout(output).run();
            assertThat(result.stdout()).isEqualTo("short\n");
            assertThat(result.truncated()).isFalse();
        }
    }

    @Test
    void toSeveralAtOnce() throws Exception {
        Path file = directory.resolve("file");
        Path log = directory.resolve("log");
        Files.writeString(log, "before\n");
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        Result result = target("write", "" + MUCH, "stderr", "1000")
                .stdout(Output.tee(Output.file(file), Output.appendTo(log), Output.lines(lines::add), Output.capture()))
                .run()
                .orThrow();
        byte[] all = Written.stdout(MUCH);
        assertThat(result.stdoutBytes()).isEqualTo(all);
        assertThat(Files.readAllBytes(file)).isEqualTo(all);
        assertThat(Files.readString(log)).isEqualTo("before\n" + new String(all, StandardCharsets.US_ASCII));
        assertThat(lines)
                .isEqualTo(new String(all, StandardCharsets.US_ASCII).lines().toList());
        assertThat(result.stderrBytes()).isEqualTo(Written.stderr(1000));
    }

    @Test
    void aFileOfSeveralThatCannotBeOpenedFailsTheStart() throws Exception {
        Path first = directory.resolve("first");
        SpawnException e = catchThrowableOfType(
                SpawnException.class,
                () -> target("exit", "0")
                        .stdout(Output.tee(Output.capture(), Output.file(first), Output.file(directory)))
                        .start()
                        .close());
        assertThat(e.step()).isEqualTo(Step.OPEN);
        assertThat(e.errnoName()).isEqualTo("EISDIR");
    }

    @Test
    void aDiskThatIsFullEndsTheTree() throws Exception {
        if (!Files.exists(Path.of("/dev/full"))) return; // as in containers
        Result result = target("chatter")
                .stdout(Output.tee(Output.capture(), Output.file(Path.of("/dev/full"))))
                .run();
        assertThat(result.handlerFailure().orElseThrow()).hasMessageContaining("ENOSPC");
        assertThat(result.cause()).isEqualTo(Cause.STOP_ASKED);
    }

    // ---- a stream as input

    @Test
    @Tag("scenario-33")
    void whatAStreamGivesArrivesWhole() throws Exception {
        byte[] all = Written.stdout(MUCH);
        boolean[] closed = {false};
        InputStream from = new java.io.ByteArrayInputStream(all) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        Result result = target("cat").stdin(Input.stream(from)).run().orThrow();
        assertThat(result.stdoutBytes()).isEqualTo(all);
        assertThat(closed[0]).as("it is the caller's").isFalse();
    }

    @Test
    void aStreamThatThrowsEndsTheTree() throws Exception {
        InputStream broken = new InputStream() {
            private int left = 1000;

            @Override
            public int read() throws IOException {
                if (left-- == 0) throw new IOException("the disk is gone");
                return 'x';
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                int n = Math.min(length, 100);
                for (int i = 0; i < n; i++) into[from + i] = (byte) read();
                return n;
            }
        };
        Result result = target("cat").stdin(Input.stream(broken)).run();
        assertThat(result.inputFailure().orElseThrow()).hasMessage("the disk is gone");
        assertThat(result.cause()).isEqualTo(Cause.STOP_ASKED);
    }

    @Test
    void aProgramThatWantsNoMoreIsAnErrorValue() throws Exception {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'y';
            }

            @Override
            public int read(byte[] into, int from, int length) {
                Arrays.fill(into, from, from + length, (byte) 'y');
                return length;
            }
        };
        // long enough that the pipe is full
        Result result =
                target("sleep", "0.5").stdin(Input.stream(endless)).run().orThrow();
        assertThat(result.inputFailure().orElseThrow()).hasMessageContaining("roken pipe");
    }
}
