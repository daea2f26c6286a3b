package io.muontrap.spawn;

import static io.muontrap.testing.Spawned.refused;
import static io.muontrap.testing.Spawned.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.internal.jni.NativeProcess;
import io.muontrap.testing.ChildJvm;
import io.muontrap.testing.FullPipe;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Procs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a caller is told of a start whose child never came to its exec (TRAPS 12, 14). */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("host")
class HeldStartTest {

    @Test
    @Tag("trap-14")
    void aKillBeforeTheExecIsNamed() throws Exception {
        Spawner.system();
        try (FullPipe full = new FullPipe()) {
            Leftovers before = Leftovers.before();
            List<Integer> others = Procs.children();
            CompletableFuture<SpawnException> failed = CompletableFuture.supplyAsync(() -> start(full));
            int held = newChild(others);
            int pidfd = NativeProcess.pidfdOpen(held);
            assertThat(NativeProcess.pidfdSignal(pidfd, 9, 0)).isZero();
            NativeFiles.close(pidfd);
            SpawnException e = failed.get(60, TimeUnit.SECONDS);
            assertThat(e.step()).isEqualTo(Step.JOIN);
            assertThat(e.errno()).isZero();
            assertThat(e.errnoName()).isEmpty();
            assertThat(e).hasMessageContaining("killed by " + Signal.KILL);
            before.assertNone();
        }
    }

    private static SpawnException start(FullPipe full) {
        return catchThrowableOfType(SpawnException.class, () -> {
            try (Child child = Spawner.system().spawn(target("exit", "0").join(full.write()))) {
                throw new AssertionError("it runs: " + child);
            }
        });
    }

    private static int newChild(List<Integer> others) throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (System.nanoTime() - until < 0) {
            List<Integer> children = new ArrayList<>(Procs.children());
            children.removeAll(others);
            if (!children.isEmpty() && Procs.state(children.get(0)) == 'S') {
                return children.get(0);
            }
        }
        throw new AssertionError("no child");
    }

    /** An interrupt neither ends the wait for a start nor is it lost. */
    @Test
    void anInterruptIsKept() throws Exception {
        Thread.currentThread().interrupt();
        try (Child child = Spawner.system().spawn(target("exit", "2"))) {
            assertThat(Thread.interrupted()).isTrue();
            assertThat(child.await()).isEqualTo(new ExitStatus.Exited(2));
        }
    }

    static void theDeadlineEndsAHang() throws Exception {
        try (FullPipe full = new FullPipe()) {
            long start = System.nanoTime();
            SpawnException e = refused(target("exit", "0").join(full.write()), Step.JOIN, 0);
            assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(300));
            assertThat(e).hasMessageContaining("killed by " + Signal.KILL);
        }
    }

    @Test
    @Tag("jvm")
    @Tag("trap-12")
    void theDeadlineIsAProperty() throws Exception {
        for (String disabled : List.of("", "clone3")) {
            ChildJvm.plain()
                    .options("-Dmuontrap.start.deadline=300", "-Dmuontrap.disable=" + disabled)
                    .passes(HeldStartTest.class, "theDeadlineEndsAHang");
        }
    }
}
