package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muontrap.cgroup.Cgroup;
import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.cgroup.CgroupStats;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.Step;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Disk;
import io.muontrap.testing.GroupBase;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Powers;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits bite, can be read and changed, and one that cannot be had fails the start (scenarios 8, 9, 47; TRAPS 31, 42). */
@Needs(Capability.CGROUPS)
@Tag("host")
@Tag("place")
@Timeout(120)
class CgroupLimitTest {

    private static final long MEGA = 1 << 20;

    private GroupBase base;
    private Leftovers before;

    @BeforeEach
    void makeBase() throws Exception {
        before = Leftovers.before();
        base = GroupBase.of("pids", "memory", "cpu", "cpuacct", "cpuset", "blkio");
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(base.leaves()).isEmpty();
        base.close();
        before.assertNone();
    }

    private CgroupSpec spec() {
        return CgroupSpec.under(base.path());
    }

    private static Command sleeper(CgroupSpec spec) {
        return Command.of(Target.PATH, "sleep", "60").cgroup(spec);
    }

    private static boolean v1(Cgroup group, String file) {
        return group.paths().stream().anyMatch(path -> Files.exists(path.resolve(file)));
    }

    @Test
    @Needs(Capability.LIMIT_MEMORY)
    void memoryReadsBackAndCanBeChanged() throws Exception {
        try (ContainedProcess p = sleeper(spec().memoryMax(64 * MEGA)).start()) {
            Cgroup group = p.cgroup().orElseThrow();
            String file = v1(group, "memory.limit_in_bytes") ? "memory.limit_in_bytes" : "memory.max";
            assertThat(group.get(file)).isEqualTo(Long.toString(64 * MEGA));
            group.set(file, Long.toString(96 * MEGA));
            assertThat(group.get(file)).isEqualTo(Long.toString(96 * MEGA));
            assertThatThrownBy(() -> group.set(file, "no number"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("EINVAL")
                    .hasMessageContaining(file)
                    .hasMessageContaining("no number");
            assertThatThrownBy(() -> group.get("memory.nothing")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> group.set("cgroup.procs", "0")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> group.get("../x")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @Needs(Capability.LIMIT_PIDS)
    void whenItIsOverTheGroupSaysSo() throws Exception {
        Cgroup group;
        try (ContainedProcess p = sleeper(spec().pidsMax(5)).start()) {
            group = p.cgroup().orElseThrow();
            assertThat(group.get("pids.max")).isEqualTo("5");
            assertThat(group.stats().pidsCurrent()).hasValue(1);
        }
        assertThatThrownBy(() -> group.get("pids.max"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("gone");
        assertThatThrownBy(group::stats).isInstanceOf(IOException.class);
    }

    @Test
    @Needs(Capability.LIMIT_MEMORY)
    void aHogIsKilledForWantOfMemory() throws Exception {
        Result result = Command.of(Target.PATH, "eat", Long.toString(256 * MEGA), "exit", "0")
                .cgroup(spec().memoryMax(32 * MEGA).swapMax(0))
                .run();
        assertThat(result.cause()).isEqualTo(Cause.OOM);
        assertThat(result.status().exitValue()).isEqualTo(137);
        CgroupStats stats = result.cgroup().orElseThrow();
        assertThat(stats.oomKills().orElseThrow()).isPositive();
        assertThatThrownBy(result::orThrow).hasMessageContaining("OOM");
    }

    /** A child that is killed for want of memory is not the leader's own end, unless they die as one. */
    @Test
    @Needs(Capability.LIMIT_MEMORY)
    void oneOfManyThatIsKilledForWantOfMemory() throws Exception {
        Result result = Command.of(Target.PATH, "with-child", "eat", Long.toString(256 * MEGA), "--", "sleep", "3")
                .cgroup(spec().memoryMax(32 * MEGA).swapMax(0))
                .run();
        boolean asOne = result.status().exitValue() == 137;
        assertThat(result.cause()).isEqualTo(asOne ? Cause.OOM : Cause.SELF);
        assertThat(result.cgroup().orElseThrow().oomKills().orElseThrow()).isPositive();
    }

    @Test
    @Needs(Capability.LIMIT_PIDS)
    void aTreeStopsGrowingAtItsLimit() throws Exception {
        Result result = Command.of(Target.PATH, "fork-tree", "4")
                .cgroup(spec().pidsMax(20))
                .timeout(Duration.ofSeconds(1))
                .run();
        assertThat(result.usage().killedWith()).hasSizeBetween(2, 19);
        assertThat(result.cgroup().orElseThrow().pidsPeak().orElse(20)).isEqualTo(20);
    }

    @Test
    @Needs(Capability.LIMIT_CPU)
    void aBusyLoopGetsHalfAProcessor() throws Exception {
        Result result = Command.of(Target.PATH, "cpu", "60")
                .cgroup(spec().cpuQuota(0.5).controller("cpu"))
                .timeout(Duration.ofSeconds(2))
                .run();
        Duration used = result.usage().user().plus(result.usage().system());
        assertThat(used.toMillis())
                .isLessThanOrEqualTo((long) (0.55 * result.usage().wall().toMillis()) + 50);
        assertThat(result.cgroup().orElseThrow().throttledPeriods().orElseThrow())
                .isPositive();
    }

    /** A megabyte at a quarter of one each second. */
    @Test
    @Needs(Capability.LIMIT_IO)
    void aDiskIsSlowedDown(@TempDir Path directory) throws Exception {
        Disk disk = Disk.find(directory).orElseThrow();
        Result result = Command.of("dd", "bs=64k", "count=16")
                .arg(disk.dd().get(0))
                .arg(disk.dd().get(1))
                .arg(disk.dd().get(2))
                .cgroup(spec().ioMax(disk.numbers(), disk.way() + "=262144"))
                .run()
                .orThrow();
        assertThat(result.usage().wall()).isGreaterThan(Duration.ofSeconds(2));
        CgroupStats stats = result.cgroup().orElseThrow();
        assertThat((disk.way().equals("wbps") ? stats.writtenBytes() : stats.readBytes()).orElse(MEGA))
                .isGreaterThanOrEqualTo(MEGA);
    }

    private SpawnException refused(CgroupSpec spec) {
        SpawnException e = catchThrowableOfType(
                SpawnException.class, () -> sleeper(spec).start().close());
        assertThat(e).isNotNull();
        return e;
    }

    @Test
    @Needs(Capability.LIMIT_PIDS)
    void aValueThatTheKernelRejectsFailsTheStart() throws Exception {
        SpawnException e = refused(spec().set("pids.max", "-7"));
        assertThat(e.step()).isEqualTo(Step.CGROUP);
        assertThat(e.errnoName()).isEqualTo("EINVAL");
        assertThat(e.path()).hasValueSatisfying(path -> assertThat(path).endsWith("/pids.max"));
        assertThat(e).hasMessageContaining("-7");
        assertThat(base.leaves()).isEmpty();
    }

    @Test
    @Needs(Capability.LIMIT_PIDS)
    void aFileThatIsNotThereFailsTheStart() throws Exception {
        SpawnException e = refused(spec().set("pids.nothing", "1"));
        assertThat(e.errnoName()).isEqualTo("ENOENT");
        assertThat(e).hasMessageContaining("pids.nothing");
    }

    @Test
    void aControllerThatIsNotThereFailsTheStart() throws Exception {
        SpawnException e = refused(spec().controller("nonesuch"));
        assertThat(e.step()).isEqualTo(Step.CGROUP);
        assertThat(e).hasMessageContaining("nonesuch");
    }

    @Test
    @Needs(Capability.CGROUP_V1_PIDS)
    void whatOnlyVersion2HasNamesBoth() throws Exception {
        SpawnException e = refused(spec().memoryMax(64 * MEGA).memoryHigh(32 * MEGA));
        assertThat(e).hasMessageContaining("memory.high").hasMessageContaining("v1");
    }

    @Test
    void aBaseThatIsNotThereFailsTheStartWithTheFix() throws Exception {
        SpawnException e = refused(CgroupSpec.under(base.path() + "/none/such").controller("pids"));
        assertThat(e.step()).isEqualTo(Step.CGROUP);
        assertThat(e.errnoName()).isEqualTo("ENOENT");
        assertThat(e.fix()).isPresent();
    }

    /** A new group of version 1 has neither processors nor memory nodes, nor has one below it. */
    @Test
    @Needs(Capability.EMPTY_CPUSETS)
    void aCpusetBelowAnEmptyOneIsRefused() throws Exception {
        SpawnException e = refused(spec().cpusetCpus("0"));
        assertThat(e.errnoName()).isEqualTo("ENOSPC");
        assertThat(e.path()).hasValueSatisfying(path -> assertThat(path).endsWith("/cpuset.cpus"));
    }

    private void fillCpuset() throws IOException {
        Path mount = Powers.cgroupV1("cpuset").orElseThrow();
        for (String file : new String[] {"cpuset.cpus", "cpuset.mems"}) {
            Files.writeString(mount.resolve(base.path()).resolve(file), Files.readString(mount.resolve(file)));
        }
    }

    @Test
    @Needs(Capability.CGROUP_V1_CPUSET)
    void aCpusetOfOneProcessor() throws Exception {
        fillCpuset();
        try (ContainedProcess p = sleeper(spec().cpusetCpus("0")).start()) {
            Cgroup group = p.cgroup().orElseThrow();
            assertThat(group.get("cpuset.cpus")).isEqualTo("0");
            assertThat(group.get("cpuset.mems")).as("inherited").isNotBlank();
        }
    }

    /** TRAPS 15: the memory that would move is the JVM's. */
    @Test
    @Needs(Capability.CGROUP_V1_CPUSET)
    void aCpusetThatMovesMemoryIsRefused() throws Exception {
        fillCpuset();
        SpawnException e = refused(spec().cpusetCpus("0").set("cpuset.memory_migrate", "1"));
        assertThat(e.path()).hasValueSatisfying(path -> assertThat(path).endsWith("cpuset.memory_migrate"));
    }

    @Test
    void anExecThatFailsLeavesNoGroup() throws Exception {
        SpawnException e = catchThrowableOfType(
                SpawnException.class,
                () -> Command.of("/nonesuch").cgroup(spec()).start());
        assertThat(e.step()).isEqualTo(Step.EXEC);
        assertThat(base.leaves()).isEmpty();
    }
}
