package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.spawn.Child;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Signal;
import io.muontrap.spawn.SpawnSpec;
import io.muontrap.spawn.Spawner;
import io.muontrap.spawn.StopPolicy;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import io.muontrap.testing.NothingLeft;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import io.muontrap.testing.Tracer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A debugger is attached: when the process ends, its pidfd is readable, and yet it can only be reaped when the debugger
 * has seen the end and lets go.
 */
@Timeout(120)
@Tag("trap-48")
@Tag("host")
@ExtendWith(NothingLeft.class)
class StopTracedTest {

    private static final Duration LONG = Duration.ofSeconds(100);

    /** A debugger that is stopped itself sees no end, and keeps the zombie. */
    private static Process heldByGdb(long pid) throws IOException, InterruptedException {
        Process gdb = Tracer.GDB.attach(pid);
        assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(gdb.pid()))
                        .start()
                        .waitFor())
                .isZero();
        Procs.await("stopped", LONG, () -> Procs.state((int) gdb.pid()) == 'T');
        return gdb;
    }

    @Test
    @Needs(Capability.GDB)
    void theEndIsWaitedFor() throws Exception {
        ContainedProcess p = Command.of(Target.PATH, "sleep", "forever").start();
        Process gdb = heldByGdb(p.pid());
        p.signal(Signal.KILL);
        Procs.await("zombie", LONG, () -> Procs.state((int) p.pid()) == 'Z');
        assertThat(p.waitFor(100, TimeUnit.MILLISECONDS)).isFalse();
        gdb.destroyForcibly().waitFor();
        assertThat(p.waitFor()).isEqualTo(137);
        assertThat(p.result().get().status()).isEqualTo(new ExitStatus.Signaled(Signal.KILL, false));
        assertThat(Procs.state((int) p.pid())).isEqualTo('X');
    }

    @Test
    @Needs(Capability.GDB)
    void alsoByTheLowLevelHandle() throws Exception {
        Child child = Spawner.system().spawn(SpawnSpec.of(Target.PATH, "sleep", "forever"));
        CompletableFuture<ExitStatus> exit = child.exit();
        Process gdb = heldByGdb(child.pid());
        child.signal(Signal.KILL);
        Procs.await("zombie", LONG, () -> Procs.state((int) child.pid()) == 'Z');
        CompletableFuture<ExitStatus> awaited = CompletableFuture.supplyAsync(() -> {
            try {
                return child.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(child.poll()).isEmpty();
        assertThat(exit).isNotDone();
        gdb.destroyForcibly().waitFor();
        assertThat(awaited.get()).isEqualTo(new ExitStatus.Signaled(Signal.KILL, false));
        assertThat(exit.get()).isEqualTo(awaited.get());
        child.close();
    }

    /** A tracer that does its work lets go at once; the reactor is often faster. */
    @Test
    @Needs(Capability.STRACE)
    void aTracerAtWorkTakesNoStatus() throws Exception {
        for (int round = 0; round < 5; round++) {
            ContainedProcess p = Command.of(Target.PATH, "sleep", "forever")
                    .stopPolicy(StopPolicy.termThenKill(LONG))
                    .start();
            Process strace = Tracer.STRACE.attach(p.pid());
            assertThat(p.stop().status()).isEqualTo(new ExitStatus.Signaled(Signal.TERM, false));
            strace.waitFor();
        }
    }
}
