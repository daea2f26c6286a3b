package io.muontrap.spawn;

import static io.muontrap.testing.Spawned.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.testing.ChildJvm;
import io.muontrap.testing.FullPipe;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Spawned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The JVM is killed while its child stands between clone and exec: the program never runs (TRAPS 4, 13, 84). */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("host")
class OwnerDeathTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private Path marker;
    private Path report;

    @BeforeEach
    void name() {
        marker = directory.resolve("marker");
        report = directory.resolve("report");
    }

    /** In the child JVM: a start whose child waits to join descriptor 5. The program adds a byte to the marker. */
    static void startOneThatHangs() throws Exception {
        SpawnSpec spec = target("succeed-second-time", System.getProperty("test.marker"))
                .join(Fd.of(5))
                .diesWithOwner(Boolean.getBoolean("test.dies"));
        try (Child child = Spawner.system().spawn(spec)) {
            child.await();
        }
    }

    private Child jvm(FullPipe full, boolean dies) throws Exception {
        List<String> line = ChildJvm.plain()
                .options("-Dtest.marker=" + marker, "-Dtest.dies=" + dies)
                .commandLine(report, OwnerDeathTest.class, "startOneThatHangs");
        return Spawner.system()
                .spawn(SpawnSpec.of(line.get(0), line.subList(1, line.size()).toArray(String[]::new))
                        .fd(5, full.write())
                        .keepOpenFilesLimit());
    }

    private static int heldChild(Child jvm) {
        int[] found = new int[1];
        Procs.await("its child is held", PATIENCE, () -> {
            assertThat(jvm.poll()).as("the JVM still runs").isEmpty();
            List<Integer> children = childrenOf(jvm.pid());
            found[0] = children.isEmpty() ? 0 : children.get(0);
            return found[0] > 0 && waitsInAPipe(found[0]);
        });
        return found[0];
    }

    private static boolean waitsInAPipe(int pid) {
        try {
            // "NUMBER ARG...": the write that waits; sleeping alone could be any other moment
            String call = Files.readString(Path.of("/proc/" + pid + "/wchan"));
            return call.contains("pipe") || call.equals("0") && Procs.state(pid) == 'S';
        } catch (IOException e) {
            return false;
        }
    }

    private static List<Integer> childrenOf(long jvm) {
        try (var tasks = Files.list(Path.of("/proc/" + jvm + "/task"))) {
            StringBuilder all = new StringBuilder();
            for (Path task : tasks.toList()) {
                all.append(Files.readString(task.resolve("children")));
            }
            return all.toString()
                    .lines()
                    .flatMap(line -> List.of(line.trim().split(" ")).stream())
                    .filter(word -> !word.isEmpty())
                    .map(Integer::valueOf)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static void kill(Child jvm) throws InterruptedException {
        jvm.signal(Signal.KILL);
        assertThat(jvm.await()).isEqualTo(new ExitStatus.Signaled(Signal.KILL, false));
    }

    private static void assertGone(int pid) {
        Procs.await("process " + pid + " is gone", PATIENCE, () -> Procs.gone(pid));
    }

    /** That the scene is what it should be: let go with its owner alive, the program runs. */
    @Test
    @Tag("jvm")
    void letGoItRuns() throws Exception {
        try (FullPipe full = new FullPipe();
                Child jvm = jvm(full, true)) {
            heldChild(jvm);
            assertThat(marker).doesNotExist();
            full.makeRoom();
            assertThat(jvm.await()).isEqualTo(new ExitStatus.Exited(0));
            assertThat(Files.size(marker)).isEqualTo(1);
        }
    }

    @Test
    @Tag("jvm")
    @Tag("trap-13")
    void theKernelsSignalKillsTheHeldChild() throws Exception {
        try (FullPipe full = new FullPipe();
                Child jvm = jvm(full, true)) {
            int held = heldChild(jvm);
            kill(jvm);
            assertGone(held);
            assertThat(marker).doesNotExist();
        }
    }

    /** Without the signal it outlives its owner, looks before its exec, and does not run the program. */
    @Test
    @Tag("jvm")
    @Tag("trap-4")
    @Tag("trap-13")
    void withoutTheSignalItFindsItsOwnerDead() throws Exception {
        try (FullPipe full = new FullPipe();
                Child jvm = jvm(full, false)) {
            int held = heldChild(jvm);
            kill(jvm);
            assertThat(Procs.gone(held)).as("held as before").isFalse();
            full.makeRoom();
            assertGone(held);
            assertThat(marker).doesNotExist();
        }
    }

    /** In the child JVM: starts one and leaves it to System.exit, which comes next. */
    static void leaveOneAlive() throws Exception {
        try (Fd out = Fd.openWrite(Path.of(System.getProperty("test.marker")));
                Child child =
                        Spawner.system().spawn(target("pid", "sleep", "forever").stdout(out))) {
            Procs.await("it has printed its pid", PATIENCE, () -> {
                try {
                    return Files.size(Path.of(System.getProperty("test.marker"))) > 0;
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(child.poll()).isEmpty();
        }
    }

    /** What System.exit does with living children; DestroyJavaVM alone would keep the spawner (README). */
    @Test
    @Tag("jvm")
    @Tag("trap-84")
    void theEndOfTheJvmKillsLeaders() throws Exception {
        ChildJvm.plain().options("-Dtest.marker=" + marker).passes(OwnerDeathTest.class, "leaveOneAlive");
        int leader = Integer.parseInt(Files.readString(marker).trim());
        assertGone(leader);
        assertThat(Spawned.status(target("exit", "0"))).isEqualTo(new ExitStatus.Exited(0));
    }
}
