package io.muontrap.internal.cgroup;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What was said of one device, such as {@code rbps=1048576 wiops=max}. */
final class DeviceLimits {

    /** Operations are counted in 32 bits, all ones being no limit. */
    private static final long MOST_OPERATIONS = 0xffff_ffffL;

    private DeviceLimits() {}

    /** By key; empty for no limit, which a number of operations beyond the kernel's counter is too. The last word counts. */
    static Map<String, Optional<String>> parse(String limits) {
        Map<String, Optional<String>> parsed = new LinkedHashMap<>();
        for (String word : limits.split(" ", -1)) {
            int equals = word.indexOf('=');
            String key = word.substring(0, equals);
            String value = word.substring(equals + 1);
            boolean none = value.equals("max") || (key.endsWith("iops") && Long.parseLong(value) >= MOST_OPERATIONS);
            parsed.put(key, none ? Optional.empty() : Optional.of(Long.toString(Long.parseLong(value))));
        }
        return parsed;
    }
}
