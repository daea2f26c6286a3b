package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muontrap.cgroup.Cgroup;
import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.Step;
import io.muontrap.testing.Capability;
import io.muontrap.testing.GroupBase;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only version 2 with controllers has. */
@Needs({Capability.CGROUP_V2, Capability.MEMORY_CONTROLLER})
@Tag("host")
@Timeout(180)
class CgroupVersion2Test {

    private static final long MEGA = 1 << 20;

    private GroupBase base;
    private Path directory;

    @BeforeEach
    void makeBase() throws Exception {
        base = GroupBase.of();
        directory = base.directories().get(0);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(base.leaves()).isEmpty();
        base.close();
    }

    private CgroupSpec spec() {
        return CgroupSpec.under(base.path());
    }

    /** A group that was handed over enables nothing for its children: "empty" is not "not delegated". */
    @Test
    @Tag("trap-41")
    void controllersAreEnabledOnTheWayDown() throws Exception {
        assertThat(Files.readString(directory.resolve("cgroup.subtree_control")))
                .doesNotContain("memory");
        try (ContainedProcess p = Command.of(Target.PATH, "sleep", "60")
                .cgroup(spec().memoryMax(64 * MEGA).memoryHigh(32 * MEGA))
                .start()) {
            Cgroup group = p.cgroup().orElseThrow();
            assertThat(group.get("memory.max")).isEqualTo(Long.toString(64 * MEGA));
            assertThat(group.get("memory.high")).isEqualTo(Long.toString(32 * MEGA));
            assertThat(group.stats().memoryCurrent()).isPresent();
        }
        assertThat(Files.readString(directory.resolve("cgroup.subtree_control")))
                .contains("memory");
    }

    /** A base that holds processes can give its children no controllers; the error says what helps. */
    @Test
    @Tag("trap-41")
    void aBaseWithProcessesInItIsRefusedWithTheWayOut() throws Exception {
        Process inside = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(directory.resolve("cgroup.procs"), Long.toString(inside.pid()));
            SpawnException e = catchThrowableOfType(
                    SpawnException.class,
                    () -> Command.of(Target.PATH, "exit", "0")
                            .cgroup(spec().memoryMax(64 * MEGA))
                            .start());
            assertThat(e).isNotNull();
            assertThat(e.step()).isEqualTo(Step.CGROUP);
            assertThat(e.errnoName()).isEqualTo("EBUSY");
            assertThat(e.fix()).isPresent();
        } finally {
            inside.destroyForcibly().waitFor();
        }
    }

    /** For controllers of threads the kernel would not refuse it, and make a group in which nothing can be started any more. */
    @Test
    @Tag("trap-41")
    @Needs(Capability.PIDS_CONTROLLER)
    void aBaseWithProcessesInItIsNotMadeAThreadedDomain() throws Exception {
        Process inside = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(directory.resolve("cgroup.procs"), Long.toString(inside.pid()));
            SpawnException e = catchThrowableOfType(
                    SpawnException.class,
                    () -> Command.of(Target.PATH, "exit", "0")
                            .cgroup(spec().pidsMax(9))
                            .start());
            assertThat(e.step()).isEqualTo(Step.CGROUP);
            assertThat(e.errnoName()).isEqualTo("EBUSY");
            assertThat(e.fix()).isPresent();
            assertThat(Files.readString(directory.resolve("cgroup.type"))).isEqualTo("domain\n");
            assertThat(Files.readString(directory.resolve("cgroup.subtree_control")))
                    .isBlank();
        } finally {
            inside.destroyForcibly().waitFor();
        }
    }

    @Test
    @Tag("trap-42")
    void aLimitedTreeDiesAsOneUnlessToldOtherwise() throws Exception {
        try (ContainedProcess p = Command.of(Target.PATH, "sleep", "60")
                        .cgroup(spec().memoryMax(64 * MEGA))
                        .start();
                ContainedProcess q = Command.of(Target.PATH, "sleep", "60")
                        .cgroup(spec().memoryMax(64 * MEGA).oomGroup(false))
                        .start()) {
            assertThat(p.cgroup().orElseThrow().get("memory.oom.group")).isEqualTo("1");
            assertThat(q.cgroup().orElseThrow().get("memory.oom.group")).isEqualTo("0");
        }
        Result result = Command.of(Target.PATH, "with-child", "eat", Long.toString(256 * MEGA), "--", "sleep", "60")
                .cgroup(spec().memoryMax(32 * MEGA).swapMax(0))
                .timeout(Duration.ofSeconds(60))
                .run();
        assertThat(result.cause()).as("the leader did nothing wrong").isEqualTo(Cause.OOM);
    }

    /** The whole base dies as one, the child with it while it still shares our memory: but it does not (TRAPS 74). */
    @Test
    @Tag("trap-74")
    void anOomKillAboveTheLeafDoesNotReachTheJvm() throws Exception {
        Path above = directory.getParent();
        assertThat(Files.readString(above.resolve("cgroup.subtree_control"))).contains("memory");
        Files.writeString(directory.resolve("memory.oom.group"), "1");
        Files.writeString(directory.resolve("memory.max"), Long.toString(48 * MEGA));
        if (Files.exists(directory.resolve("memory.swap.max"))) {
            Files.writeString(directory.resolve("memory.swap.max"), "0");
        }
        for (int i = 0; i < 3; i++) {
            try (ContainedProcess hog = Command.of(Target.PATH, "eat", Long.toString(256 * MEGA), "exit", "0")
                    .cgroup(spec())
                    .start()) {
                // starts race with the kill that takes all of the base along
                while (hog.isAlive()) {
                    try (ContainedProcess p =
                            Command.of(Target.PATH, "exit", "0").cgroup(spec()).start()) {
                        p.waitFor();
                    } catch (SpawnException killed) {
                        assertThat(killed.step()).isNotEqualTo(Step.CGROUP);
                    }
                }
                assertThat(hog.waitFor()).isEqualTo(137);
            }
        }
    }
}
