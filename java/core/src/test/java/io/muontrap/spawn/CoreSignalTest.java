package io.muontrap.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.NativeProcess;
import io.muontrap.testing.Capability;
import io.muontrap.testing.ChildJvm;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * TRAPS 75: before Linux 5.16 a signal that dumps core kills everybody who shares the memory of the process that gets it.
 * A child shares ours until its exec is done.
 */
@Tag("host")
@Tag("trap-75")
@Timeout(value = 420, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CoreSignalTest {

    private static final int HITS = 3;

    @Test
    @Tag("jvm")
    @Needs(Capability.TWO_PROCESSORS)
    void quitToAChildInsideExecveLeavesTheJvmAlive() throws Exception {
        ChildJvm.plain().patience(Duration.ofSeconds(400)).passes(CoreSignalTest.class, "quitHitsInsideExecve");
    }

    /** 6 MB of arguments make the call long in which the child's signals are unblocked and default, and its memory ours. */
    static void quitHitsInsideExecve() throws Exception {
        String[] args = new String[46];
        Arrays.fill(args, "x".repeat(131_000));
        args[0] = "echo";
        int wanted = Capability.CORE_SIGNALS_SPREAD.isHere() ? HITS : 1; // elsewhere nothing can come of more
        int hits = 0;
        int tries = 0;
        try (Fd nothing = Fd.openWrite(Path.of("/dev/null"))) {
            SpawnSpec spec = SpawnSpec.of(Target.PATH, args)
                    .stdout(nothing)
                    .limit(new Limit(Limit.Resource.STACK, 64 << 20, Limit.NONE));
            Spawner.system();
            for (; tries < 500 && hits < wanted; tries++) {
                List<Integer> others = Procs.children();
                CompletableFuture<Boolean> ran = CompletableFuture.supplyAsync(() -> runs(spec));
                while (!ran.isDone()) {
                    List<Integer> children = new ArrayList<>(Procs.children());
                    children.removeAll(others);
                    // It drops what is pending before it unblocks: only one that comes later ends it.
                    children.forEach(pid -> NativeProcess.kill(pid, Signal.QUIT.number()));
                }
                hits += ran.get() ? 0 : 1;
            }
        }
        assertThat(hits).as("hits in %d tries", tries).isEqualTo(wanted);
    }

    /** False: it was killed by QUIT before it ran. */
    private static boolean runs(SpawnSpec spec) {
        try (Child child = Spawner.system().spawn(spec)) {
            child.await();
            return true;
        } catch (SpawnException e) {
            assertThat(e.step()).isIn(Step.MASK, Step.EXEC);
            assertThat(e.errno()).isZero();
            assertThat(e).hasMessageContaining("killed by " + Signal.QUIT);
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
