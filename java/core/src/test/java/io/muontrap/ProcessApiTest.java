package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Signal;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import io.muontrap.testing.Written;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who knows java.lang.Process knows this one. */
@Timeout(60)
class ProcessApiTest {

    private static Command target(String... words) {
        return Command.of(Target.PATH, words);
    }

    private static ContainedProcess sleeper() throws IOException {
        return target("sleep", "forever").start();
    }

    @Test
    void beforeTheEnd() throws Exception {
        try (ContainedProcess process = sleeper()) {
            assertThat(process.isAlive()).isTrue();
            assertThat(process.leaderAlive()).isTrue();
            assertThat(process.supportsNormalTermination()).isTrue();
            assertThatThrownBy(process::exitValue)
                    .isInstanceOf(IllegalThreadStateException.class)
                    .hasMessageContaining(String.valueOf(process.pid()));
            long start = System.nanoTime();
            assertThat(process.waitFor(30, TimeUnit.MILLISECONDS)).isFalse();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(30));
            assertThat(process.onExit()).isNotDone();
            assertThat(process.result()).isNotDone();
            assertThat(process.containment()).containsExactly(Containment.SESSION);
            assertThat(process.cgroup()).isEmpty();
            assertThat(process.toString()).contains("pid=" + process.pid()).contains("running");
        }
    }

    @Test
    void afterTheEndAllSayTheSame() throws Exception {
        ContainedProcess process = target("exit", "4").start();
        assertThat(process.waitFor()).isEqualTo(4);
        assertThat(process.waitFor(0, TimeUnit.NANOSECONDS)).isTrue();
        assertThat(process.isAlive()).isFalse();
        assertThat(process.leaderAlive()).isFalse();
        assertThat(process.exitValue()).isEqualTo(4);
        assertThat(process.onExit()).isCompletedWithValue(process);
        assertThat(process.result().get().status()).isEqualTo(new ExitStatus.Exited(4));
        assertThat(process.toString()).contains("exit code 4");
        process.destroy();
        assertThat(process.destroyForcibly()).isSameAs(process);
        process.close();
        process.signal(Signal.KILL);
        process.signalTree(Signal.KILL);
        assertThat(process.stop().cause()).isEqualTo(Cause.SELF);
        assertThat(process.exitValue()).isEqualTo(4);
    }

    @Test
    void destroyAsksAndDestroyForciblyKills() throws Exception {
        try (ContainedProcess asked = sleeper();
                ContainedProcess killed = sleeper()) {
            asked.destroy();
            assertThat(killed.destroyForcibly()).isSameAs(killed);
            assertThat(asked.waitFor()).isEqualTo(143);
            assertThat(killed.waitFor()).isEqualTo(137);
            assertThat(asked.result().get().cause()).isEqualTo(Cause.STOP_ASKED);
            assertThat(killed.result().get().cause()).isEqualTo(Cause.STOP_ASKED);
        }
    }

    @Test
    void onExitIsChainedAsUsual() throws Exception {
        ContainedProcess process =
                target("read-then", "exit", "6").stdin(Input.pipe()).start();
        CompletableFuture<Integer> chained = process.onExit()
                .thenApply(p -> {
                    assertThat(p).isSameAs(process);
                    assertThat(p.isAlive()).isFalse();
                    return p.exitValue();
                })
                .thenCombine(process.result().thenApply(r -> r.status().exitValue()), Integer::sum);
        CompletableFuture<Process> cancelled = process.onExit();
        assertThat(cancelled.cancel(true)).isTrue();
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        assertThat(chained.get()).isEqualTo(12);
        assertThat(process.onExit().get()).isSameAs(process);
    }

    /** User code that hangs in a chain is the user's own concern. */
    @Test
    void whoHangsInAChainHoldsNobodyElse() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        ContainedProcess process =
                target("read-then", "exit", "0").stdin(Input.pipe()).start();
        CompletableFuture<Void> hanging = process.onExit().thenAccept(p -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        CompletableFuture<Process> other = process.onExit();
        CompletableFuture<Integer> chained =
                process.result().thenApply(r -> r.status().exitValue());
        process.getOutputStream().close();
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(other.get()).isSameAs(process);
        assertThat(chained.get()).isEqualTo(1);
        assertThat(target("exit", "3").run().status().exitValue()).isEqualTo(3);
        assertThat(hanging).isNotDone();
        release.countDown();
        hanging.get();
    }

    @Test
    void theHandleIsTheLeaders() throws Exception {
        try (ContainedProcess process = target("ready", "sleep", "forever").start()) {
            Target.untilReady(process.getInputStream()); // a start returns before the kernel shows the arguments
            ProcessHandle handle = process.toHandle();
            assertThat(handle.pid()).isEqualTo(process.pid());
            assertThat(handle.isAlive()).isTrue();
            assertThat(handle.parent().map(ProcessHandle::pid))
                    .contains(ProcessHandle.current().pid());
            assertThat(process.info().command()).contains(Target.PATH);
            assertThat(process.info().arguments().orElseThrow()).containsExactly("ready", "sleep", "forever");
            assertThat(process.toHandle()).isEqualTo(handle);
            CompletableFuture<ProcessHandle> end = handle.onExit();
            process.destroy();
            assertThat(process.waitFor()).isEqualTo(143);
            assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo(handle);
            assertThat(handle.isAlive()).isFalse();
            assertThat(process.toHandle()).isEqualTo(handle);
        }
    }

    /** The JDK has no handle for a number that may be another's by now. */
    @Test
    void aHandleAskedForAfterTheEndIsOneOfADeadProcess() throws Exception {
        ContainedProcess process = target("exit", "0").start();
        process.waitFor();
        ProcessHandle handle = process.toHandle();
        assertThat(handle.pid()).isEqualTo(process.pid());
        assertThat(handle.isAlive()).isFalse();
        assertThat(handle.parent()).isEmpty();
        assertThat(handle.children()).isEmpty();
        assertThat(handle.descendants()).isEmpty();
        assertThat(handle.destroy()).isFalse();
        assertThat(handle.destroyForcibly()).isFalse();
        assertThat(handle.onExit()).isCompletedWithValue(handle);
        assertThat(handle.info().command()).isEmpty();
        assertThat(handle.info().startInstant()).isEmpty();
        assertThat(process.info().commandLine()).isEmpty();
        assertThat(process.children()).isEmpty();
        assertThat(process.descendants()).isEmpty();
        assertThat(process.toHandle()).isEqualTo(handle).hasSameHashCodeAs(handle);
    }

    @Test
    void whoEndsItThroughTheHandleIsNotUs() throws Exception {
        try (ContainedProcess process = sleeper()) {
            assertThat(process.toHandle().destroy()).isTrue();
            assertThat(process.waitFor()).isEqualTo(143);
            assertThat(process.result().get().cause()).isEqualTo(Cause.SELF);
        }
    }

    @Test
    void childrenAndDescendants() throws Exception {
        try (ContainedProcess process = target("fork-chain", "3").start()) {
            List<Integer> pids = Target.pidsUntilReady(process.getInputStream());
            assertThat(process.children().map(ProcessHandle::pid)).containsExactly((long) pids.get(1));
            assertThat(process.descendants().map(ProcessHandle::pid))
                    .containsExactly((long) pids.get(1), (long) pids.get(2));
        }
    }

    @Test
    void streamsThatArePipes() throws Exception {
        try (ContainedProcess process = target("cat").stdin(Input.pipe()).start()) {
            OutputStream in = process.getOutputStream();
            InputStream out = process.getInputStream();
            assertThat(process.getOutputStream()).isSameAs(in);
            assertThat(process.getInputStream()).isSameAs(out);
            in.write("hello\n".getBytes(StandardCharsets.UTF_8));
            in.flush();
            assertThat(out.readNBytes(6)).isEqualTo("hello\n".getBytes(StandardCharsets.UTF_8));
            assertThat(out.available()).isZero();
            in.close();
            assertThat(out.read()).isEqualTo(-1);
            assertThat(process.getErrorStream().read()).isEqualTo(-1);
            assertThat(process.waitFor()).isZero();
            assertThat(out.read()).isEqualTo(-1);
        }
    }

    /** As the JDK's: never null, nothing to be read, nothing that could be written to. */
    @Test
    void streamsThatAreNone() throws Exception {
        try (ContainedProcess process = target("sleep", "forever")
                .stdout(Output.discard())
                .stderr(Output.capture())
                .start()) {
            assertThat(process.getInputStream().read()).isEqualTo(-1);
            assertThat(process.getErrorStream().read()).isEqualTo(-1);
            assertThatThrownBy(() -> process.getOutputStream().write(1)).isInstanceOf(IOException.class);
            process.getOutputStream().close();
            process.getInputStream().close();
        }
    }

    @Test
    void aReaderWaitsForMoreAndForTheEnd() throws Exception {
        try (ContainedProcess process =
                target("read-then", "echo", "late").stdin(Input.pipe()).start()) {
            CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> {
                try {
                    return process.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            assertThat(read.get()).isEqualTo("late\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Thread failing(AtomicReference<Throwable> thrown, IoRunnable work) {
        Thread thread = new Thread(() -> thrown.set(catchThrowable(work::run)));
        thread.start();
        return thread;
    }

    private interface IoRunnable {
        void run() throws IOException;
    }

    /** The thread parks in the library, not in the kernel. */
    private static void awaitParked(Thread thread) {
        Procs.await("parked", Duration.ofSeconds(30), () -> thread.getState() == Thread.State.WAITING);
    }

    @Test
    void closingFromAnotherThreadEndsARead() throws Exception {
        try (ContainedProcess process = sleeper()) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread reader = failing(thrown, () -> process.getInputStream().read());
            awaitParked(reader);
            process.getInputStream().close();
            reader.join();
            assertThat(thrown.get()).isInstanceOf(IOException.class).hasMessageContaining("losed");
            assertThat(process.isAlive()).isTrue();
        }
    }

    @Test
    void theEndOfTheProgramEndsAWrite() throws Exception {
        try (ContainedProcess process =
                target("sleep", "forever").stdin(Input.pipe()).start()) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread writer = failing(thrown, () -> process.getOutputStream().write(new byte[2_000_000]));
            awaitParked(writer);
            process.destroyForcibly();
            writer.join();
            assertThat(thrown.get()).isInstanceOf(IOException.class).hasMessage("Broken pipe");
        }
    }

    @Test
    void closingFromAnotherThreadEndsAWrite() throws Exception {
        try (ContainedProcess process =
                target("sleep", "forever").stdin(Input.pipe()).start()) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            OutputStream in = process.getOutputStream();
            Thread writer = failing(thrown, () -> in.write(new byte[2_000_000]));
            awaitParked(writer);
            process.close();
            writer.join();
            assertThat(thrown.get()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void theReadersAndTheWriterOfJdk17() throws Exception {
        try (ContainedProcess process = Command.of("sh", "-c", "read a; echo \"$a $a\"; echo oops >&2")
                .stdin(Input.pipe())
                .start()) {
            try (BufferedWriter writer = process.outputWriter(StandardCharsets.UTF_8)) {
                writer.write("h\u00e9\n");
            }
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            assertThat(out.readLine()).isEqualTo("h\u00e9 h\u00e9");
            assertThat(out.readLine()).isNull();
            assertThat(process.errorReader(StandardCharsets.UTF_8).readLine()).isEqualTo("oops");
            assertThat(process.waitFor()).isZero();
        }
    }

    @Test
    void markAndResetAsTheJdksOwn() throws Exception {
        ContainedProcess process = target("write", "1000").start();
        InputStream out = process.getInputStream();
        assertThat(out.markSupported()).isTrue();
        out.mark(100);
        byte[] first = out.readNBytes(50);
        out.reset();
        assertThat(out.readNBytes(50)).isEqualTo(first);
        process.waitFor();
        assertThat(out.readAllBytes()).hasSize(950);
    }

    @Test
    void aPipeIsReadableAfterTheEnd() throws Exception {
        ContainedProcess process = target("write", "65536").start();
        assertThat(process.waitFor()).isZero();
        assertThat(process.getInputStream().available()).isEqualTo(65536);
        assertThat(process.getInputStream().readAllBytes()).isEqualTo(Written.stdout(65536));
        process.getInputStream().close();
        process.getErrorStream().close();
        process.getOutputStream().close();
    }

    /** start() is not interruptible; the interrupt stays for whoever waits next. */
    @Test
    void anInterruptOutlivesTheStart() throws Exception {
        Thread.currentThread().interrupt();
        ContainedProcess process = sleeper();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThatThrownBy(process::waitFor).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(process.isAlive()).isTrue();
        process.close();
    }

    @Test
    void anInterruptedRunLeavesNothing() throws Exception {
        target("exit", "0").run();
        Leftovers before = Leftovers.before();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread runner = new Thread(
                () -> thrown.set(catchThrowable(() -> target("sleep", "forever").run())));
        runner.start();
        Procs.await("a child", Duration.ofSeconds(30), () -> {
            try {
                return runner.getState() == Thread.State.WAITING
                        && !Procs.children().isEmpty();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        runner.interrupt();
        runner.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        before.assertNone();
    }

    @Test
    void aFutureThatIsCancelledEndsNothing() throws Exception {
        try (ContainedProcess process = sleeper()) {
            assertThat(process.result().cancel(true)).isTrue();
            assertThat(process.isAlive()).isTrue();
            CompletableFuture<Result> result = process.result();
            process.destroyForcibly();
            assertThat(result.get().status()).isEqualTo(new ExitStatus.Signaled(Signal.KILL, false));
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
