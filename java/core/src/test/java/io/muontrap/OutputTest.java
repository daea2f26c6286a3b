package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Signal;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Rounds;
import io.muontrap.testing.Target;
import io.muontrap.testing.Written;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where output goes, and what becomes of it. */
@Timeout(120)
class OutputTest {

    @TempDir
    Path directory;

    private static Command target(String... words) {
        return Command.of(Target.PATH, words);
    }

    // ---- merged and apart

    @Test
    @Tag("scenario-22")
    void mergedInTheOrderOfWriting() throws Exception {
        Result result = target("merge").stderr(Output.toStdout()).run();
        assertThat(result.stdout()).isEqualTo("abcABCdefDEFghiGHIjklJKLmnoMNO");
        assertThat(result.stderr()).isEmpty();
        assertThat(result.stderrBytes()).isEmpty();
    }

    @Test
    @Tag("scenario-22")
    void apartFifteenBytesEach() throws Exception {
        Result result = target("merge").run();
        assertThat(result.stdout()).isEqualTo("abcdefghijklmno");
        assertThat(result.stderr()).isEqualTo("ABCDEFGHIJKLMNO");
    }

    @Test
    @Tag("scenario-22")
    void oneWithoutTheOther() throws Exception {
        Result out = target("merge").stderr(Output.discard()).run();
        assertThat(out.stdout()).hasSize(15);
        assertThatThrownBy(out::stderr)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("stderr");
        Result err = target("merge").stdout(Output.discard()).run();
        assertThat(err.stderr()).hasSize(15);
        assertThatThrownBy(err::stdoutBytes)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("stdout");
    }

    @Test
    @Tag("scenario-22")
    void mergedIntoWhateverStandardOutputIs() throws Exception {
        Path file = directory.resolve("merged");
        target("merge")
                .stdout(Output.file(file))
                .stderr(Output.toStdout())
                .run()
                .orThrow();
        assertThat(file).hasContent("abcABCdefDEFghiGHIjklJKLmnoMNO");

        ContainedProcess process = target("merge").stderr(Output.toStdout()).start();
        assertThat(process.getInputStream().readAllBytes())
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("abcABCdefDEFghiGHIjklJKLmnoMNO");
        assertThat(process.getErrorStream().read()).isEqualTo(-1);

        target("merge").stdout(Output.discard()).stderr(Output.toStdout()).run().orThrow();

        StringBuffer lines = new StringBuffer();
        target("merge")
                .stdout(Output.lines(lines::append))
                .stderr(Output.toStdout())
                .run()
                .orThrow();
        assertThat(lines).hasToString("abcABCdefDEFghiGHIjklJKLmnoMNO");
    }

    // ---- files

    @Test
    @Tag("scenario-15")
    void filesAreMadeCutOrAppendedTo() throws Exception {
        Path file = directory.resolve("out");
        target("echo", "one").stdout(Output.file(file)).run().orThrow();
        target("echo", "two").stdout(Output.appendTo(file)).run().orThrow();
        assertThat(file).hasContent("one\ntwo\n");
        target("echo", "three").stdout(Output.file(file)).run().orThrow();
        assertThat(file).hasContent("three\n");
        target("err", "four").stderr(Output.appendTo(file)).run().orThrow();
        assertThat(file).hasContent("three\nfour\n");
        target("echo", "five")
                .stdout(Output.appendTo(directory.resolve("new")))
                .run()
                .orThrow();
        assertThat(directory.resolve("new")).hasContent("five\n");
    }

    @Test
    void discardedIsGone() throws Exception {
        Result result = target("write", "5M", "stderr", "5M")
                .stdout(Output.discard())
                .stderr(Output.discard())
                .run()
                .orThrow();
        assertThat(result.truncated()).isFalse();
    }

    // ---- capture

