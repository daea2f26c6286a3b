package io.muontrap.cli;

import io.muontrap.Result;
import io.muontrap.cgroup.CgroupStats;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Usage;
import java.util.List;
import java.util.OptionalLong;

/**
 * A report for programs: one object. Times are seconds, memory is bytes; what is not known is null. Where nothing ran
 * there are {@code command}, {@code exitCode} and {@code error} alone. {@code exitCode} is null where a signal ended
 * {@code muontrap} itself: it is 128 + the signal then. {@code cgroup} is null where the program had no control group.
 */
final class StatsJson {

    private StatsJson() {}

    static String of(Report report) {
        Result result = report.result();
        Usage usage = result.usage();
        ExitStatus status = result.status();
        JsonObject json = new JsonObject()
                .strings("command", report.words())
                .number("exitCode", report.exitCode() == null ? null : (long) report.exitCode())
                .number("pid", report.pid())
                .string("status", status.describe())
                .number("code", status instanceof ExitStatus.Exited exited ? (long) exited.code() : null)
                .string(
                        "signal",
                        status instanceof ExitStatus.Signaled by ? by.signal().toString() : null)
                .string("cause", report.cause().name())
                .string("why", report.why())
                .seconds("wall", usage.wall())
                .seconds("user", usage.user())
                .seconds("system", usage.system())
                .number("peakMemory", orNull(usage.peakMemory()))
                .number("peakMemoryAtMost", usage.peakMemoryAtMost() > 0 ? usage.peakMemoryAtMost() : null)
                .strings("killedWith", usage.killedWith())
                .strings(
                        "containment",
                        result.containment().stream().sorted().map(Enum::name).toList())
                .object("cgroup", result.cgroup().map(StatsJson::of).orElse(null));
        return json.text();
    }

    static JsonObject of(CgroupStats used) {
        return new JsonObject()
                .number("memoryPeak", orNull(used.memoryPeak()))
                .number("oomKills", orNull(used.oomKills()))
                .seconds("cpu", used.cpu().orElse(null))
                .number("throttledPeriods", orNull(used.throttledPeriods()))
                .seconds("throttled", used.throttled().orElse(null))
                .number("pidsPeak", orNull(used.pidsPeak()))
                .number("readBytes", orNull(used.readBytes()))
                .number("writtenBytes", orNull(used.writtenBytes()));
    }

    private static Long orNull(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    static String failed(List<String> words, Throwable e) {
        return new JsonObject()
                .strings("command", words)
                .number("exitCode", (long) ExitCodes.of(e))
                .string("error", String.valueOf(e.getMessage()))
                .text();
    }
}
