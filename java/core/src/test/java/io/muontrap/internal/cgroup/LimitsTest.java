package io.muontrap.internal.cgroup;

import static io.muontrap.internal.cgroup.Wishes.wish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsTest {

    private static final long PAGE = 4096;
    private static final String LONGEST = Long.toString(Long.MAX_VALUE);

    private static final Wish EVERYTHING = wish().limit(Limit.MEMORY_MAX, "268435456")
            .limit(Limit.MEMORY_HIGH, "200000000")
            .limit(Limit.SWAP_MAX, "0")
            .limit(Limit.CPU_QUOTA, "0.5")
            .limit(Limit.CPU_WEIGHT, "50")
            .limit(Limit.PIDS_MAX, "64")
            .limit(Limit.IO_WEIGHT, "200")
            .limit(Limit.CPUSET_CPUS, "0,1")
            .limit(Limit.CPUSET_MEMS, "0")
            .limit(Limit.OOM_GROUP, "true")
            .device("8:0", "rbps=1048576 wiops=max")
            .set("memory.low", "1M")
            .set("cgroup.max.depth", "3")
            .made();

    private static String line(Setting s) {
        return s.controller() + " " + s.file() + " <- " + s.value()
                + s.readBack().map(r -> " = " + r).orElse("") + (s.optional() ? " ?" : "");
    }

    private static List<String> v2(Wishes wish) {
        return Limits.forV2(wish.made(), PAGE).stream().map(LimitsTest::line).toList();
    }

    private static List<String> v1(Wishes wish) throws CgroupException {
        return Limits.forV1(wish.made(), PAGE).stream().map(LimitsTest::line).toList();
    }

    @Test
    void everyLimitHasItsFileInVersion2() {
        assertThat(Limits.forV2(EVERYTHING, PAGE))
                .extracting(LimitsTest::line)
                .containsExactly(
                        "cpuset cpuset.cpus <- 0,1 = 0,1",
                        "cpuset cpuset.mems <- 0 = 0",
                        "cpu cpu.max <- 50000 100000 = 50000 100000",
                        "cpu cpu.weight <- 50 = 50",
                        "memory memory.max <- 268435456 = 268435456",
                        "memory memory.high <- 200000000 = 199999488",
                        "memory memory.swap.max <- 0 = 0",
                        "memory memory.oom.group <- 1 = 1",
                        "io io.weight <- default 200 = default 200",
                        "io io.max <- 8:0 rbps=1048576 wiops=max = 8:0 rbps=1048576 wiops=max",
                        "pids pids.max <- 64 = 64",
                        "memory memory.low <- 1M",
                        " cgroup.max.depth <- 3");
    }

    @Test
    void everyLimitOfBothVersionsHasItsFilesInVersion1() throws CgroupException {
        assertThat(v1(wish().limit(Limit.SWAP_MAX, "4096")
                        .limit(Limit.MEMORY_MAX, "268435456")
                        .limit(Limit.CPU_QUOTA, "1.5")
                        .limit(Limit.CPU_WEIGHT, "50")
                        .limit(Limit.PIDS_MAX, "64")
                        .limit(Limit.IO_WEIGHT, "10000")
                        .limit(Limit.CPUSET_CPUS, "0-1")
                        .limit(Limit.CPUSET_MEMS, "0")
                        .limit(Limit.OOM_GROUP, "false")
                        .device("8:0", "rbps=1 wbps=2 riops=3 wiops=max")
                        .set("cpu.cfs_burst_us", "5")
                        .set("notify_on_release", "0")))
                .containsExactly(
                        "cpuset cpuset.cpus <- 0-1 = 0-1",
                        "cpuset cpuset.mems <- 0 = 0",
                        "cpu cpu.cfs_period_us <- 100000 = 100000",
                        "cpu cpu.cfs_quota_us <- 150000 = 150000",
                        "cpu cpu.shares <- 512 = 512",
                        "memory memory.limit_in_bytes <- 268435456 = 268435456",
                        "memory memory.memsw.limit_in_bytes <- 268439552 = 268439552",
                        "blkio blkio.weight <- 1000 = 1000",
                        "blkio blkio.throttle.read_bps_device <- 8:0 1 = 8:0 1",
                        "blkio blkio.throttle.write_bps_device <- 8:0 2 = 8:0 2",
                        "blkio blkio.throttle.read_iops_device <- 8:0 3 = 8:0 3",
                        "blkio blkio.throttle.write_iops_device <- 8:0 0 = 8:0 0",
                        "pids pids.max <- 64 = 64",
                        "cpu cpu.cfs_burst_us <- 5",
                        " notify_on_release <- 0");
    }

    @Test
    void nothingSaidIsNothingWritten() throws CgroupException {
        assertThat(v2(wish())).isEmpty();
        assertThat(v1(wish())).isEmpty();
    }

    @Test
    void theWholeTreeIsKilledByDefaultWhereMemoryIsLimited() {
        String byDefault = "memory memory.oom.group <- 1 = 1 ?";
        assertThat(v2(wish().limit(Limit.MEMORY_MAX, "4096"))).contains(byDefault);
        assertThat(v2(wish().set("memory.max", "4096"))).containsExactly(byDefault, "memory memory.max <- 4096");
        assertThat(v2(wish().limit(Limit.MEMORY_HIGH, "4096"))).doesNotContain(byDefault);
        assertThat(v2(wish().limit(Limit.MEMORY_MAX, "4096").set("memory.oom.group", "0")))
                .containsExactly("memory memory.max <- 4096 = 4096", "memory memory.oom.group <- 0");
        assertThat(v2(wish().limit(Limit.MEMORY_MAX, "4096").limit(Limit.OOM_GROUP, "false")))
                .as("a kernel that kills no group does that anyhow")
                .contains("memory memory.oom.group <- 0 = 0 ?");
    }

    @Test
    void whatOnlyVersion2HasNamesBoth() {
        assertThatThrownBy(() -> v1(wish().limit(Limit.MEMORY_HIGH, "4096")))
                .isInstanceOf(CgroupException.class)
                .hasMessageContainingAll("memoryHigh", "only in cgroup v2", "cgroup v1", "memory.high")
                .asInstanceOf(type(CgroupException.class))
                .satisfies(e -> assertThat(e.fix().orElseThrow()).contains("memoryMax"))
                .satisfies(e -> assertThat(e.path()).contains("memory.high"));
        assertThatThrownBy(() -> v1(wish().limit(Limit.OOM_GROUP, "true")))
                .hasMessageContainingAll("oomGroup", "memory.oom.group");
        assertThatThrownBy(() -> v1(wish().limit(Limit.SWAP_MAX, "4096")))
                .hasMessageContainingAll("swapMax needs memoryMax", "memory.memsw.limit_in_bytes");
    }

    @Test
    void eachControllerIsSpokenToInItsOwnVersion() throws CgroupException {
        Wish wish = wish().limit(Limit.MEMORY_HIGH, "4096")
                .limit(Limit.CPU_QUOTA, "1")
                .limit(Limit.IO_WEIGHT, "1")
                .made();
        assertThat(Limits.of(wish, controller -> controller.equals("memory") ? 2 : 1, PAGE))
                .extracting(Setting::file)
                .containsExactly("cpu.cfs_period_us", "cpu.cfs_quota_us", "memory.high", "blkio.weight");
    }

    @Test
    void controllersAreThoseDemandedAndThoseOfEveryLimit() {
        assertThat(Limits.controllers(EVERYTHING, 2))
                .containsExactlyInAnyOrder("memory", "cpu", "pids", "io", "cpuset");
        assertThat(Limits.controllers(EVERYTHING, 1))
                .containsExactlyInAnyOrder("memory", "cpu", "pids", "blkio", "cpuset");
        Wish raw = wish().controller("io")
                .set("hugetlb.2MB.max", "0")
                .set("cgroup.freeze", "0")
                .set("tasks2", "0")
                .made();
        assertThat(Limits.controllers(raw, 2)).containsExactly("io", "hugetlb");
        assertThat(Limits.controllers(raw, 1)).containsExactly("blkio", "hugetlb");
        assertThat(Limits.controllers(wish().limit(Limit.OOM_GROUP, "false").made(), 2))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 0",
        "4095, 0",
        "4097, 4096",
        "9223372036854771711, 9223372036854767616",
        "9223372036854771712, max",
        "9223372036854775807, max"
    })
    void memoryIsRoundedDownToPagesAndTheMostIsNoLimit(String said, String reads) {
        assertThat(v2(wish().limit(Limit.MEMORY_HIGH, said)))
                .containsExactly("memory memory.high <- " + said + " = " + reads);
    }

    @Test
    void memoryAndSwapAreRoundedEachForItselfAndNeverOverflow() throws CgroupException {
        assertThat(v1(wish().limit(Limit.MEMORY_MAX, "4095").limit(Limit.SWAP_MAX, "4095")))
                .contains("memory memory.memsw.limit_in_bytes <- 0 = 0");
        assertThat(v1(wish().limit(Limit.MEMORY_MAX, LONGEST).limit(Limit.SWAP_MAX, LONGEST)))
                .contains("memory memory.memsw.limit_in_bytes <- " + LONGEST + " = 9223372036854771712");
    }

    @ParameterizedTest
    @CsvSource({
        "4, 400000 100000",
        "0.5, 50000 100000",
        "0.01, 1000 100000",
        "0.0099, 9900 1000000",
        "0.001, 1000 1000000",
        "0.333333, 33333 100000",
        "1.0E-3, 1000 1000000"
    })
    void shortQuotasGetALongPeriod(String processors, String reads) {
        assertThat(v2(wish().limit(Limit.CPU_QUOTA, processors)))
                .containsExactly("cpu cpu.max <- " + reads + " = " + reads);
    }

    @Test
    void moreOperationsThanTheKernelCountsAreNoLimit() throws CgroupException {
        // 2^32 would be cut to 0 in version 1: every request would wait for ever.
        Wishes wish = wish().device("8:0", "riops=4294967296 wiops=4294967294 wbps=4294967296");
        assertThat(v1(wish))
                .containsExactly(
                        "blkio blkio.throttle.read_iops_device <- 8:0 0 = 8:0 0",
                        "blkio blkio.throttle.write_iops_device <- 8:0 4294967294 = 8:0 4294967294",
                        "blkio blkio.throttle.write_bps_device <- 8:0 4294967296 = 8:0 4294967296");
        Setting setting = Limits.forV2(wish.made(), PAGE).get(0);
        assertThat(setting.reads("8:0 rbps=max wbps=4294967296 riops=max wiops=4294967294\n"))
                .isTrue();
    }

    @Test
    void theWeightHasTwoNamesInVersion1() throws CgroupException {
        Setting weight =
                Limits.forV1(wish().limit(Limit.IO_WEIGHT, "1").made(), PAGE).get(0);
        assertThat(weight.files()).containsExactly("blkio.weight", "blkio.bfq.weight");
        assertThat(new Setting("memory", "memory.max", "1", Optional.empty(), false).files())
                .containsExactly("memory.max");
    }
}