    @Test
    void aBoundThatWasAskedForKeepsTheHeadAndStallsNobody() throws Exception {
        Result result = target("write", "30M", "stderr", "20M")
                .stdout(Output.capture(1000))
                .stderr(Output.capture(0))
                .run();
        assertThat(result.status()).isEqualTo(new ExitStatus.Exited(0));
        assertThat(result.stdoutBytes()).isEqualTo(Written.stdout(1000));
        assertThat(result.stderrBytes()).isEmpty();
        assertThat(result.truncated()).isTrue();
        assertThat(result.drained()).isTrue();
        assertThat(result.orThrow()).isSameAs(result);
    }

    @Test
    void exactlyTheBoundIsWhole() throws Exception {
        Result result = target("write", "1000").stdout(Output.capture(1000)).run();
        assertThat(result.stdoutBytes()).hasSize(1000);
        assertThat(result.truncated()).isFalse();
    }

    @Test
    void aBoundThatNobodyAskedForIsAFailure() throws Exception {
        Result result = target("write", "17M").run();
        assertThat(result.status()).isEqualTo(new ExitStatus.Exited(0));
        assertThat(result.stdoutBytes()).hasSize(16 << 20);
        assertThat(result.truncated()).isTrue();
        assertThatThrownBy(result::orThrow)
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("stdout was cut after 16777216 bytes");
    }

    @Test
    void captureBytesAreTheCallersOwn() throws Exception {
        Result result = target("echo", "text").run();
        result.stdoutBytes()[0] = 'X';
        assertThat(result.stdout()).isEqualTo("text\n");
    }

    // ---- lines

    @Test
    @Tag("scenario-16")
    void aThousandLinesWhole() throws Exception {
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        target("lines", "1000").stdout(Output.lines(lines::add)).run().orThrow();
        List<String> expected = new ArrayList<>();
        for (int i = 1; i <= 1000; i++) {
            expected.add("line " + i);
        }
        assertThat(lines).containsExactlyElementsOf(expected);
    }

    @Test
    @Tag("scenario-24")
    @Tag("trap-57")
    void emptyLinesAndOneWithoutAnEnd() throws Exception {
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        Command.of("printf", "a\\n\\n\\r\\nb\\rc\\r\\nlast")
                .stdout(Output.lines(lines::add))
                .run()
                .orThrow();
        assertThat(lines).containsExactly("a", "", "", "b\rc", "last");
    }

    @Test
    @Tag("scenario-24")
    @Tag("trap-57")
    void aVeryLongLineIsCutAndSaysSo() throws Exception {
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        Result result = Command.of("sh", "-c", "\"$0\" write 3M fill 120; echo; echo next", Target.PATH)
                .stdout(Output.lines(lines::add))
                .run();
        assertThat(lines).hasSize(2);
        assertThat(lines.remove()).hasSizeLessThan(2 << 20).startsWith("xxx").endsWith("xx\u2026[cut]");
        assertThat(lines.remove()).isEqualTo("next");
        assertThat(result.status()).isEqualTo(new ExitStatus.Exited(0));
    }

    @Test
    @Tag("scenario-23")
    void bytesThatAreNoTextBreakNothing() throws Exception {
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        Command.of("printf", "caf\\303\\251 \\377\\376\\nnext\\n")
                .stdout(Output.lines(lines::add).charset(StandardCharsets.UTF_8))
                .run()
                .orThrow();
        assertThat(lines).containsExactly("caf\u00e9 \ufffd\ufffd", "next");
    }

    @Test
    void bothStreamsHaveTheirOwnConsumer() throws Exception {
        Queue<String> out = new ConcurrentLinkedQueue<>();
        Queue<String> err = new ConcurrentLinkedQueue<>();
        try (ContainedProcess process = Command.of("sh", "-c", "for i in 1 2 3; do echo o$i; echo e$i >&2; done")
                .stdout(Output.lines(out::add))
                .stderr(Output.lines(err::add))
                .start()) {
            process.waitFor();
            assertThat(out).as("served before the one moment").containsExactly("o1", "o2", "o3");
            assertThat(err).containsExactly("e1", "e2", "e3");
        }
    }

