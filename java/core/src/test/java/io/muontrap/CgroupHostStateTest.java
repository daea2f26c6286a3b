package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muontrap.cgroup.Cgroup;
import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.Step;
import io.muontrap.spawn.StopPolicy;
import io.muontrap.testing.Capability;
import io.muontrap.testing.ChildJvm;
import io.muontrap.testing.Disabled;
import io.muontrap.testing.GroupBase;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Powers;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Groups in a state that others have put them, or the JVM, into. */
@Needs(Capability.CGROUPS)
@Tag("host")
@Timeout(180)
class CgroupHostStateTest {

    /** The JVM's pid in each of these groups. */
    private static void enter(Iterable<Path> groups) throws IOException {
        for (Path group : groups) {
            Files.writeString(
                    group.resolve("cgroup.procs"),
                    Long.toString(ProcessHandle.current().pid()));
        }
    }

    @Test
    @Tag("trap-85")
    @Tag("trap-35")
    @Tag("jvm")
    @Needs(Capability.ROOT)
    void aGroupThatHoldsThisJvmIsNeitherFrozenNorKilled() throws Exception {
        ChildJvm.plain().passes(CgroupHostStateTest.class, "isLeftAlone");
        ChildJvm.plain().options("-Dmuontrap.disable=cgroup_kill").passes(CgroupHostStateTest.class, "isLeftAlone");
    }

    static void isLeftAlone() throws Exception {
        try (GroupBase base = GroupBase.of("pids", "freezer");
                ContainedProcess p = Command.of(Target.PATH, "sleep", "600")
                        .cgroup(CgroupSpec.under(base.path()))
                        .start()) {
            Cgroup group = p.cgroup().orElseThrow();
            List<Path> home = new ArrayList<>();
            for (Path path : group.paths()) {
                home.add(path.getParent());
            }
            enter(group.paths());
            assertThatThrownBy(group::freeze)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("EBUSY")
                    .hasMessageContaining("this JVM");
            p.destroyForcibly();
            Procs.await("the leader is dead", Duration.ofSeconds(20), () -> !p.leaderAlive());
            assertThat(p.isAlive()).as("somebody is left in it: we").isTrue();
            enter(home);
            p.waitFor();
            assertThat(group.paths()).noneMatch(Files::exists);
            for (Path path : home) { // out of the base too, so that it can be removed
                enter(List.of(path.getParent()));
            }
        }
    }

    /** A fresh group below a frozen one is frozen at its birth, and whoever spawns into it waits for ever (TRAPS 33). */
    @Test
    @Tag("trap-33")
    @Needs(Capability.CGROUP_V1_FREEZER)
    void aFrozenBaseOfVersion1IsRefused() throws Exception {
        Path mount = Powers.cgroupV1("freezer").orElseThrow();
        try (GroupBase base = GroupBase.in(mount)) {
            frozenBase(base, "freezer", base.directories().get(0).resolve("freezer.state"), "FROZEN", "THAWED");
        }
    }

    @Test
    @Tag("trap-33")
    @Needs(Capability.CGROUP_V2)
    void aFrozenBaseOfVersion2IsRefused() throws Exception {
        try (GroupBase base = GroupBase.of()) {
            frozenBase(base, null, base.directories().get(0).resolve("cgroup.freeze"), "1", "0");
        }
    }

    private static void frozenBase(GroupBase base, String controller, Path file, String frozen, String thawed)
            throws Exception {
        CgroupSpec spec = CgroupSpec.under(base.path());
        Command command =
                Command.of(Target.PATH, "exit", "0").cgroup(controller == null ? spec : spec.controller(controller));
        Files.writeString(file, frozen);
        SpawnException e =
                catchThrowableOfType(SpawnException.class, () -> command.start().close());
        Files.writeString(file, thawed);
        assertThat(e).isNotNull();
        assertThat(e.step()).isEqualTo(Step.CGROUP);
        assertThat(e)
                .hasMessageContaining("frozen")
                .hasMessageContaining(file.getParent().toString());
        assertThat(base.leaves()).isEmpty();
        assertThat(command.run().status().exitValue()).isZero();
    }

