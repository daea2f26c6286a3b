package io.muontrap.cgroup;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a control group has used. A file that the kernel does not have is an absent value, never 0.
 *
 * @param memoryCurrent bytes now
 * @param memoryPeak the most there were, in bytes (version 2: Linux 5.19)
 * @param oomKills processes killed for want of memory
 * @param cpu processor time of all its processes, those that ended too
 * @param throttledPeriods how often it was held back by its processor quota
 * @param throttled for how long, in all
 * @param pidsCurrent processes and threads now
 * @param pidsPeak the most there were (Linux 6.1)
 * @param readBytes read from block devices
 * @param writtenBytes written to block devices
 * @param memoryEvents what happened for want of memory and how often, by the names of version 2's {@code memory.events};
 *     version 1 has {@code max} and {@code oom_kill} alone
 * @param memoryPressure time lost waiting for memory (Linux 4.20, version 2)
 * @param cpuPressure time lost waiting for a processor
 * @param ioPressure time lost waiting for block devices
 */
public record CgroupStats(
        OptionalLong memoryCurrent,
        OptionalLong memoryPeak,
        OptionalLong oomKills,
        Optional<Duration> cpu,
        OptionalLong throttledPeriods,
        Optional<Duration> throttled,
        OptionalLong pidsCurrent,
        OptionalLong pidsPeak,
        OptionalLong readBytes,
        OptionalLong writtenBytes,
        Map<String, Long> memoryEvents,
        Optional<Pressure> memoryPressure,
        Optional<Pressure> cpuPressure,
        Optional<Pressure> ioPressure) {

    public CgroupStats {
        Objects.requireNonNull(memoryCurrent, "memoryCurrent");
        Objects.requireNonNull(memoryPeak, "memoryPeak");
        Objects.requireNonNull(oomKills, "oomKills");
        Objects.requireNonNull(cpu, "cpu");
        Objects.requireNonNull(throttledPeriods, "throttledPeriods");
        Objects.requireNonNull(throttled, "throttled");
        Objects.requireNonNull(pidsCurrent, "pidsCurrent");
        Objects.requireNonNull(pidsPeak, "pidsPeak");
        Objects.requireNonNull(readBytes, "readBytes");
        Objects.requireNonNull(writtenBytes, "writtenBytes");
        memoryEvents = Collections.unmodifiableMap(new LinkedHashMap<>(memoryEvents));
        Objects.requireNonNull(memoryPressure, "memoryPressure");
        Objects.requireNonNull(cpuPressure, "cpuPressure");
        Objects.requireNonNull(ioPressure, "ioPressure");
    }
}