    /** Whatever the executor: one of four threads as well as one that runs everything at once. */
    @Test
    void consumersRunInOrderAndNeverTwoAtOnce() throws Exception {
        ExecutorService four = Executors.newFixedThreadPool(4, work -> new Thread(work, "mine"));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger next = new AtomicInteger(1);
        AtomicBoolean wrong = new AtomicBoolean();
        Result result = target("lines", "20000")
                .stdout(Output.lines(line -> {
                    boolean right = inside.incrementAndGet() == 1
                            && line.equals("line " + next.getAndIncrement())
                            && Thread.currentThread().getName().equals("mine");
                    inside.decrementAndGet();
                    if (!right) {
                        wrong.set(true);
                    }
                }))
                .executor(four)
                .run();
        result.orThrow();
        assertThat(next).hasValue(20001);
        assertThat(wrong).isFalse();
        four.shutdown();

        AtomicReference<String> thread = new AtomicReference<>();
        target("lines", "1")
                .stdout(Output.lines(line -> thread.set(Thread.currentThread().getName())))
                .executor(Runnable::run)
                .run();
        assertThat(thread.get()).as("never the reactor").startsWith("muontrap-handler-");
    }

    @Test
    void handlersRunOnDaemonsOfTheLibraryThatGoAgain() throws Exception {
        target("exit", "0").run();
        Leftovers before = Leftovers.before();
        AtomicReference<Thread> thread = new AtomicReference<>();
        target("lines", "1")
                .stdout(Output.lines(line -> thread.set(Thread.currentThread())))
                .run();
        assertThat(thread.get().isDaemon()).isTrue();
        assertThat(thread.get().getName()).startsWith("muontrap-handler-");
        before.assertNone();
    }

