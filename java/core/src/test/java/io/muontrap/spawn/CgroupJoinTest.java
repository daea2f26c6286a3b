package io.muontrap.spawn;

import static io.muontrap.testing.Spawned.refused;
import static io.muontrap.testing.Spawned.state;
import static io.muontrap.testing.Spawned.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.internal.jni.Probe;
import io.muontrap.internal.launch.Launcher;
import io.muontrap.testing.Capability;
import io.muontrap.testing.ChildJvm;
import io.muontrap.testing.Groups;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Powers;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Spawned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Descriptors to join: v1 {@code tasks}, v2 {@code cgroup.procs}, and birth inside a v2 group (TRAPS 30, 32, 33). Each
 * test works in directories of its own, and removes them.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("host")
@Tag("place")
class CgroupJoinTest {

    private final List<Path> made = new ArrayList<>();

    private Path group(Optional<Path> hierarchy) throws IOException {
        Path group = Files.createDirectory(Groups.base(hierarchy).orElseThrow().resolve(Groups.name()));
        made.add(group);
        return group;
    }

    /** A group is busy for a moment after its last process has ended. */
    @AfterEach
    void removeGroups() {
        for (Path group : made) {
            Procs.await("rmdir " + group, Duration.ofSeconds(20), () -> {
                try {
                    return Files.deleteIfExists(group) || true;
                } catch (IOException busy) {
                    return false;
                }
            });
        }
    }

    private static void assertIn(String cgroups, String controller, Path group) {
        assertThat(cgroups.split(";"))
                .anyMatch(line -> line.matches("\\d+:" + controller + ":.*/" + group.getFileName()));
    }

    @Test
    @Tag("trap-32")
    @Needs({Capability.CGROUP_V1_PIDS, Capability.CGROUP_V1_FREEZER})
    void joinsVersion1() throws Exception {
        Path pids = group(Powers.cgroupV1("pids"));
        Path freezer = group(Powers.cgroupV1("freezer"));
        try (Fd pidsTasks = Fd.openWrite(pids.resolve("tasks"));
                Fd freezerTasks = Fd.openWrite(freezer.resolve("tasks"))) {
            for (boolean ownMemory : new boolean[] {false, true}) {
                String cgroups = state(
                                spec -> spec.join(pidsTasks).join(freezerTasks).ownMemory(ownMemory))
                        .get("cgroup");
                assertIn(cgroups, "pids", pids);
                assertIn(cgroups, "freezer", freezer);
            }
        }
    }

    @Test
    @Needs(Capability.CGROUP_V2)
    void joinsVersion2ByItsProcs() throws Exception {
        Path group = group(Powers.cgroupV2());
        try (Fd procs = Fd.openWrite(group.resolve("cgroup.procs"))) {
            assertIn(state(spec -> spec.join(procs)).get("cgroup"), "", group);
        }
        assertThat(Files.readString(Path.of("/proc/self/cgroup")))
                .as("this JVM stays where it was")
                .doesNotContain(group.getFileName().toString());
    }

    @Test
    @Tag("trap-32")
    @Needs({Capability.CGROUP_V2, Capability.BORN_IN_CGROUP})
    void isBornInVersion2() throws Exception {
        Path group = group(Powers.cgroupV2());
        try (Fd directory = Fd.openRead(group)) {
            Map<String, String> child = state(spec -> spec.cgroup(directory));
            assertIn(child.get("cgroup"), "", group);
            assertThat(child).containsEntry("fds", "0,1,2");
        }
    }

    @Test
    @Tag("trap-33")
    @Needs({Capability.CGROUP_V1_PIDS, Capability.BORN_IN_CGROUP})
    void birthInVersion1IsRefused() throws Exception {
        Path group = group(Powers.cgroupV1("pids"));
        try (Fd directory = Fd.openRead(group)) {
            refused(target("exit", "0").cgroup(directory), Step.CLONE, Errno.EBADF);
        }
    }

    /** Where it cannot be done the start fails: a program that was to be contained never runs outside. */
    @Test
    @Tag("jvm")
    @Tag("trap-17")
    @Tag("trap-30")
    @Needs(Capability.CGROUP_V2)
    void withoutClone3BirthInAGroupIsRefused() throws Exception {
        Path group = group(Powers.cgroupV2());
        for (String name : List.of("clone3", "clone_into_cgroup")) {
            ChildJvm.plain()
                    .options("-Dmuontrap.disable=" + name, "-Dtest.group=" + group)
                    .passes(CgroupJoinTest.class, "birthIsRefused");
        }
    }

    static void birthIsRefused() throws Exception {
        try (Fd directory = Fd.openRead(Path.of(System.getProperty("test.group")))) {
            SpawnException refused = refused(target("exit", "0").cgroup(directory), Step.CLONE, Errno.ENOSYS);
            assertThat(refused.fix().orElseThrow()).contains("cgroup.procs");
        }
    }

    @Test
    @Tag("trap-30")
    @Needs(Capability.CGROUP_V2)
    void aGroupThatIsGone() throws Exception {
        Path group = group(Powers.cgroupV2());
        try (Fd directory = Fd.openRead(group);
                Fd procs = Fd.openWrite(group.resolve("cgroup.procs"))) {
            Files.delete(group);
            SpawnException join = refused(target("exit", "0").join(procs), Step.JOIN, 19);
            assertThat(join.errnoName()).isEqualTo("ENODEV");
            if (Probe.has(NativeHost.INTO_CGROUP)) {
                refused(target("exit", "0").cgroup(directory), Step.CLONE, Errno.ENOENT); // of its cgroup.procs
            }
        }
    }

