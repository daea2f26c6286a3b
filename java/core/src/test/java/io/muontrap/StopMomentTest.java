package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Signal;
import io.muontrap.spawn.StopPolicy;
import io.muontrap.testing.Marked;
import io.muontrap.testing.NothingLeft;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Rounds;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The one moment, who waits for it, and interruption. */
@Timeout(120)
@Tag("host")
@ExtendWith(NothingLeft.class)
class StopMomentTest {

    private static final Duration LONG = Duration.ofSeconds(100);

    private static Command target(String... words) {
        return Command.of(Target.PATH, words).stdout(Output.discard()).stderr(Output.discard());
    }

    private static ContainedProcess stubborn() throws IOException {
        ContainedProcess p = target("ignore", "TERM", "ready", "sleep", "forever")
                .stdout(Output.pipe())
                .stopPolicy(StopPolicy.termThenKill(LONG))
                .start();
        Target.untilReady(p.getInputStream());
        return p;
    }

    private static void assertOver(ContainedProcess p, int code) throws Exception {
        assertThat(p.isAlive()).isFalse();
        assertThat(p.leaderAlive()).isFalse();
        assertThat(p.exitValue()).isEqualTo(code);
        assertThat(p.waitFor()).isEqualTo(code);
        assertThat(p.waitFor(0, TimeUnit.NANOSECONDS)).isTrue();
        assertThat(p.onExit()).isCompletedWithValue(p);
        assertThat(p.result()).isCompleted();
        assertThat(p.result().join().status()).isEqualTo(new ExitStatus.Exited(code));
    }

