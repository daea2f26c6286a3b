package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.spawn.Child;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Fd;
import io.muontrap.spawn.Signal;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.SpawnSpec;
import io.muontrap.spawn.Spawner;
import io.muontrap.spawn.Step;
import io.muontrap.spawn.StopPolicy;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Marked;
import io.muontrap.testing.Needs;
import io.muontrap.testing.NothingLeft;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Rounds;
import io.muontrap.testing.Target;
import io.muontrap.testing.Virtual;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The low-level handle: stop, exit, await, poll and close in all their orders. */
@Timeout(120)
@Tag("host")
@ExtendWith(NothingLeft.class)
class ChildStopTest {

    private static final Duration LONG = Duration.ofSeconds(100);

    private static SpawnSpec spec(String... words) {
        return SpawnSpec.of(Target.PATH, words);
    }

    private static Child child(String... words) throws SpawnException {
        return Spawner.system().spawn(spec(words));
    }

    /** A child that has said ready; what it says further is dropped. */
    private static Child ready(List<Integer> pids, String... words) throws IOException {
        try (Fd.Pipe pipe = Fd.pipe()) {
            Child child = Spawner.system().spawn(spec(words).stdout(pipe.write()));
            pipe.write().close();
            Path mine = Path.of("/proc/self/fd/" + pipe.read().number());
            try (FileInputStream in = new FileInputStream(mine.toFile())) {
                BufferedReader out = Target.reader(in);
                Target.untilReady(out).forEach(line -> pids.add(Integer.valueOf(line)));
            }
            return child;
        }
    }

    private static Child stubborn() throws IOException {
        return ready(new ArrayList<>(), "ignore", "TERM", "ready", "sleep", "forever");
    }

    @Test
    void pollNeverWaits() throws Exception {
        try (Child child = child("sleep", "forever")) {
            assertThat(child.poll()).isEmpty();
            assertThat(child.usage()).isEmpty();
            child.signal(Signal.KILL);
            Procs.await("ended", LONG, () -> child.poll().isPresent());
            assertThat(child.poll()).contains(new ExitStatus.Signaled(Signal.KILL, false));
            assertThat(child.await()).isEqualTo(child.poll().get());
            assertThat(child.exit().get()).isEqualTo(child.await());
            assertThat(child.stop(StopPolicy.kill())).isEqualTo(child.await());
            assertThat(child.usage()).isPresent();
            child.signal(Signal.TERM); // of an ended one: nothing
        }
    }

    @Test
    void allWhoWaitGetTheSameAnswer() throws Exception {
        for (boolean stop : new boolean[] {false, true}) {
            try (Child child = child("sleep", "forever")) {
                ExecutorService threads = Executors.newFixedThreadPool(8);
                try {
                    List<Future<ExitStatus>> all = new ArrayList<>();
                    for (int i = 0; i < 4; i++) {
                        all.add(threads.submit(child::await));
                        all.add(threads.submit(() -> child.exit().get()));
                    }
                    if (stop) {
                        assertThat(child.stop(StopPolicy.DEFAULT))
                                .isEqualTo(new ExitStatus.Signaled(Signal.TERM, false));
                    } else {
                        child.signal(Signal.TERM);
                    }
                    for (Future<ExitStatus> one : all) {
                        assertThat(one.get()).isEqualTo(new ExitStatus.Signaled(Signal.TERM, false));
                    }
                } finally {
                    threads.shutdownNow();
                }
            }
        }
    }

