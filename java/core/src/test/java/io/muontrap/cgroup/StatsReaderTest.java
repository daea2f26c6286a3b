package io.muontrap.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.internal.cgroup.GroupFiles;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Groups;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Powers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class StatsReaderTest {

    private static final String NO_PRESSURE = "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n";

    /** Content by controller and file, as in "memory/memory.current"; which controllers are in version 1 is said. */
    private record Fake(Map<String, String> content, String... version1) implements GroupFiles {

        @Override
        public Optional<String> read(String controller, String file) {
            return Optional.ofNullable(content.get(controller + "/" + file));
        }

        @Override
        public int version(String controller) {
            return Arrays.asList(version1).contains(controller) ? 1 : 2;
        }
    }

    /** Real directories; "" is the v2 group. */
    private record Real(Map<String, Path> directories) implements GroupFiles {

        @Override
        public Optional<String> read(String controller, String file) throws IOException {
            Path directory = directories.get(controller);
            if (directory == null || !Files.exists(directory.resolve(file))) return Optional.empty();
            return Optional.of(Files.readString(directory.resolve(file)));
        }

        @Override
        public int version(String controller) {
            return directories.containsKey(controller) ? 1 : 0;
        }
    }

    private static CgroupStats stats(Map<String, String> content, String... version1) throws IOException {
        return StatsReader.read(new Fake(content, version1));
    }

    @Test
    void version2() throws IOException {
        CgroupStats stats = stats(Map.of(
                "memory/memory.current", "4096\n",
                "memory/memory.peak", "8192\n",
                "memory/memory.events", "low 0\nhigh 5\nmax 4\noom 3\noom_kill 2\noom_group_kill 1\n",
                "/cpu.stat", "usage_usec 1500000\nuser_usec 1\nnr_periods 9\nnr_throttled 7\nthrottled_usec 250\n",
                "pids/pids.current", "3\n",
                "pids/pids.peak", "6\n",
                "io/io.stat", "8:0 rbytes=10 wbytes=1 rios=1\n8:16 \n253:0 rbytes=20 wbytes=2 rios=1 dios=0\n",
                "/memory.pressure",
                        "some avg10=1.50 avg60=0.25 avg300=0.00 total=1234567\nfull avg10=100.00 avg60=0.00 avg300=0.00 total=9\n",
                "/cpu.pressure", NO_PRESSURE));
        assertThat(stats.memoryCurrent()).hasValue(4096);
        assertThat(stats.memoryPeak()).hasValue(8192);
        assertThat(stats.oomKills()).hasValue(2);
        assertThat(stats.cpu()).contains(Duration.ofMillis(1500));
        assertThat(stats.throttledPeriods()).hasValue(7);
        assertThat(stats.throttled()).contains(Duration.ofNanos(250_000));
        assertThat(stats.pidsCurrent()).hasValue(3);
        assertThat(stats.pidsPeak()).hasValue(6);
        assertThat(stats.readBytes()).hasValue(30);
        assertThat(stats.writtenBytes()).hasValue(3);
        assertThat(stats.memoryEvents())
                .containsEntry("high", 5L)
                .containsEntry("oom_group_kill", 1L)
                .hasSize(6);
        assertThat(stats.memoryPressure())
                .contains(new Pressure(
                        new Pressure.Stall(1.5, 0.25, 0, Duration.ofNanos(1_234_567_000)),
                        Optional.of(new Pressure.Stall(100, 0, 0, Duration.ofNanos(9_000)))));
        assertThat(stats.cpuPressure())
                .contains(new Pressure(new Pressure.Stall(0, 0, 0, Duration.ZERO), Optional.empty()));
        assertThat(stats.ioPressure()).isEmpty();
    }

    private static final Map<String, String> VERSION_1 = Map.of(
            "memory/memory.usage_in_bytes", "4096\n",
            "memory/memory.max_usage_in_bytes", "8192\n",
            "memory/memory.failcnt", "12\n",
            "memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
            "cpuacct/cpuacct.usage", "1500000001\n",
            "cpu/cpu.stat", "nr_periods 9\nnr_throttled 7\nthrottled_time 250\n",
            "pids/pids.current", "3\n",
            "blkio/blkio.throttle.io_service_bytes_recursive",
                    "8:0 Read 10\n8:0 Write 1\n8:0 Total 11\n8:16 Read 20\n8:16 Write 2\nTotal 33\n",
            "blkio/blkio.throttle.io_service_bytes", "8:0 Read 1\nTotal 1\n");

    private static final String[] ALL_IN_1 = {"memory", "cpu", "cpuacct", "pids", "blkio"};

    @Test
    void version1() throws IOException {
        assertThat(stats(VERSION_1, ALL_IN_1))
                .isEqualTo(new CgroupStats(
                        OptionalLong.of(4096),
                        OptionalLong.of(8192),
                        OptionalLong.of(2),
                        Optional.of(Duration.ofNanos(1_500_000_001)),
                        OptionalLong.of(7),
                        Optional.of(Duration.ofNanos(250)),
                        OptionalLong.of(3),
                        OptionalLong.empty(),
                        OptionalLong.of(30),
                        OptionalLong.of(3),
                        Map.of("max", 12L, "oom_kill", 2L),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void anOlderKernelCountsOnlyTheGroupsOwnBytes() throws IOException {
        Map<String, String> older = new HashMap<>(VERSION_1);
        older.remove("blkio/blkio.throttle.io_service_bytes_recursive");
        assertThat(stats(older, ALL_IN_1).readBytes()).hasValue(1);
    }

    @Test
    void inHybridEachComesFromWhereItIs() throws IOException {
        CgroupStats stats = stats(
                Map.of(
                        "memory/memory.usage_in_bytes", "4096\n",
                        "memory/memory.current", "1\n",
                        "/cpu.stat", "usage_usec 5\n",
                        "/io.pressure", NO_PRESSURE),
                "memory");
        assertThat(stats.memoryCurrent()).hasValue(4096);
        assertThat(stats.cpu()).contains(Duration.ofNanos(5_000));
        assertThat(stats.throttledPeriods()).isEmpty();
        assertThat(stats.ioPressure()).isPresent();
    }

    @Test
    void whatIsAbsentIsNotZero() throws IOException {
        CgroupStats nothing = new CgroupStats(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        assertThat(stats(Map.of())).isEqualTo(nothing);
        assertThat(stats(Map.of(), ALL_IN_1)).isEqualTo(nothing);
        Map<String, String> nonsense = new HashMap<>();
        VERSION_1.keySet().forEach(file -> nonsense.put(file, "max\n-1 2\n\n"));
        for (String file : new String[] {
            "memory/memory.current",
            "memory/memory.peak",
            "memory/memory.events",
            "/cpu.stat",
            "pids/pids.peak",
            "io/io.stat",
            "/memory.pressure",
            "/cpu.pressure",
            "/io.pressure"
        }) {
            nonsense.put(file, "nonsense 99999999999999999999\n");
        }
        assertThat(stats(nonsense)).isEqualTo(nothing);
        nonsense.put("memory/memory.oom_control", "oom_kill -1\noom_kill\n");
        assertThat(stats(nonsense, ALL_IN_1)).isEqualTo(nothing);
    }

    @Test
    void devicesThatWereNeverUsedAreZeroBytes() throws IOException {
        assertThat(stats(Map.of("io/io.stat", "")).readBytes()).hasValue(0);
        assertThat(stats(Map.of("io/io.stat", "8:0 rbytes=x")).readBytes()).isEmpty();
        assertThat(stats(Map.of("io/io.stat", "8:0 rbytes=9223372036854775807\n8:1 rbytes=1"))
                        .readBytes())
                .isEmpty();
    }

    @Property
    void nonsenseIsAbsentAndNoException(@ForAll String text) throws IOException {
        GroupFiles same = new GroupFiles() {
            @Override
            public Optional<String> read(String controller, String file) {
                return Optional.of(text);
            }

            @Override
            public int version(String controller) {
                return text.length() % 2 + 1;
            }
        };
        StatsReader.read(same);
    }

    @Test
    void aFileThatCannotBeReadIsAnErrorButSwitchedOffPressureIsNot() throws IOException {
        assertThat(StatsReader.read(refusing("/cpu.pressure")).cpuPressure()).isEmpty();
        assertThatThrownBy(() -> StatsReader.read(refusing("memory/memory.current")))
                .hasMessage("refused");
    }

    private static GroupFiles refusing(String refused) {
        return new GroupFiles() {
            @Override
            public Optional<String> read(String controller, String file) throws IOException {
                if (refused.equals(controller + "/" + file)) throw new IOException("refused");
                return Optional.empty();
            }

            @Override
            public int version(String controller) {
                return 2;
            }
        };
    }

    @Test
    void whatItHoldsCannotBeChanged() throws IOException {
        Map<String, Long> events =
                stats(Map.of("memory/memory.events", "oom 1\n")).memoryEvents();
        assertThatThrownBy(() -> events.put("oom", 2L)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    @Needs({Capability.CGROUP_V1_MEMORY, Capability.CGROUP_V1_CPU, Capability.CGROUP_V1_BLKIO, Capability.CGROUP_V1_PIDS
    })
    void aFreshGroupOfVersion1HasUsedNothing() throws IOException {
        Map<String, Path> made = new LinkedHashMap<>();
        try {
            for (String controller : new String[] {"memory", "cpu", "blkio", "pids"}) {
                Path base = Groups.base(Powers.cgroupV1(controller)).orElseThrow();
                made.put(controller, Files.createDirectory(base.resolve(Groups.name())));
            }
            CgroupStats stats = StatsReader.read(new Real(made));
            assertThat(stats.memoryCurrent()).hasValue(0);
            assertThat(stats.memoryPeak()).hasValue(0);
            assertThat(stats.memoryEvents()).containsEntry("max", 0L);
            assertThat(stats.throttledPeriods()).hasValue(0);
            assertThat(stats.throttled()).contains(Duration.ZERO);
            assertThat(stats.pidsCurrent()).hasValue(0);
            assertThat(stats.readBytes()).hasValue(0);
            assertThat(stats.writtenBytes()).hasValue(0);
            assertThat(stats.cpu()).as("cpuacct was not asked").isEmpty();
        } finally {
            for (Path group : made.values()) Files.delete(group);
        }
    }

    @Test
    @Needs(Capability.CGROUP_V2)
    void aFreshGroupOfVersion2KnowsItsProcessorTimeWithoutControllers() throws IOException {
        Path group = Files.createDirectory(
                Groups.base(Powers.cgroupV2()).orElseThrow().resolve(Groups.name()));
        try {
            CgroupStats stats = StatsReader.read(new Real(Map.of("", group)));
            assertThat(stats.cpu()).contains(Duration.ZERO);
            assertThat(stats.memoryCurrent()).isEmpty();
            assertThat(stats.memoryPressure().isPresent()).isEqualTo(Files.exists(group.resolve("memory.pressure")));
        } finally {
            Files.delete(group);
        }
    }
}