    /** A consumer that throws ends its own tree, and nobody else's. */
    @Test
    @Tag("trap-58")
    void aThrowingConsumerEndsTheTreeAndIsAnErrorValue() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        RuntimeException mine = new IllegalStateException("mine");
        Queue<String> other = new ConcurrentLinkedQueue<>();
        try (ContainedProcess untouched =
                target("chatter").stdout(Output.lines(other::add)).start()) {
            Result result = target("chatter", "100")
                    .stdout(Output.lines(line -> {
                        if (seen.incrementAndGet() == 3) {
                            throw mine;
                        }
                    }))
                    .run();
            assertThat(result.handlerFailure()).containsSame(mine);
            assertThat(seen).as("not asked again").hasValue(3);
            assertThat(result.cause()).isEqualTo(Cause.STOP_ASKED);
            assertThat(result.status()).isEqualTo(new ExitStatus.Signaled(Signal.TERM, false));
            assertThatThrownBy(result::orThrow)
                    .isInstanceOf(CommandFailedException.class)
                    .hasCause(mine)
                    .hasMessageContaining("mine");
            assertThat(untouched.isAlive()).isTrue();
            int before = other.size();
            Procs.await("the other goes on", Duration.ofSeconds(30), () -> other.size() > before + 10);
        }
    }

    /** It may throw before start() has returned: that must not be forgotten. */
    @Test
    @Tag("trap-58")
    void aConsumerThatThrowsAtOnceEndsTheTreeEachTime() throws Exception {
        for (int round = 0; round < Rounds.of(300); round++) {
            try (ContainedProcess process = target("first", "echo", "x", "--", "sleep", "forever")
                    .stdout(Output.lines(line -> {
                        throw new Error("mine");
                    }))
                    .stderr(Output.discard())
                    .start()) {
                assertThat(process.waitFor()).isEqualTo(143);
                assertThat(process.result().get().handlerFailure()).isPresent();
            }
        }
    }

    @Test
    @Tag("trap-58")
    void anExecutorThatRefusesIsAnErrorValueToo() throws Exception {
        ExecutorService closed = Executors.newSingleThreadExecutor();
        closed.shutdown();
        Result result = target("chatter")
                .stdout(Output.lines(line -> {}))
                .executor(closed)
                .run();
        assertThat(result.handlerFailure()).containsInstanceOf(RejectedExecutionException.class);
    }

    private static long charactersWritten(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/io")).stream()
                    .filter(line -> line.startsWith("wchar: "))
                    .mapToLong(line -> Long.parseLong(line.substring(7)))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The pipe fills behind a slow consumer, and the program waits in its write: in bounded memory, nothing is lost. */
    @Test
    @Tag("trap-59")
    void aSlowConsumerStallsItsProgramAndNobodyElse() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch first = new CountDownLatch(1);
        AtomicInteger lines = new AtomicInteger();
        try (ContainedProcess process = target("write", "16M")
                .stdout(Output.lines(line -> {
                    first.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    lines.incrementAndGet();
                }))
                .start()) {
            first.await();
            AtomicReference<Long> last = new AtomicReference<>(-1L);
            AtomicInteger same = new AtomicInteger();
            Procs.await("the program stands still", Duration.ofSeconds(60), () -> {
                long now = charactersWritten(process.pid());
                same.set(now == last.getAndSet(now) && Procs.state((int) process.pid()) == 'S' ? same.get() + 1 : 0);
                return same.get() == 100;
            });
            assertThat(last.get()).isBetween(256L * 1024, 1024L * 1024);
            assertThat(target("write", "1M").run().stdoutBytes()).hasSize(1 << 20);
            release.countDown();
            Result result = process.result().get().orThrow();
            assertThat(lines).hasValue((16 << 20) / 64);
            assertThat(result.truncated()).isFalse();
        }
    }

    // ---- what the program is given

    @Test
    @Tag("scenario-15")
    void nameDirectoryAndEnvironment() throws Exception {
        assertThat(target("print-arg0").arg0("another name").run().stdout()).isEqualTo("another name\n");
        assertThat(target("print-arg0").run().stdout()).isEqualTo(Target.PATH + "\n");
        Path real = directory.toRealPath();
        assertThat(target("print-cwd").directory(real).run().stdout()).isEqualTo(real + "\n");
        String mine = Path.of("").toRealPath().toString();
        assertThat(target("print-cwd").run().stdout()).isEqualTo(mine + "\n");

        assertThat(target("print-env")
                        .clearEnv()
                        .env("A", "1")
                        .env("B", "")
                        .run()
                        .stdout())
                .isEqualTo("A=1\0B=\0");
        String name = System.getenv().keySet().iterator().next();
        assertThat(target("print-env").run().stdout().split("\0")).anyMatch(v -> v.startsWith(name + "="));
        assertThat(target("print-env").unsetEnv(name).run().stdout().split("\0"))
                .noneMatch(v -> v.startsWith(name + "="));
        assertThat(target("print-env").inheritEnv(name).run().stdout().split("\0"))
                .containsExactly(name + "=" + System.getenv(name));
    }

    @Test
    void argumentsAreNotTouched() throws Exception {
        List<String> words = List.of("", " ", "a b", "*", "$HOME", "\"", "'", "\\", "\n", "-x", "--");
        Command command = target("print-args", "--raw");
        for (String word : words) {
            command = command.arg(word);
        }
        assertThat(command.run().stdout()).isEqualTo(String.join("\0", words) + "\0");
    }

    /** TRAPS 23, 22: three descriptors and no other, whatever the JVM has open. */
    @Test
    void theProgramHasThreeDescriptors() throws Exception {
        try (var open = Files.newInputStream(Path.of("/dev/null"))) {
            assertThat(open).isNotNull();
            assertThat(Target.state(target("print-state", "fds").run().stdout()))
                    .containsEntry("fds", "0,1,2");
        }
    }
}
