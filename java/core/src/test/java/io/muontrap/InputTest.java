package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.spawn.ExitStatus;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Rounds;
import io.muontrap.testing.Target;
import io.muontrap.testing.Written;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a program reads. */
@Timeout(120)
class InputTest {

    @TempDir
    Path directory;

    private static Command target(String... words) {
        return Command.of(Target.PATH, words);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    @Tag("scenario-33")
    void givenBytesArriveWholeAndThenTheEnd() throws Exception {
        for (int length : new int[] {0, 1, 65_511, 65_536, 65_537, 256 * 1024, 2_000_000}) {
            byte[] bytes = random(length);
            Result result = target("cat").stdin(Input.bytes(bytes)).run().orThrow();
            assertThat(result.stdoutBytes()).isEqualTo(bytes);
            assertThat(result.inputFailure()).isEmpty();
        }
    }

    /** tac writes nothing before it has seen the end of its input. */
    @Test
    @Tag("scenario-33")
    void aFilterThatNeedsTheEnd() throws Exception {
        assertThat(Command.of("tac").stdin(Input.text("1\n2\n3\n")).run().stdout())
                .isEqualTo("3\n2\n1\n");
    }

    @Test
    void textIsInTheCharsetOfOutputs() throws Exception {
        Result result = target("cat")
                .stdin(Input.text("caf\u00e9", StandardCharsets.ISO_8859_1))
                .run();
        assertThat(result.stdoutBytes()).isEqualTo("caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(target("cat").stdin(Input.text("plain")).run().stdout()).isEqualTo("plain");
    }

    @Test
    void files() throws Exception {
        Path file = Files.write(directory.resolve("in"), Written.stdout(100_000));
        assertThat(target("cat").stdin(Input.file(file)).run().stdoutBytes()).isEqualTo(Written.stdout(100_000));
    }

    /** A megabyte for a program that reads none of it: an error value, no exception, and no failure of the program. */
    @Test
    @Tag("trap-58")
    @Tag("scenario-33")
    void whatTheProgramDoesNotWantIsAnErrorValue() throws Exception {
        byte[] megabyte = new byte[1 << 20];
        target("exit", "0").run();
        Leftovers before = Leftovers.before();
        for (int round = 0; round < Rounds.of(50); round++) {
            Result result = target("exit", "0").stdin(Input.bytes(megabyte)).run();
            assertThat(result.inputFailure()).isPresent();
            assertThat(result.inputFailure().orElseThrow()).hasMessage("Broken pipe");
            assertThat(result.orThrow().status()).isEqualTo(new ExitStatus.Exited(0));
        }
        before.assertNone();
    }

    /** Two megabytes are on their way when the program is killed. */
    @Test
    @Tag("scenario-33")
    void whatWasPendingWhenTheProgramWasKilledIsAnErrorValue() throws Exception {
        ContainedProcess process = target("ready", "sleep", "forever")
                .stdin(Input.bytes(new byte[2 << 20]))
                .start();
        Target.untilReady(process.getInputStream());
        process.destroyForcibly();
        assertThat(process.waitFor()).isEqualTo(137);
        assertThat(process.result().get().inputFailure()).isPresent();
    }

    @Test
    @Tag("scenario-33")
    void fivePiecesThroughAPipeArriveIntact() throws Exception {
        try (ContainedProcess process = target("cat").stdin(Input.pipe()).start()) {
            OutputStream in = process.getOutputStream();
            InputStream out = process.getInputStream();
            for (int i = 0; i < 5; i++) {
                byte[] piece = random(65_535 - i);
                in.write(piece);
                in.flush();
                assertThat(out.readNBytes(piece.length)).isEqualTo(piece);
            }
            in.close();
            assertThat(process.waitFor()).isZero();
        }
    }

    /** 32 MB through a program and back, in the memory of two pipes. */
    @Test
    @Tag("scenario-35")
    void muchMoreThanThePipesHold() throws Exception {
        byte[] piece = random(64 * 1024);
        try (ContainedProcess process = target("cat").stdin(Input.pipe()).start()) {
            CompletableFuture<Long> written = CompletableFuture.supplyAsync(() -> {
                CRC32 sum = new CRC32();
                try (OutputStream in = process.getOutputStream()) {
                    for (int i = 0; i < 500; i++) {
                        in.write(piece);
                        sum.update(piece);
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                return sum.getValue();
            });
            CRC32 sum = new CRC32();
            byte[] buffer = new byte[10_007];
            long length = 0;
            for (int n = 0; n >= 0; n = process.getInputStream().read(buffer)) {
                sum.update(buffer, 0, n);
                length += n;
            }
            assertThat(length).isEqualTo(500L * piece.length);
            assertThat(sum.getValue()).isEqualTo(written.get());
            assertThat(process.waitFor()).isZero();
        }
    }

    @Test
    void oneInputServesManyCommands() throws Exception {
        Input input = Input.text("same\n");
        Command command = target("cat").stdin(input);
        for (int i = 0; i < 3; i++) {
            assertThat(command.run().stdout()).isEqualTo("same\n");
        }
    }

    /** Where nobody could write, a pipe is closed at once. */
    @Test
    void aPipeForRunIsEmpty() throws Exception {
        assertThat(target("count-stdin").stdin(Input.pipe()).run().stdout()).isEqualTo("0\n");
    }

    /** Our end goes before any signal is sent: a program that ends with its input does so by itself. */
    @Test
    void closeEndsTheInputFirst() throws Exception {
        ContainedProcess process =
                target("ignore", "TERM", "ready", "cat").stdin(Input.pipe()).start();
        Target.untilReady(process.getInputStream());
        process.close();
        assertThat(process.result().get().status()).isEqualTo(new ExitStatus.Exited(0));
        assertThat(process.result().get().cause()).isEqualTo(Cause.STOP_ASKED);
    }
}
