package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.spawn.Child;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Signal;
import io.muontrap.spawn.SpawnSpec;
import io.muontrap.spawn.Spawner;
import io.muontrap.spawn.StopPolicy;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link Spawner#shutdown()}: the library goes, the JVM stays. */
@Timeout(120)
@Tag("scenario-29")
@Tag("host")
class ShutdownStopTest {

    private static final Duration LONG = Duration.ofSeconds(100);

    @AfterEach
    void noZombies() throws IOException {
        assertThat(Procs.zombies()).isEmpty();
    }

    private static Command target(String... words) {
        return Command.of(Target.PATH, words);
    }

    @Test
    void grandchildrenAreDeadOnReturnAndOurThreadsGone() throws Exception {
        List<Integer> pids = new ArrayList<>();
        List<ContainedProcess> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ContainedProcess p = target("tree15").start();
            pids.addAll(Target.pidsUntilReady(p.getInputStream()));
            all.add(p);
        }
        ContainedProcess polite = target("with-session", "sleep", "forever", "--", "on-term", "bye", "6")
                .stopPolicy(StopPolicy.termThenKill(LONG))
                .start();
        BufferedReader out = Target.reader(polite.getInputStream());
        Target.untilReady(out).forEach(line -> pids.add(Integer.valueOf(line)));
        CompletableFuture<Result> future = polite.result();

        Spawner.system().shutdown();

        assertThat(pids).hasSize(46);
        assertThat(Procs.alive(pids)).isEmpty();
        for (ContainedProcess p : all) {
            assertThat(p.isAlive()).isFalse();
            assertThat(p.result().get().cause()).isEqualTo(Cause.OWNER);
        }
        assertThat(future.get().status()).isEqualTo(new ExitStatus.Exited(6)); // by its own policy
        assertThat(out.readLine()).isEqualTo("bye");
        Procs.await("our threads gone", LONG, () -> Procs.libraryThreads().isEmpty());

        assertThat(target("exit", "3").run().status()).isEqualTo(new ExitStatus.Exited(3));
        try (Child child = Spawner.system().spawn(SpawnSpec.of(Target.PATH, "exit", "4"))) {
            assertThat(child.exit().get()).isEqualTo(new ExitStatus.Exited(4));
        }
        polite.close(); // of an old one: nothing
        polite.signalTree(Signal.TERM);
        polite.destroyForcibly();
    }

    /** Children of the low-level layer have a tree only once they are stopped. */
    @Test
    void lowLevelChildrenAreEndedToo() throws Exception {
        Child held = Spawner.system().spawn(SpawnSpec.of(Target.PATH, "sleep", "forever"));
        Child closed = Spawner.system().spawn(SpawnSpec.of(Target.PATH, "sleep", "forever"));
        Child watched = Spawner.system().spawn(SpawnSpec.of(Target.PATH, "sleep", "forever"));
        CompletableFuture<ExitStatus> exit = watched.exit();
        closed.close();
        Spawner.system().shutdown();
        for (Child child : List.of(held, closed, watched)) {
            assertThat(Procs.gone((int) child.pid())).isTrue();
            assertThat(child.await()).isEqualTo(new ExitStatus.Signaled(Signal.TERM, false));
        }
        assertThat(exit.get()).isEqualTo(watched.await());
        held.close();
        watched.close();
    }

    @Test
    void withoutAnythingStartedItIsHarmless() throws Exception {
        Spawner.system().shutdown();
        Spawner.system().shutdown();
        Thread.currentThread().interrupt();
        try {
            Spawner.system().shutdown();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
    }

    /** Whoever starts meanwhile gets a process that comes to its end, or an exception: nobody waits for ever. */
    @Test
    void startsThatRaceIt() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        List<Future<Integer>> all = new ArrayList<>();
        try {
            for (int t = 0; t < 3; t++) {
                boolean lowLevel = t == 2;
                all.add(threads.submit(() -> {
                    int ended = 0;
                    while (!over.get() || ended == 0) { // and afterwards all works again
                        try {
                            if (lowLevel) {
                                try (Child child = Spawner.system().spawn(SpawnSpec.of(Target.PATH, "sleep", "0.01"))) {
                                    child.exit().get();
                                }
                            } else {
                                target("sleep", "0.01").start().waitFor();
                            }
                            ended++;
                        } catch (IOException | IllegalStateException refused) {
                            continue; // "the reactor was shut down" and the like
                        }
                    }
                    return ended;
                }));
            }
            for (int i = 0; i < 40; i++) {
                Spawner.system().shutdown();
            }
            over.set(true);
            for (Future<Integer> one : all) {
                assertThat(one.get()).isPositive();
            }
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }
}
