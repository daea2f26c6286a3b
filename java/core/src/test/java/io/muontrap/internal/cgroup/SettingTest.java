package io.muontrap.internal.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingTest {

    private static boolean reads(String file, String readBack, String content) {
        return new Setting("", file, "", Optional.of(readBack), false).reads(content.replace("|", "\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "memory.max; 4096; 4096|",
                "memory.max; max; max|",
                "cpu.max; 50000 100000; 50000 100000|",
                "cpuset.cpus; 0,1; 0-1|",
                "cpuset.cpus; 3,0-1,1; 0-1,3|",
                "cpuset.mems; 0; 0|",
                "io.weight; default 50; default 50|",
                "io.weight; default 50; default 50|8:0 100|",
                "blkio.weight; 10; 10|",
                "io.max; 8:0 rbps=1 wiops=max; 8:0 rbps=1 wbps=max riops=max wiops=max|",
                "io.max; 8:0 rbps=1; 8:16 rbps=2 wbps=max riops=max wiops=max|8:0 rbps=1 wbps=max riops=max wiops=max|",
                "io.max; 8:0 rbps=max; ''",
                "io.max; 8:0 rbps=max; 8:16 rbps=2 wbps=max riops=max wiops=max|",
                "blkio.throttle.read_bps_device; 8:0 5; 8:0 5|",
                "blkio.throttle.read_bps_device; 8:0 5; 7:0 1|8:0 5|",
                "blkio.throttle.read_bps_device; 8:0 0; ''",
                "blkio.throttle.read_bps_device; 8:0 0; 8:01 5|"
            })
    void theKernelsOwnWordsForItAreAccepted(String file, String readBack, String content) {
        assertThat(reads(file, readBack, content)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "memory.max; 4096; max|",
                "memory.max; 4096; 40960|",
                "memory.max; 4096; ''",
                "cpu.max; 50000 100000; max 100000|",
                "cpuset.cpus; 0,1; 0|",
                "cpuset.cpus; 0,1; ''",
                "cpuset.cpus; 0,1; 0-2|",
                "cpuset.cpus; 0,1; nonsense|",
                "cpuset.cpus; 1-0; 1-0|",
                "io.weight; default 50; default 500|",
                "io.weight; default 50; default 100|8:0 50|",
                "io.max; 8:0 rbps=1; 8:0 rbps=max wbps=max riops=max wiops=max|",
                "io.max; 8:0 rbps=1; 8:0 rbps=1 wbps=5 riops=max wiops=max|",
                "io.max; 8:0 rbps=1; ''",
                "io.max; 8:0 rbps=max; 8:0 rbps=1 wbps=max riops=max wiops=max|",
                "blkio.throttle.read_bps_device; 8:0 5; 8:0 50|",
                "blkio.throttle.read_bps_device; 8:0 5; ''",
                "blkio.throttle.read_bps_device; 8:0 0; 8:0 5|"
            })
    void anotherValueIsNot(String file, String readBack, String content) {
        assertThat(reads(file, readBack, content)).isFalse();
    }

    @Test
    void ofARawValueNobodyKnows() {
        assertThat(new Setting("memory", "memory.max", "1M", Optional.empty(), false).reads("1048576\n"))
                .isTrue();
    }
}
