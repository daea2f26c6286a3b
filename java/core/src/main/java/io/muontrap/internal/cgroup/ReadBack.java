package io.muontrap.internal.cgroup;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Compares what a file says with what it should say, where the kernel says the same in other words. */
final class ReadBack {

    private ReadBack() {}

    static boolean agrees(String file, String expected, String content) {
        String text = content.strip();
        if (file.equals("cpuset.cpus") || file.equals("cpuset.mems")) {
            Optional<List<Range>> wanted = Range.parse(expected);
            return wanted.isPresent() && wanted.equals(Range.parse(text));
        }
        if (file.equals("io.max")) return IoLimits.of(expected).equals(IoLimits.find(device(expected), text));
        if (file.startsWith("blkio.throttle.")) return throttle(expected, text);
        // After the default come the devices that have a weight of their own.
        if (file.endsWith(".weight")) return text.lines().anyMatch(expected::equals);
        return text.equals(expected);
    }

    private static String device(String line) {
        int blank = line.indexOf(' ');
        return blank < 0 ? line : line.substring(0, blank);
    }

    /** 0 is no limit, and has no line. */
    private static boolean throttle(String expected, String text) {
        String device = device(expected) + " ";
        Optional<String> line = text.lines().filter(l -> l.startsWith(device)).findFirst();
        return expected.equals(device + "0") ? line.isEmpty() : line.equals(Optional.of(expected));
    }

    /** The four limits of one device; a device without a limit has no line in the file. */
    private static final class IoLimits {

        private static final List<String> KEYS = List.of("rbps", "wbps", "riops", "wiops");

        static Map<String, String> of(String line) {
            Map<String, String> limits = new TreeMap<>();
            KEYS.forEach(key -> limits.put(key, "max"));
            for (String word : line.split(" ", -1)) {
                int equals = word.indexOf('=');
                if (equals > 0) limits.replace(word.substring(0, equals), word.substring(equals + 1));
            }
            return limits;
        }

        static Map<String, String> find(String device, String text) {
            return of(text.lines()
                    .filter(l -> l.startsWith(device + " "))
                    .findFirst()
                    .orElse(""));
        }
    }
}
