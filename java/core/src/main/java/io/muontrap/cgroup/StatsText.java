package io.muontrap.cgroup;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms in which the kernel writes figures. */
final class StatsText {

    private static final String AVERAGE = "([0-9]{1,3}\\.[0-9]{1,2})";
    private static final Pattern STALL = Pattern.compile(
            "(some|full) avg10=" + AVERAGE + " avg60=" + AVERAGE + " avg300=" + AVERAGE + " total=([0-9]{1,18})");
    private static final Pattern DEVICE = Pattern.compile("[0-9]+:[0-9]+( .*)?");

    private StatsText() {}

    static OptionalLong number(String text) {
        // Not what Long.parseLong takes beside: signs, digits of other scripts.
        if (!text.matches("[0-9]{1,19}")) return OptionalLong.empty();
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Lines of a name and a number. */
    static Map<String, Long> table(Optional<String> content) {
        Map<String, Long> table = new LinkedHashMap<>();
        content.orElse("").lines().forEach(line -> {
            int blank = line.indexOf(' ');
            if (blank > 0) number(line.substring(blank + 1)).ifPresent(n -> table.put(line.substring(0, blank), n));
        });
        return table;
    }

    /**
     * Of the numbers that follow this word in the lines of devices. Absent where there is no file or one that is nothing
     * of the kind; 0 where no device was used.
     */
    static OptionalLong sum(Optional<String> content, String word) {
        if (content.isEmpty()) return OptionalLong.empty();
        long sum = 0;
        for (String line : content.get().lines().toList()) {
            if (line.startsWith("Total ") || line.isBlank()) continue;
            if (!DEVICE.matcher(line).matches()) return OptionalLong.empty();
            int at = line.indexOf(' ' + word);
            if (at < 0) continue;
            int from = at + 1 + word.length();
            int end = line.indexOf(' ', from);
            OptionalLong bytes = number(end < 0 ? line.substring(from) : line.substring(from, end));
            if (bytes.isEmpty()) return bytes;
            sum += bytes.getAsLong();
        }
        return sum < 0 ? OptionalLong.empty() : OptionalLong.of(sum);
    }

    static Optional<Pressure> pressure(String content) {
        Map<String, Pressure.Stall> stalls = new LinkedHashMap<>();
        content.lines().map(STALL::matcher).filter(Matcher::matches).forEach(m -> stalls.put(m.group(1), stall(m)));
        Optional<Pressure.Stall> full = Optional.ofNullable(stalls.get("full"));
        return Optional.ofNullable(stalls.get("some")).map(some -> new Pressure(some, full));
    }

    private static Pressure.Stall stall(Matcher m) {
        return new Pressure.Stall(
                Double.parseDouble(m.group(2)),
                Double.parseDouble(m.group(3)),
                Double.parseDouble(m.group(4)),
                Duration.of(Long.parseLong(m.group(5)), ChronoUnit.MICROS));
    }
}
