package io.muontrap.spawn;

import static io.muontrap.testing.Spawned.refused;
import static io.muontrap.testing.Spawned.status;
import static io.muontrap.testing.Spawned.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.internal.jni.NativeProcess;
import io.muontrap.internal.jni.Probe;
import io.muontrap.testing.Capability;
import io.muontrap.testing.ChildJvm;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Spawned;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An exit code is never lost and never invented, and a pid is never used after it was reaped. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("host")
class ExitCodeTest {

    // ---- TRAPS 21: the kernel reaps for us when SIGCHLD is ignored ----

    /** What the JVM inherited and the first start has undone, once more, as another library would. */
    private static void ignoreSigchld() throws Exception {
        Spawner.system().spawn(target("exit", "0")).exit().get();
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        signal.getMethod("handle", signal, handler)
                .invoke(
                        null,
                        signal.getConstructor(String.class).newInstance("CHLD"),
                        handler.getField("SIG_IGN").get(null));
    }

    private static void assertSigchldIsIgnored() {
        assertThat(NativeHost.childSignalIgnored()).as("SIGCHLD is ignored").isEqualTo(1);
    }

    static void codesAreKnown() throws Exception {
        ignoreSigchld();
        assertSigchldIsIgnored();
        assertThat(status(target("exit", "0"))).isEqualTo(new ExitStatus.Exited(0));
        assertThat(status(target("exit", "7"))).isEqualTo(new ExitStatus.Exited(7));
        assertThat(status(target("exit", "255"))).isEqualTo(new ExitStatus.Exited(255));
        assertThat(status(target("signal", "TERM"))).isEqualTo(new ExitStatus.Signaled(Signal.TERM, false));
        try (Child child = Spawner.system().spawn(target("sleep", "forever"))) {
            assertThat(child.poll()).isEmpty();
            child.signal(Signal.KILL);
            assertThat(child.exit().get()).isEqualTo(new ExitStatus.Signaled(Signal.KILL, false));
            assertThat(child.await()).isEqualTo(new ExitStatus.Signaled(Signal.KILL, false));
        }
        refused(SpawnSpec.of("/nonexistent"), Step.EXEC, Errno.ENOENT);
        assertSigchldIsIgnored();
    }

    static void codesAreUnknownAndNeverZero() throws Exception {
        ignoreSigchld();
        assertSigchldIsIgnored();
        for (String code : List.of("0", "7")) {
            ExitStatus status = status(target("exit", code));
            assertThat(status).isInstanceOf(ExitStatus.Unknown.class);
            assertThat(status.exitValue()).isEqualTo(-1);
            assertThat(status.describe()).contains("SIGCHLD");
        }
        assertSigchldIsIgnored();
    }

    @Test
    @Tag("jvm")
    @Tag("trap-21")
    @Needs(Capability.EXIT_INFO)
    void inAJvmThatIgnoresSigchld() throws Exception {
        ChildJvm.plain().wrapped(Target.PATH, "ignore", "CHLD", "exec").passes(ExitCodeTest.class, "codesAreKnown");
    }

    @Test
    @Tag("jvm")
    @Tag("trap-21")
    void inAJvmThatIgnoresSigchldOnAnOlderKernel() throws Exception {
        ChildJvm.plain()
                .wrapped(Target.PATH, "ignore", "CHLD", "exec")
                .options("-Dmuontrap.disable=exit_info")
                .passes(ExitCodeTest.class, "codesAreUnknownAndNeverZero");
    }

    /** What it was started with is undone, as the JDK does it for its own. */
    @Test
    @Tag("jvm")
    @Tag("trap-21")
    void inAJvmThatWasStartedWithSigchldIgnored() throws Exception {
        ChildJvm.plain()
                .wrapped(Target.PATH, "ignore", "CHLD", "exec")
                .options("-Dmuontrap.disable=exit_info")
                .passes(ExitCodeTest.class, "codesAndUsageAreKnown");
    }

    static void codesAndUsageAreKnown() throws Exception {
        try (Child child = Spawner.system().spawn(target("cpu", "0.05"))) {
            assertThat(child.await()).isEqualTo(new ExitStatus.Exited(0));
            assertThat(child.usage().orElseThrow().user()).isPositive();
        }
        assertThat(NativeHost.childSignalIgnored()).isZero();
    }