    @Test
    void anInterruptedAwaitLeavesItRunning() throws Exception {
        try (Child child = child("sleep", "forever")) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread waiter = new Thread(() -> {
                try {
                    child.await();
                } catch (Throwable t) {
                    thrown.set(t);
                }
            });
            waiter.start();
            waiter.interrupt(); // before, while or after it begins to wait
            waiter.join();
            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            assertThat(child.poll()).isEmpty();
            child.signal(Signal.INT);
            assertThat(child.await()).isEqualTo(new ExitStatus.Signaled(Signal.INT, false));
        }
    }

    @Test
    void anInterruptedStopKillsItAndItsGroup() throws Exception {
        List<Integer> pids = new ArrayList<>();
        Child child = ready(
                pids,
                "with-child",
                "ignore",
                "TERM",
                "sleep",
                "forever",
                "--",
                "ignore",
                "TERM",
                "ready",
                "sleep",
                "forever");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> child.stop(StopPolicy.termThenKill(LONG))).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(child.await()).isEqualTo(new ExitStatus.Signaled(Signal.KILL, false));
        assertThat(Procs.alive(pids)).isEmpty();
        child.close();
    }

    /** The group's members die with it, and so does what is found by descent. */
    @Test
    void stopEndsTheGroupToo() throws Exception {
        for (StopPolicy policy : List.of(StopPolicy.DEFAULT, StopPolicy.kill(), StopPolicy.termTree(LONG))) {
            List<Integer> pids = new ArrayList<>();
            try (Child child = ready(pids, "tree15")) {
                child.stop(policy);
                assertThat(pids).hasSize(15);
                assertThat(Procs.alive(pids)).isEmpty();
                assertThat(child.usage().orElseThrow().killedWith()).isNotEmpty();
            }
        }
    }

    /** Reaped by the user's own poll: the number may be a stranger's, and yet the group is named by the pidfd. */
    @Test
    @Tag("trap-49")
    @Needs(Capability.GROUP_BY_PIDFD)
    void stopEndsTheGroupOfOneThatWasReaped() throws Exception {
        List<Integer> pids = new ArrayList<>();
        try (Child child = ready(pids, "with-child", "sleep", "forever", "--", "ready", "exit", "3")) {
            assertThat(child.await()).isEqualTo(new ExitStatus.Exited(3));
            assertThat(Procs.alive(pids)).hasSize(1);
            assertThat(child.stop(StopPolicy.DEFAULT)).isEqualTo(new ExitStatus.Exited(3));
            assertThat(Procs.alive(pids)).isEmpty();
        }
    }

    /** In the JVM's session and group: the stop reaches it alone, and never the JVM. */
    @Test
    void stopOfOneWithoutASession() throws Exception {
        try (Child child = Spawner.system().spawn(spec("sleep", "forever").session(false))) {
            assertThat(child.stop(StopPolicy.termTree(LONG))).isEqualTo(new ExitStatus.Signaled(Signal.TERM, false));
        }
    }

    @Test
    @Tag("trap-83")
    void aClosedChildGoesOnAndIsReaped() throws Exception {
        Child child = child("sleep", "forever");
        int pid = (int) child.pid();
        child.close();
        child.close();
        assertThat(Procs.gone(pid)).isFalse();
        assertThatThrownBy(child::pidfd).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> child.signal(Signal.TERM)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> child.stop(StopPolicy.kill())).isInstanceOf(IllegalStateException.class);
        assertThat(child.poll()).isEmpty();
        CompletableFuture<ExitStatus> exit = child.exit();
        Marked.kill(pid);
        assertThat(exit.get()).isEqualTo(new ExitStatus.Signaled(Signal.KILL, false));
        assertThat(child.await()).isEqualTo(exit.get());
        Procs.await("reaped", LONG, () -> Procs.state(pid) == 'X');
    }

    @Test
    @Tag("trap-83")
    void closingAZombieReapsIt() throws Exception {
        Child child = child("exit", "5");
        Procs.await("zombie", LONG, () -> Procs.state((int) child.pid()) == 'Z');
        child.close();
        assertThat(Procs.state((int) child.pid())).isEqualTo('X');
        assertThat(child.await()).isEqualTo(new ExitStatus.Exited(5));
    }

    /** The stop names the group by the pidfd: a close in its middle must not take that away. */
    @Test
    void closingInTheMiddleOfAStopLosesNobody() throws Exception {
        for (int round = 0; round < Rounds.of(20); round++) {
            List<Integer> pids = new ArrayList<>();
            Child child = ready(pids, "with-child", "sleep", "forever", "--", "ready", "sleep", "forever");
            Thread.currentThread().interrupt();
            try {
                child.stop(StopPolicy.DEFAULT);
            } catch (InterruptedException expected) {
                child.close();
            }
            assertThat(child.exit().get()).isInstanceOf(ExitStatus.Signaled.class); // the process's end
            assertThat(child.await()).isEqualTo(child.exit().get()); // the end of the stop
            assertThat(Procs.alive(pids)).isEmpty();
        }
    }

    /** Signalled by stop's ladder in one thread, waited for in all ways in others, closed in the last. */
    @Test
    void everythingAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            for (int round = 0; round < Rounds.of(60); round++) {
                Child child = child(round % 2 == 0 ? new String[] {"sleep", "0.3"} : new String[] {"exit", "9"});
                List<Future<Object>> all = threads.invokeAll(List.of(
                        () -> quietly(() -> child.stop(StopPolicy.DEFAULT)),
                        () -> quietly(() -> child.stop(StopPolicy.kill())),
                        child::await,
                        () -> child.exit().get(),
                        () -> {
                            child.close();
                            return null;
                        },
                        child::poll));
                ExitStatus status = child.await();
                assertThat(all.get(2).get()).isEqualTo(status);
                assertThat(all.get(3).get()).isEqualTo(status);
                for (Future<Object> one : all) {
                    one.get();
                }
                if (child.exit().isDone()) {
                    continue;
                }
                child.exit().get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private interface Stop {
        ExitStatus run() throws InterruptedException;
    }

    /** A stop that comes after the close is refused. */
    private static Object quietly(Stop stop) throws InterruptedException {
        try {
            return stop.run();
        } catch (IllegalStateException closed) {
            return closed;
        }
    }

    @Test
    void whatDependsOnExitNeverRunsOnOurTwoThreads() throws Exception {
        for (boolean stop : new boolean[] {false, true}) {
            try (Child child = child("sleep", "forever")) {
                AtomicReference<String> where = new AtomicReference<>();
                CompletableFuture<Void> done = child.exit()
                        .thenRun(() -> where.set(Thread.currentThread().getName()));
                assertThat(child.exit().cancel(true)).isTrue(); // nobody's concern but its owner's
                if (stop) {
                    child.stop(StopPolicy.kill());
                } else {
                    child.signal(Signal.KILL);
                }
                done.get();
                assertThat(where.get()).doesNotStartWith("muontrap-reactor").doesNotStartWith("muontrap-spawner");
                assertThat(child.exit().get()).isEqualTo(new ExitStatus.Signaled(Signal.KILL, false));
            }
        }
    }

    @Test
    void awaitNeedsNoThreadOfOursButTheSpawner() throws Exception {
        Spawner.system().shutdown();
        try (Child child = child("exit", "4")) {
            assertThat(child.await()).isEqualTo(new ExitStatus.Exited(4));
        }
        assertThat(Procs.libraryThreads()).containsExactly("muontrap-spawner");
        try (Child child = child("exit", "4")) {
            child.exit().get(); // and so it is as before for the other tests
        }
    }

    @Test
    @Needs(Capability.VIRTUAL_THREADS)
    void awaitOnManyVirtualThreadsPinsNone() throws Exception {
        List<Child> children = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        List<AtomicReference<Object>> ends = new ArrayList<>();
        int many = 4 * Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < many; i++) {
            Child child = child("sleep", "forever");
            AtomicReference<Object> end = new AtomicReference<>();
            children.add(child);
            ends.add(end);
            threads.add(Virtual.start(() -> {
                try {
                    end.set(child.await());
                } catch (Throwable t) {
                    end.set(t);
                }
            }));
        }
        Virtual.start(() -> children.get(0).signal(Signal.KILL)).join(); // more wait than there are carriers
        threads.get(0).join();
        threads.get(1).interrupt();
        threads.get(1).join();
        assertThat(ends.get(0).get()).isEqualTo(new ExitStatus.Signaled(Signal.KILL, false));
        assertThat(ends.get(1).get()).isInstanceOf(InterruptedException.class);
        assertThat(children.get(1).poll()).isEqualTo(Optional.empty());
        for (Child child : children) {
            child.stop(StopPolicy.kill());
            child.close();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void aFailedStartHasNothingToStop() {
        assertThatThrownBy(() -> Spawner.system().spawn(SpawnSpec.of("/no/such/program")))
                .isInstanceOfSatisfying(
                        SpawnException.class, e -> assertThat(e.step()).isEqualTo(Step.EXEC));
    }
}
