package io.muontrap.cli;

import io.muontrap.Containment;
import io.muontrap.cgroup.CgroupStats;
import io.muontrap.spawn.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** A report for people: a line for each thing. */
final class StatsText {

    private static final int MOST_NAMES = 20;
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;

    private StatsText() {}

    static String of(Report report) {
        Usage usage = report.result().usage();
        return line(report.result().status().describe() + ", " + report.why())
                + line("wall " + seconds(usage.wall()) + ", user " + seconds(usage.user()) + ", system "
                        + seconds(usage.system()))
                + line("peak memory " + memory(usage))
                + report.result()
                        .cgroup()
                        .flatMap(StatsText::group)
                        .map(StatsText::line)
                        .orElse("")
                + line(killed(usage.killedWith()))
                + line("containment " + containment(report.result().containment()));
    }

    private static String line(String text) {
        return "muontrap: " + OneLine.of(text) + System.lineSeparator();
    }

    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%d.%03d s", time.toSeconds(), time.toMillisPart());
    }

    /** A bound is a small program's: the kernel cannot tell its peak from the one that our JVM had when it started it. */
    static String memory(Usage usage) {
        if (usage.peakMemory().isPresent()) {
            return amount(usage.peakMemory().getAsLong());
        }
        return usage.peakMemoryAtMost() > 0 ? "under " + (usage.peakMemoryAtMost() / MIB + 1) + " MiB" : "not known";
    }

    /** Empty where nothing is known. */
    static Optional<String> group(CgroupStats used) {
        StringJoiner words = new StringJoiner(", ", "cgroup: ", "").setEmptyValue("");
        add(words, used.memoryPeak(), most -> "memory peak " + amount(most));
        add(words, used.oomKills(), kills -> kills + " killed for want of memory");
        used.cpu().ifPresent(time -> words.add("processor " + seconds(time)));
        add(words, used.throttledPeriods(), times -> "throttled " + times + (times == 1 ? " time" : " times"));
        used.throttled().ifPresent(time -> words.add("throttled for " + seconds(time)));
        add(words, used.pidsPeak(), most -> "at most " + most + (most == 1 ? " process" : " processes and threads"));
        add(words, used.readBytes(), bytes -> "read " + amount(bytes));
        add(words, used.writtenBytes(), bytes -> "written " + amount(bytes));
        return Optional.of(words.toString()).filter(text -> !text.isEmpty());
    }

    private static void add(StringJoiner words, OptionalLong value, LongFunction<String> said) {
        if (value.isPresent()) {
            words.add(said.apply(value.getAsLong()));
        }
    }

    private static String amount(long bytes) {
        if (bytes < MIB) {
            return (bytes + KIB - 1) / KIB + " KiB";
        }
        return bytes < GIB
                ? String.format(Locale.ROOT, "%.1f MiB", (double) bytes / MIB)
                : String.format(Locale.ROOT, "%.2f GiB", (double) bytes / GIB);
    }

    static String killed(List<String> names) {
        if (names.isEmpty()) {
            return "no other process had to be killed with it";
        }
        String some = names.stream().limit(MOST_NAMES).collect(Collectors.joining("; "));
        int more = names.size() - MOST_NAMES;
        return names.size() + (names.size() == 1 ? " process" : " processes") + " killed with it: " + some
                + (more > 0 ? "; and " + more + " more" : "");
    }

    private static String containment(Set<Containment> containment) {
        if (containment.isEmpty()) {
            return "none: what the program left behind when it ended by itself can be missed";
        }
        String names = containment.stream().sorted().map(Containment::name).collect(Collectors.joining(" "));
        return containment.equals(Set.of(Containment.SESSION))
                ? names + ": what left the session before the program ended by itself can be missed"
                : names;
    }
}