    /** The error says which of the files: the second one. */
    @Test
    @Tag("trap-30")
    void aFileThatTakesNothing() throws Exception {
        Path good = Files.createTempFile("join", "");
        try (Fd file = Fd.openWrite(good);
                Fd full = Fd.openWrite(Path.of("/dev/full"));
                Fd readOnly = Fd.openRead(good)) {
            SpawnException refused = refused(target("exit", "0").join(file).join(full), Step.JOIN, Errno.ENOSPC);
            assertThat(refused).hasMessageContaining("number 1");
            refused(target("exit", "0").join(readOnly), Step.JOIN, Errno.EBADF);
            assertThat(Files.readString(good)).as("tries that came to it").isEqualTo("0");
        } finally {
            Files.delete(good);
        }
    }

    // ---- pids.max, and a child that nothing can kill ----

    /** SCENARIO 58: the JVM itself is in a group that may have no more processes. */
    @Test
    @Tag("jvm")
    @Tag("scenario-58")
    @Needs(Capability.CGROUP_V1_PIDS)
    void noMoreProcessesInTheJvmsGroup() throws Exception {
        Path group = group(Powers.cgroupV1("pids"));
        try (Fd tasks = Fd.openWrite(group.resolve("tasks"))) {
            passesWithin(tasks, ChildJvm.plain().options("-Dtest.group=" + group), "cloneIsRefusedAtPidsMax");
        }
    }

    static void cloneIsRefusedAtPidsMax() throws Exception {
        Path most = Path.of(System.getProperty("test.group")).resolve("pids.max");
        assertThat(failure(SpawnSpec.of("/nonexistent")).step()).isEqualTo(Step.EXEC);
        List<Integer> children = Procs.children();
        Files.writeString(most, "1");
        SpawnException refused = failure(target("exit", "0"));
        Files.writeString(most, "max");
        assertThat(refused.step()).isEqualTo(Step.CLONE);
        assertThat(refused.errnoName()).isEqualTo("EAGAIN");
        assertThat(refused.fix().orElseThrow()).contains("pids.max");
        assertThat(Procs.children()).isEqualTo(children);
        assertThat(Spawned.status(target("exit", "8"))).isEqualTo(new ExitStatus.Exited(8));
    }

    private static SpawnException failure(SpawnSpec spec) {
        return catchThrowableOfType(SpawnException.class, () -> {
            try (Child child = Spawner.system().spawn(spec)) {
                throw new AssertionError("it runs: " + child);
            }
        });
    }

    private static void passesWithin(Fd tasks, ChildJvm jvm, String... checks) throws Exception {
        Path report = Files.createTempFile("checks", ".report");
        try {
            List<String> line = jvm.commandLine(report, CgroupJoinTest.class, checks);
            SpawnSpec spec = SpawnSpec.of(
                            line.get(0), line.subList(1, line.size()).toArray(String[]::new))
                    .keepOpenFilesLimit();
            Spawned.Run ran = Spawned.run(tasks == null ? spec : spec.join(tasks));
            assertThat(ran.status()).as(ran.text() + Files.readString(report)).isEqualTo(new ExitStatus.Exited(0));
        } finally {
            Files.delete(report);
        }
    }

    /**
     * In a frozen v1 group a child cannot be killed until it is thawed (TRAPS 33, 34): the start fails at its deadline
     * all the same, another spawner takes the place of the lost one, and its children live on.
     */
    @Test
    @Tag("jvm")
    @Tag("trap-12")
    @Tag("trap-33")
    @Needs(Capability.CGROUP_V1_FREEZER)
    void aChildThatNothingCanKill() throws Exception {
        Path group = group(Powers.cgroupV1("freezer"));
        Files.writeString(group.resolve("freezer.state"), "FROZEN");
        try {
            passesWithin(
                    null,
                    ChildJvm.plain().options("-Dtest.group=" + group, "-Dmuontrap.start.deadline=300"),
                    "theSpawnerIsReplaced");
        } finally {
            Files.writeString(group.resolve("freezer.state"), "THAWED");
        }
    }

    static void theSpawnerIsReplaced() throws Exception {
        Path group = Path.of(System.getProperty("test.group"));
        try (Fd tasks = Fd.openWrite(group.resolve("tasks"));
                Child before = Spawner.system().spawn(target("sleep", "forever"))) {
            SpawnException lost = failure(target("exit", "0").join(tasks));
            assertThat(lost.step()).isEqualTo(Step.JOIN);
            assertThat(lost.errno()).isEqualTo(Errno.ETIMEDOUT);
            assertThat(Launcher.get().lostSpawners()).isEqualTo(1);
            Leftovers leftovers = Leftovers.before();
            assertThat(Spawned.status(target("exit", "9"))).isEqualTo(new ExitStatus.Exited(9));
            leftovers.assertNone();

            // thawed it dies; its spawner comes back, buries it, and stays for the children that it made
            Files.writeString(group.resolve("freezer.state"), "THAWED");
            List<Integer> only = List.of((int) before.pid());
            Procs.await("the lost child is buried", Duration.ofSeconds(20), () -> {
                try {
                    return Procs.children().equals(only);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(before.poll()).as("the first child lives").isEmpty();
            before.signal(Signal.KILL);
            before.await();
        }
    }
}
