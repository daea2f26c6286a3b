package io.muontrap.internal.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.internal.jni.NativeProcess;
import io.muontrap.spawn.Fd;
import io.muontrap.testing.Capability;
import io.muontrap.testing.FullPipe;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Spawned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A child held between its clone and its exec: killed there, stopped there, or too slow there (TRAPS 12, 14). */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("host")
class HeldChildTest {

    private static final int KILL = 9;
    private static final int STOP = 19;
    private static final int JOIN = Steps.NAMES.indexOf("JOIN");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Leftovers before;
    private FullPipe full;
    private Plan held;

    @BeforeEach
    void hold() throws Exception {
        Launches.end(launch(Launches.target(Launches.usualFlags(), Launches.NO_FDS, "exit", "0"), PATIENCE));
        before = Leftovers.before();
        full = new FullPipe();
        Plan.Fds fds = new Plan.Fds(List.of(), List.of(full.write().number()), -1, -1, -1);
        held = Launches.target(Launches.usualFlags(), fds, "exit", "0");
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        full.close();
        before.assertNone();
    }

    private static Outcome launch(Plan plan, Duration deadline) throws Launcher.LostException {
        return Launcher.get().launch(plan, deadline.toNanos());
    }

    /** The held one, by the library's own spawner. */
    private CompletableFuture<Outcome> launched(Duration deadline) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return launch(held, deadline);
            } catch (Launcher.LostException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** On a thread that ends with the spawn: only for children that are killed before. */
    private static Job started(Arena arena) {
        Job job = new Job(arena, false);
        new Thread(() -> Launches.run(job), "test-spawner").start();
        return job;
    }

    private static void await(String what, BooleanSupplier condition) {
        Procs.await(what, PATIENCE, condition);
    }

    /** The kernel wrote the pidfd before the child ran, so whoever watches can kill it. */
    @Test
    @Tag("trap-14")
    void killedBeforeItsExecItNeverLooksLikeSuccess() {
        Arena arena = Launches.encoded(held, Owner.THIS_JVM);
        Job job = started(arena);
        await("the child is held", () -> arena.step() == JOIN && arena.pidfd() >= 0);
        assertThat(NativeProcess.pidfdSignal(arena.pidfd(), KILL, 0)).isZero();
        await("the spawn returns", job::done);
        assertKilledAtJoin(job.outcome());
        job.giveBackArena();
    }

    @Test
    void letGoItRuns() throws Exception {
        CompletableFuture<Outcome> outcome = launched(PATIENCE);
        full.makeRoom();
        assertThat(Launches.end(outcome.get(60, TimeUnit.SECONDS))).containsExactly(1L, 0L);
    }

    @Test
    @Tag("trap-12")
    void theDeadlineEndsAHang() throws Exception {
        long start = System.nanoTime();
        Outcome outcome = launch(held, Duration.ofMillis(300));
        assertThat(System.nanoTime() - start)
                .isBetween(TimeUnit.MILLISECONDS.toNanos(300), TimeUnit.SECONDS.toNanos(20));
        assertKilledAtJoin(outcome);
    }

    /** SIGSTOP cannot be blocked; who may send it (the target's uid, later) would hang the spawner for ever. */
    @Test
    @Tag("trap-12")
    void theDeadlineEndsAStoppedChild() throws Exception {
        List<Integer> others = Procs.children();
        CompletableFuture<Outcome> outcome = launched(Duration.ofMillis(1500));
        List<Integer> child = new ArrayList<>();
        while (child.isEmpty()) {
            child.addAll(Procs.children());
            child.removeAll(others);
        }
        int pidfd = NativeProcess.pidfdOpen(child.get(0));
        assertThat(NativeProcess.pidfdSignal(pidfd, STOP, 0)).isZero();
        NativeFiles.close(pidfd);
        await("it is stopped", () -> Procs.state(child.get(0)) == 'T');
        full.makeRoom();
        Outcome killed = outcome.get(60, TimeUnit.SECONDS);
        assertThat(killed.running()).isFalse();
        assertThat(killed.signal()).isEqualTo(KILL);
        assertThat(killed.errno()).isZero();
    }

    /** Others wait behind a hang, and run when the deadline has ended it. */
    @Test
    @Tag("trap-12")
    void whatWaitsBehindAHangRuns() throws Exception {
        CompletableFuture<Outcome> hung = launched(Duration.ofMillis(500));
        Outcome behind =
                launch(Launches.target(Launches.usualFlags(), Launches.NO_FDS, "exit", "4"), Duration.ofSeconds(20));
        assertThat(Launches.end(behind)).containsExactly(1L, 4L);
        assertKilledAtJoin(hung.get(60, TimeUnit.SECONDS));
    }

    /**
     * Killed inside execve, after the step said EXEC: 6 MB of arguments make that call long. PF_FORKNOEXEC in the
     * zombie's stat tells this end from the end of a program that ran.
     */
    @Test
    @Tag("trap-14")
    @Needs(Capability.TWO_PROCESSORS)
    void killedInsideExecveItNeverLooksLikeSuccess() throws Exception {
        String[] args = new String[46];
        Arrays.fill(args, "x".repeat(131_000));
        args[0] = "target";
        args[1] = "echo";
        int killedInside = 0;
        for (int i = 0; i < 200 && killedInside < 3; i++) {
            try (Fd.Pipe pipe = Fd.pipe()) {
                Plan.Fds fds = Plan.Fds.of(List.of(new Plan.Move(pipe.write().number(), 1)));
                Plan plan = new Plan(
                        Launches.target(0, fds).program(),
                        Launches.strings(args),
                        Launches.strings(),
                        null,
                        Launches.usualFlags(),
                        fds,
                        Plan.Scheduling.INHERITED,
                        List.of(new Plan.Limit(3, 64 << 20, -1)), // stack: else 2 MB of arguments are the most
                        Plan.Rights.UNCHANGED);
                Arena arena = Launches.encoded(plan, Owner.THIS_JVM);
                Job job = started(arena);
                while (arena.step() != Steps.EXEC && !job.done()) {
                    Thread.onSpinWait();
                }
                NativeProcess.pidfdSignal(arena.pidfd(), KILL, 0); // EBADF if it has come back already
                await("the spawn returns", job::done);
                pipe.write().close();
                Outcome outcome = job.outcome();
                if (outcome.running()) {
                    Launches.end(outcome);
                } else {
                    killedInside++;
                    assertThat(List.of(outcome.step(), outcome.errno(), outcome.signal()))
                            .containsExactly(Steps.EXEC, 0, KILL);
                    assertThat(Spawned.readAll(pipe.read().number()))
                            .as("what a program that never ran has written")
                            .isEmpty();
                }
                job.giveBackArena();
            }
        }
        assertThat(killedInside).as("kills that hit inside execve").isEqualTo(3);
    }

    private static void assertKilledAtJoin(Outcome outcome) {
        assertThat(outcome.running()).isFalse();
        assertThat(List.of(outcome.step(), outcome.errno(), outcome.signal())).containsExactly(JOIN, 0, KILL);
        assertThat(outcome.pidfd()).isEqualTo(-1);
    }
}