    /** Frozen from above in version 1, it cannot die: stop() gives up in its time and names who lives (TRAPS 47). */
    @Test
    @Tag("trap-47")
    @Needs(Capability.CGROUP_V1_FREEZER)
    void whatCannotDieIsNamed() throws Exception {
        Path mount = Powers.cgroupV1("freezer").orElseThrow();
        try (Disabled disabled = Disabled.of("cgroup_companion");
                GroupBase base = GroupBase.in(mount)) {
            Path state = base.directories().get(0).resolve("freezer.state");
            ContainedProcess p = Command.of(Target.PATH, "pid", "sleep", "600")
                    .cgroup(CgroupSpec.under(base.path()).controller("freezer"))
                    .start();
            assertThat(p.inputReader().readLine()).isNotNull();
            Files.writeString(state, "FROZEN");
            try {
                SurvivorsException e = catchThrowableOfType(SurvivorsException.class, () -> p.stop(StopPolicy.kill()));
                assertThat(e).hasMessageContaining(Long.toString(p.pid()));
            } finally {
                Files.writeString(state, "THAWED");
            }
            p.close();
            assertThat(base.leaves()).isEmpty();
        }
    }

    /** The group is frozen between the look and the birth: the deadline thaws it, and the start fails (TRAPS 33). */
    @Test
    @Tag("trap-33")
    @Tag("jvm")
    @Needs(Capability.CGROUP_V1_FREEZER)
    void aStartThatIsFrozenEndsAtItsDeadline() throws Exception {
        ChildJvm.plain().options("-Dmuontrap.start.deadline=500").passes(CgroupHostStateTest.class, "startIsThawed");
    }

    static void startIsThawed() throws Exception {
        Path mount = Powers.cgroupV1("freezer").orElseThrow();
        try (Disabled disabled = Disabled.of("cgroup_companion");
                GroupBase base = GroupBase.in(mount)) {
            // what a limit may write, a test may misuse: it is frozen after the look, before the child
            SpawnException e = catchThrowableOfType(
                    SpawnException.class,
                    () -> Command.of(Target.PATH, "exit", "0")
                            .cgroup(CgroupSpec.under(base.path()).set("freezer.state", "FROZEN"))
                            .start());
            assertThat(e).isNotNull();
            assertThat(e.step()).isIn(Step.JOIN, Step.SESSION, Step.EXEC);
            assertThat(base.leaves()).isEmpty();
            assertThat(Command.of(Target.PATH, "exit", "3").run().status().exitValue())
                    .isEqualTo(3);
        }
    }

    /** Where clone3 is denied the child joins by cgroup.procs: slower, and in the group all the same (TRAPS 81). */
    @Test
    @Tag("trap-81")
    @Tag("jvm")
    @Needs(Capability.CGROUP_V2)
    void withoutClone3ItJoins() throws Exception {
        for (String name : List.of("clone3", "clone_into_cgroup")) {
            ChildJvm.plain().options("-Dmuontrap.disable=" + name).passes(CgroupHostStateTest.class, "itIsInItsGroup");
        }
    }

    static void itIsInItsGroup() throws Exception {
        try (GroupBase base = GroupBase.of("pids")) {
            try (ContainedProcess p = Command.of(Target.PATH, "pid", "sleep", "600")
                    .cgroup(CgroupSpec.under(base.path()))
                    .start()) {
                for (Path group : p.cgroup().orElseThrow().paths()) {
                    assertThat(Files.readString(group.resolve("cgroup.procs")).trim())
                            .isEqualTo(Long.toString(p.pid()));
                }
            }
            assertThat(base.leaves()).isEmpty();
        }
    }

    /** Whoever is started meanwhile, by whatever means, does not hold the lock of a leaf (TRAPS 40). */
    @Test
    @Tag("trap-40")
    void noOtherChildHoldsTheLeaf() throws Exception {
        try (GroupBase base = GroupBase.of("pids")) {
            try (ContainedProcess p = Command.of(Target.PATH, "sleep", "600")
                    .cgroup(CgroupSpec.under(base.path()))
                    .start()) {
                String leaf =
                        p.cgroup().orElseThrow().paths().get(0).getFileName().toString();
                assertThat(Procs.fds()).as("we hold it").anyMatch(fd -> fd.contains(leaf));
                Process jdks = new ProcessBuilder("sleep", "600").start();
                try (ContainedProcess ours =
                        Command.of(Target.PATH, "pid", "sleep", "600").start()) {
                    ours.inputReader().readLine();
                    assertThat(Procs.fds(ours.pid())).noneMatch(fd -> fd.contains(leaf));
                    assertThat(Procs.fds(p.pid())).noneMatch(fd -> fd.contains(leaf));
                    Procs.await(
                            "exec'ed",
                            Duration.ofSeconds(20),
                            () -> Procs.name(jdks.pid()).equals("sleep"));
                    assertThat(Procs.fds(jdks.pid())).noneMatch(fd -> fd.contains(leaf));
                } finally {
                    jdks.destroyForcibly().waitFor();
                }
            }
        }
    }
}