    // ---- TRAPS 48: others wait too ----

    /** Other native code of this process reaps our child. */
    @Test
    @Tag("trap-48")
    void stolenByAnother() throws Exception {
        try (Child child = Spawner.system().spawn(target("exit", "9"))) {
            assertThat(NativeProcess.await(child.pidfd(), 0, new long[5])).isZero();
            ExitStatus status = child.await();
            if (Probe.has(NativeHost.EXIT_INFO)) {
                assertThat(status).isEqualTo(new ExitStatus.Exited(9));
            } else {
                assertThat(status).isInstanceOf(ExitStatus.Unknown.class);
            }
        }
    }

    /** SCENARIO 56: ours and the JDK's side by side; neither reaps the other's. */
    @Test
    @Tag("trap-48")
    @Tag("scenario-56")
    void besideTheJdksProcesses() throws Exception {
        int each = 150;
        status(target("exit", "0"));
        new ProcessBuilder(Target.PATH, "exit", "0").start().waitFor();
        Leftovers before = Leftovers.before();
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> right = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                right.add(pool.submit(counting(
                        each, code -> status(target("exit", "" + code)).exitValue())));
                right.add(pool.submit(counting(
                        each,
                        code -> new ProcessBuilder(Target.PATH, "exit", "" + code)
                                .start()
                                .waitFor())));
            }
            for (Future<Integer> one : right) {
                assertThat(one.get()).as("right exit codes").isEqualTo(each);
            }
        } finally {
            pool.shutdown();
        }
        Procs.await("the JDK's reaper threads have reaped", Duration.ofSeconds(20), () -> {
            try {
                return Procs.zombies().isEmpty();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        before.assertNone();
    }

    private interface Run {
        int exitValue(int wanted) throws Exception;
    }

    private static Callable<Integer> counting(int runs, Run run) {
        return () -> {
            int right = 0;
            for (int i = 0; i < runs; i++) {
                right += run.exitValue(i % 256) == i % 256 ? 1 : 0;
            }
            return right;
        };
    }

    // ---- TRAPS 49: the number of a reaped child is another's ----

    @Test
    @Tag("trap-49")
    @Needs(Capability.NEXT_PID)
    void aReusedPidIsNotSignalled() throws Exception {
        Path last = Path.of("/proc/sys/kernel/ns_last_pid");
        try (Child first = Spawner.system().spawn(target("exit", "0"))) {
            first.await();
            for (int attempt = 0; attempt < 500; attempt++) {
                Files.writeString(last, Long.toString(first.pid() - 1));
                try (Child second = Spawner.system().spawn(target("sleep", "forever"))) {
                    if (second.pid() == first.pid()) {
                        first.signal(Signal.KILL);
                        first.stop(StopPolicy.kill());
                        assertThat(first.await()).isEqualTo(new ExitStatus.Exited(0));
                        assertThat(Procs.state((int) second.pid()))
                                .as("a stranger with its number")
                                .isIn('S', 'R');
                        assertThat(second.poll()).isEmpty();
                    }
                    boolean same = second.pid() == first.pid();
                    second.signal(Signal.KILL);
                    second.await();
                    if (same) {
                        return;
                    }
                }
            }
            throw new AssertionError("this host is too busy: the number always went to another process");
        }
    }

    // ---- TRAPS 83: closed while it lives ----

    @Test
    @Tag("trap-83")
    void closedWhileItLivesItLeavesNoZombie() throws Exception {
        status(target("exit", "0"));
        Spawner.system().spawn(target("exit", "0")).exit().get(); // the reactor's own descriptors
        Leftovers before = Leftovers.before();
        int pid;
        try (Fd.Pipe pipe = Fd.pipe()) {
            Child child =
                    Spawner.system().spawn(target("read-then", "exit", "3").stdin(pipe.read()));
            pid = (int) child.pid();
            child.close();
            child.close();
            assertThat(Procs.gone(pid)).as("close sends no signal").isFalse();
            Spawned.write(pipe.write().number(), "go\n");
            Procs.await("it is reaped", Duration.ofSeconds(20), () -> Procs.state(pid) == 'X');
        }
        before.assertNone();
    }
}
