package io.muontrap.internal.cgroup;

import static io.muontrap.internal.cgroup.Wishes.wish;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.testing.Capability;
import io.muontrap.testing.Disk;
import io.muontrap.testing.Needs;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What this kernel's version 2 makes of each value. */
@Tag("host")
class V2LimitsHostTest {

    private static final long PAGE = 4096;

    private static void takes(Wishes wish) throws IOException {
        try (OwnGroup group = OwnGroup.v2()) {
            group.takes(Limits.forV2(wish.made(), PAGE));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 10_000_001, 1L << 30, Long.MAX_VALUE - PAGE, Long.MAX_VALUE})
    @Needs(Capability.MEMORY_CONTROLLER)
    void memory(long bytes) throws IOException {
        String said = Long.toString(bytes);
        takes(wish().limit(Limit.MEMORY_HIGH, said).limit(Limit.MEMORY_MAX, said));
    }

    @ParameterizedTest
    @CsvSource({"10000001, 10000001", "1048576, 0", "4095, 4095", "9223372036854775807, 9223372036854775807"})
    @Needs(Capability.MEMORY_CONTROLLER)
    void memoryAndSwap(String memory, String swap) throws IOException {
        takes(wish().limit(Limit.MEMORY_MAX, memory).limit(Limit.SWAP_MAX, swap));
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    @Needs(Capability.MEMORY_CONTROLLER)
    void oomGroup(String asOne) throws IOException {
        takes(wish().limit(Limit.OOM_GROUP, asOne));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.001", "0.0099", "0.01", "0.333333", "0.5", "1", "4", "17592186"})
    @Needs(Capability.CPU_CONTROLLER)
    void quota(String processors) throws IOException {
        takes(wish().limit(Limit.CPU_QUOTA, processors));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "99", "100", "10000"})
    @Needs(Capability.CPU_CONTROLLER)
    void weight(String weight) throws IOException {
        takes(wish().limit(Limit.CPU_WEIGHT, weight));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "64", "4194304"})
    @Needs(Capability.PIDS_CONTROLLER)
    void pids(String most) throws IOException {
        takes(wish().limit(Limit.PIDS_MAX, most));
    }

    @Test
    @Needs(Capability.CPUSET_CONTROLLER)
    void processorsAndNodes() throws IOException {
        String cpus;
        try (OwnGroup group = OwnGroup.v2()) {
            cpus = group.read("cpuset.cpus.effective").strip();
        }
        String last = cpus.replaceFirst(".*[-,]", "");
        takes(wish().limit(Limit.CPUSET_CPUS, cpus).limit(Limit.CPUSET_MEMS, "0"));
        takes(wish().limit(Limit.CPUSET_CPUS, last + ",0,0-" + last));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "100", "10000"})
    @Needs(Capability.IO_COST)
    void ioWeight(String weight) throws IOException {
        takes(wish().limit(Limit.IO_WEIGHT, weight));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rbps=2 wbps=1048576 riops=3 wiops=4",
                "rbps=max wbps=max riops=max wiops=max",
                "riops=4294967294 wiops=4294967295",
                "riops=4294967296 wiops=999999999999999999",
                "rbps=999999999999999999",
                "rbps=5 rbps=6"
            })
    @Needs(Capability.IO_CONTROLLER)
    void throttles(String limits) throws IOException {
        takes(wish().device(Disk.any().orElseThrow(), limits));
    }

    /** One is less than version 2 takes. */
    @Test
    @Needs(Capability.IO_CONTROLLER)
    void oneByteASecondIsRefused() throws IOException {
        String disk = Disk.any().orElseThrow();
        try (OwnGroup group = OwnGroup.v2()) {
            assertThatThrownBy(() -> group.write("io.max", disk + " rbps=1")).hasMessageContaining("Invalid argument");
        }
    }
}