    /** Whichever of them changes first for a thread, all the others have changed for it. */
    @Test
    void allChangeTogether() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            for (int round = 0; round < Rounds.of(100); round++) {
                int code = round;
                ContainedProcess p = target("exit", "" + code).start();
                CompletableFuture<Result> result = round % 2 == 0 ? p.result() : null;
                List<Callable<Void>> watchers = List.of(
                        () -> after(p.waitFor() == code, p, code),
                        () -> after(p.waitFor(100, TimeUnit.SECONDS), p, code),
                        () -> after(p.onExit().join() == p, p, code),
                        () -> after((result == null ? p.result() : result).join() != null, p, code),
                        () -> {
                            while (p.isAlive()) {
                                Thread.onSpinWait();
                            }
                            return after(true, p, code);
                        },
                        () -> {
                            while (!hasExitValue(p)) {
                                Thread.onSpinWait();
                            }
                            return after(true, p, code);
                        });
                for (Future<Void> watcher : threads.invokeAll(watchers)) {
                    watcher.get();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Void after(boolean changed, ContainedProcess p, int code) throws Exception {
        assertThat(changed).isTrue();
        assertOver(p, code);
        return null;
    }

    private static boolean hasExitValue(ContainedProcess p) {
        try {
            p.exitValue();
            return true;
        } catch (IllegalThreadStateException alive) {
            return false;
        }
    }

    /** What is in the way of the moment is in the way of all: here a child of the leader's with a grace. */
    @Test
    void noneChangesWhileTheRestHasItsGrace() throws Exception {
        ContainedProcess p = target(
                        "with-child", "ignore", "TERM", "ready", "sleep", "forever", "--", "read-then", "exit", "4")
                .stdin(Input.pipe())
                .stdout(Output.pipe())
                .stopPolicy(StopPolicy.termThenKill(LONG))
                .start();
        Target.untilReady(p.getInputStream());
        CompletableFuture<Process> onExit = p.onExit();
        p.getOutputStream().write('\n');
        p.getOutputStream().flush();
        Procs.await("leader gone", LONG, () -> !p.leaderAlive());
        assertThat(p.waitFor(20, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(p.isAlive()).isTrue();
        assertThat(onExit).isNotDone();
        assertThat(p.result()).isNotDone();
        assertThatThrownBy(p::exitValue).isInstanceOf(IllegalThreadStateException.class);
        p.destroyForcibly();
        onExit.get();
        assertOver(p, 4);
        assertThat(p.result().get().cause()).isEqualTo(Cause.SELF);
    }

    @Test
    void whatDependsOnAFutureNeverRunsOnOurTwoThreads() throws Exception {
        for (int round = 0; round < Rounds.of(20); round++) {
            ContainedProcess p = target("ready", "sleep", "forever").start();
            AtomicReference<Thread> first = new AtomicReference<>();
            AtomicReference<Thread> second = new AtomicReference<>();
            CompletableFuture<Void> one = p.result().thenRun(() -> first.set(Thread.currentThread()));
            CompletableFuture<Void> two = p.onExit()
                    .whenComplete((r, e) -> second.set(Thread.currentThread()))
                    .thenRun(() -> {});
            p.destroyForcibly();
            one.get();
            two.get();
            for (Thread thread : List.of(first.get(), second.get())) {
                assertThat(thread.getName())
                        .doesNotStartWith("muontrap-reactor")
                        .doesNotStartWith("muontrap-spawner");
                assertThat(thread.isDaemon()).isTrue();
            }
        }
    }

    /** Neither another's dependent nor another process waits for one that hangs. */
    @Test
    void aDependentThatHangsKeepsNobodyElse() throws Exception {
        CountDownLatch hang = new CountDownLatch(1);
        ContainedProcess p = target("sleep", "forever").start();
        CompletableFuture<Void> hung = p.result().thenAccept(r -> await(hang));
        CompletableFuture<Void> also = p.onExit().thenAccept(r -> await(hang));
        CompletableFuture<Cause> free = p.result().thenApply(Result::cause);
        CompletableFuture<Process> plain = p.onExit();
        p.destroyForcibly();
        assertThat(p.waitFor()).isEqualTo(137);
        assertThat(plain.get()).isSameAs(p);
        assertThat(free.get()).isEqualTo(Cause.STOP_ASKED);
        assertThat(target("exit", "3").run().status()).isEqualTo(new ExitStatus.Exited(3));
        assertThat(hung).isNotDone();
        hang.countDown();
        hung.get();
        also.get();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void cancellingAFutureHarmsNobody() throws Exception {
        ContainedProcess p = target("sleep", "forever").start();
        CompletableFuture<Result> other = p.result();
        assertThat(p.result().cancel(true)).isTrue();
        assertThat(p.onExit().cancel(true)).isTrue();
        p.result().completeExceptionally(new IOException("mine"));
        p.result().complete(null);
        assertThat(p.isAlive()).isTrue();
        assertThat(p.waitFor(1, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(other).isNotDone();
        p.destroyForcibly();
        assertThat(other.get().cause()).isEqualTo(Cause.STOP_ASKED);
        assertThat(p.result().get()).isSameAs(other.get());
    }

    @Test
    void closeIsIdempotentFromManyThreads() throws Exception {
        for (int round = 0; round < 5; round++) {
            ContainedProcess p = target("with-session", "sleep", "forever", "--", "sleep", "forever")
                    .start();
            CyclicBarrier together = new CyclicBarrier(8);
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                List<Future<?>> all = new ArrayList<>();
                for (int t = 0; t < 8; t++) {
                    all.add(threads.submit(() -> {
                        together.await();
                        p.close();
                        assertThat(p.isAlive()).isFalse();
                        return null;
                    }));
                }
                for (Future<?> one : all) {
                    one.get();
                }
            } finally {
                threads.shutdownNow();
            }
            p.close();
            assertThat(p.result().get().cause()).isEqualTo(Cause.STOP_ASKED);
        }
    }

    /** It ignores TERM, and would live for the whole grace if it were not told that its input is over. */
    @Test
    void closeClosesStdin() throws Exception {
        ContainedProcess p = target("ignore", "TERM", "ready", "first", "cat", "--", "exit", "3")
                .stdin(Input.pipe())
                .stdout(Output.pipe())
                .stopPolicy(StopPolicy.termThenKill(LONG))
                .start();
        Target.untilReady(p.getInputStream());
        p.getOutputStream().write('x');
        p.getOutputStream().flush();
        p.close();
        assertOver(p, 3);
        assertThatThrownBy(() -> {
                    p.getOutputStream().write(new byte[100_000]);
                    p.getOutputStream().flush();
                })
                .isInstanceOf(IOException.class);
    }

    /** stop() alone is not close(): what the program reads is not touched. */
    @Test
    void stopLeavesStdinOpen() throws Exception {
        ContainedProcess p = target("ignore", "TERM", "ready", "first", "cat", "--", "exit", "3")
                .stdin(Input.pipe())
                .stdout(Output.pipe())
                .stopPolicy(StopPolicy.termThenKill(Duration.ofMillis(100)))
                .start();
        Target.untilReady(p.getInputStream());
        assertThat(p.stop().status()).isEqualTo(new ExitStatus.Signaled(Signal.KILL, false));
    }

    // ---- interruption

    @Test
    void startIsNotInterruptible() throws Exception {
        Thread.currentThread().interrupt();
        ContainedProcess p;
        try {
            p = target("sleep", "forever").start();
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        assertThat(p.isAlive()).isTrue();
        p.close();
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> Command.of("/no/such/program").start()).isInstanceOf(IOException.class);
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void anInterruptedWaitChangesNothing() throws Exception {
        ContainedProcess p = stubborn();
        for (Callable<?> wait : List.<Callable<?>>of(
                p::waitFor, () -> p.waitFor(1, TimeUnit.HOURS), () -> p.result().get())) {
            assertThat(interruptedIn(wait)).isInstanceOf(InterruptedException.class);
            assertThat(p.isAlive()).isTrue();
        }
        p.destroyForcibly().waitFor();
    }

    @Test
    void anInterruptedStopKills() throws Exception {
        ContainedProcess p = stubborn();
        assertThat(interruptedIn(p::stop)).isInstanceOf(InterruptedException.class);
        assertThat(p.waitFor()).isEqualTo(137);
        ContainedProcess q = stubborn();
        assertThat(interruptedIn(() -> q.stop(StopPolicy.termTree(LONG)))).isInstanceOf(InterruptedException.class);
        assertThat(q.waitFor()).isEqualTo(137);
        assertThat(q.result().get().cause()).isEqualTo(Cause.STOP_ASKED);
    }

    /** run() made it and nobody else has its handle: when it throws, the tree is dead. */
    @Test
    void anInterruptedRunLeavesNobody() throws Exception {
        String word = "run-" + System.nanoTime();
        Command command = Command.of(
                        Target.PATH, "with-session", "sleep", "forever", "--", "ignore", "TERM", "sleep", "forever")
                .arg0(word)
                .stopPolicy(StopPolicy.termThenKill(LONG));
        AtomicReference<List<Integer>> alive = new AtomicReference<>();
        Throwable thrown = interruptedIn(() -> {
            try {
                return command.run();
            } finally {
                alive.set(Marked.alive(word));
            }
        });
        assertThat(thrown).isInstanceOf(InterruptedException.class);
        assertThat(alive.get()).isEmpty();
    }

    @Test
    void anInterruptedCloseSkipsTheGraceAndKeepsTheFlag() throws Exception {
        ContainedProcess p = stubborn();
        AtomicBoolean flag = new AtomicBoolean();
        assertThat(interruptedIn(() -> {
                    p.close();
                    flag.set(Thread.currentThread().isInterrupted());
                    return null;
                }))
                .isNull();
        assertThat(flag).isTrue();
        assertThat(p.isAlive()).isFalse();
        assertThat(p.waitFor()).isEqualTo(137);
    }

    @Test
    void closeWithTheFlagSetBeforehandKillsToo() throws Exception {
        ContainedProcess p = stubborn();
        Thread.currentThread().interrupt();
        try {
            p.close();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        assertThat(p.exitValue()).isEqualTo(137);
    }

    /** What it throws in a thread that is interrupted as soon as it waits; null for nothing. */
    private static Throwable interruptedIn(Callable<?> wait) throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                wait.call();
            } catch (Throwable t) {
                thrown.set(t);
            }
        });
        thread.start();
        Procs.await(
                "waits",
                LONG,
                () -> thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
        thread.interrupt();
        thread.join();
        return thrown.get();
    }

    // ---- odd moments

    /** The pidfd is given back when all is over; whoever signals just then must not see that. */
    @Test
    void signalsAtTheMomentOfTheEndAreHarmless() throws Exception {
        for (int round = 0; round < Rounds.of(150); round++) {
            ContainedProcess p = target("exit", "7").start();
            CompletableFuture<Void> signaller = CompletableFuture.runAsync(() -> {
                while (p.isAlive()) {
                    p.signal(Signal.CONT);
                    p.signalTree(Signal.CONT);
                    p.toHandle().isAlive();
                }
                p.signal(Signal.CONT);
                p.destroy();
                p.destroyForcibly();
            });
            assertThat(p.waitFor()).isEqualTo(7);
            signaller.get();
            assertThat(p.result().get().cause()).isEqualTo(Cause.SELF);
        }
    }

    /** The consumer throws at once: its stop may come before the start has returned. */
    @Test
    void aStopThatComesDuringTheStartIsNotLost() throws Exception {
        for (int round = 0; round < Rounds.of(50); round++) {
            ContainedProcess p = target("ready", "sleep", "forever")
                    .stdout(Output.lines(line -> {
                        throw new IllegalStateException("first line");
                    }))
                    .stopPolicy(StopPolicy.termThenKill(LONG))
                    .start();
            assertThat(p.waitFor()).isEqualTo(128 + 15);
            assertThat(p.result().get().handlerFailure()).isPresent();
        }
    }

    /** Its owner is then the JVM. */
    @Test
    void aDroppedHandleIsNotStoppedByTheCollector() throws Exception {
        List<Long> pids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pids.add(target("sleep", "forever").start().pid());
        }
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        assertThat(pids).allMatch(pid -> !Procs.gone(pid.intValue()));
        for (long pid : pids) {
            Marked.kill((int) pid);
        }
    }

    @Test
    void destroyReturnsAtOnce() throws Exception {
        ContainedProcess p = stubborn();
        p.destroy();
        assertThat(p.isAlive()).isTrue();
        assertThat(p.supportsNormalTermination()).isTrue();
        assertThat(p.destroyForcibly()).isSameAs(p);
        assertThat(p.waitFor()).isEqualTo(137);
        p.destroy();
        assertThat(p.stop().status()).isEqualTo(new ExitStatus.Signaled(Signal.KILL, false));
    }
}
