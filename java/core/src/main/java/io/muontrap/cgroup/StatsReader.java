package io.muontrap.cgroup;

import io.muontrap.internal.cgroup.GroupFiles;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what a group has used, each figure where its controller is. What is not there, or makes no sense, is absent. */
final class StatsReader {

    /** Those files that a v2 group has without any controller. */
    private static final String ITSELF = "";

    private final GroupFiles files;

    private StatsReader(GroupFiles files) {
        this.files = files;
    }

    static CgroupStats read(GroupFiles files) throws IOException {
        return new StatsReader(files).stats();
    }

    private CgroupStats stats() throws IOException {
        boolean memory1 = files.version("memory") == 1;
        Map<String, Long> events = memory1 ? memoryEvents1() : StatsText.table(files.read("memory", "memory.events"));
        Map<String, Long> itself = StatsText.table(files.read(ITSELF, "cpu.stat"));
        boolean cpu1 = files.version("cpu") == 1;
        Map<String, Long> cpu = cpu1 ? StatsText.table(files.read("cpu", "cpu.stat")) : itself;
        Io io = files.version("blkio") == 1 ? io1() : Io.ofVersion2(files.read("io", "io.stat"));
        return new CgroupStats(
                number("memory", memory1 ? "memory.usage_in_bytes" : "memory.current"),
                number("memory", memory1 ? "memory.max_usage_in_bytes" : "memory.peak"),
                optional(events.get("oom_kill")),
                usage(itself),
                optional(cpu.get("nr_throttled")),
                cpu1
                        ? duration(cpu.get("throttled_time"), ChronoUnit.NANOS)
                        : duration(cpu.get("throttled_usec"), ChronoUnit.MICROS),
                number("pids", "pids.current"),
                number("pids", "pids.peak"),
                io.read(),
                io.written(),
                events,
                pressure("memory.pressure"),
                pressure("cpu.pressure"),
                pressure("io.pressure"));
    }

    private Map<String, Long> memoryEvents1() throws IOException {
        Map<String, Long> events = new LinkedHashMap<>();
        number("memory", "memory.failcnt").ifPresent(count -> events.put("max", count));
        Long kills = StatsText.table(files.read("memory", "memory.oom_control")).get("oom_kill");
        if (kills != null) events.put("oom_kill", kills);
        return events;
    }

    private Optional<Duration> usage(Map<String, Long> itself) throws IOException {
        if (files.version("cpuacct") == 1) {
            OptionalLong nanos = number("cpuacct", "cpuacct.usage");
            if (nanos.isPresent()) return Optional.of(Duration.ofNanos(nanos.getAsLong()));
        }
        return duration(itself.get("usage_usec"), ChronoUnit.MICROS);
    }

    private Io io1() throws IOException {
        // Groups that the program made below its own count too, where the kernel adds them up.
        Io all = Io.ofVersion1(files.read("blkio", "blkio.throttle.io_service_bytes_recursive"));
        return all.read().isPresent() ? all : Io.ofVersion1(files.read("blkio", "blkio.throttle.io_service_bytes"));
    }

    private Optional<Pressure> pressure(String file) {
        try {
            return files.read(ITSELF, file).flatMap(StatsText::pressure);
        } catch (IOException e) {
            return Optional.empty(); // EOPNOTSUPP: there, but switched off at boot
        }
    }

    private OptionalLong number(String controller, String file) throws IOException {
        Optional<String> content = files.read(controller, file);
        return content.isEmpty()
                ? OptionalLong.empty()
                : StatsText.number(content.get().strip());
    }

    private static OptionalLong optional(Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static Optional<Duration> duration(Long value, ChronoUnit unit) {
        return Optional.ofNullable(value).map(n -> Duration.of(n, unit));
    }

    /** Bytes of all block devices together. */
    private record Io(OptionalLong read, OptionalLong written) {

        /** {@code 8:0 rbytes=1 wbytes=2 ...}; some kernels list devices without any figures. */
        static Io ofVersion2(Optional<String> content) {
            return new Io(StatsText.sum(content, "rbytes="), StatsText.sum(content, "wbytes="));
        }

        /** {@code 8:0 Read 1}, and below them a line for all kinds of requests. */
        static Io ofVersion1(Optional<String> content) {
            return new Io(StatsText.sum(content, "Read "), StatsText.sum(content, "Write "));
        }
    }
}
