package io.muontrap.cgroup;

import java.time.Duration;
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
        OptionalLong writtenBytes) {

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
    }
}
