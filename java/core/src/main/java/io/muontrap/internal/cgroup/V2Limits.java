package io.muontrap.internal.cgroup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The typed limits in the files of version 2. */
final class V2Limits extends TypedLimits {

    private static final String MAX = "max";

    V2Limits(Wish wish, long pageSize) {
        super(wish, pageSize);
    }

    @Override
    List<Setting> cpu() {
        List<Setting> all = new ArrayList<>();
        String processors = wish.limits().get(Limit.CPU_QUOTA);
        if (processors != null) {
            Quota quota = Quota.of(processors);
            add(all, "cpu", "cpu.max", quota.micros() + " " + quota.period());
        }
        exact(all, Limit.CPU_WEIGHT, "cpu", "cpu.weight");
        return all;
    }

    @Override
    List<Setting> memory() {
        List<Setting> all = new ArrayList<>();
        pages(all, Limit.MEMORY_MAX, "memory.max");
        pages(all, Limit.MEMORY_HIGH, "memory.high");
        pages(all, Limit.SWAP_MAX, "memory.swap.max");
        oomGroup().ifPresent(all::add);
        return all;
    }

    /** Said, or by default where memory is limited: else one process is killed and the rest limps on. */
    private Optional<Setting> oomGroup() {
        String file = "memory.oom.group";
        String said = wish.limits().get(Limit.OOM_GROUP);
        boolean limited =
                wish.limits().containsKey(Limit.MEMORY_MAX) || wish.settings().containsKey("memory.max");
        if (said == null && (!limited || wish.settings().containsKey(file))) return Optional.empty();
        String value = said == null || Boolean.parseBoolean(said) ? "1" : "0";
        boolean optional = said == null || value.equals("0");
        return Optional.of(new Setting("memory", file, value, Optional.of(value), optional));
    }

    @Override
    List<Setting> io() {
        List<Setting> all = new ArrayList<>();
        String weight = wish.limits().get(Limit.IO_WEIGHT);
        if (weight != null) add(all, "io", "io.weight", "default " + weight);
        wish.devices().forEach((device, limits) -> {
            Map<String, String> read = new LinkedHashMap<>();
            DeviceLimits.parse(limits).forEach((key, value) -> read.put(key, value.orElse(MAX)));
            StringBuilder back = new StringBuilder(device);
            read.forEach(
                    (key, value) -> back.append(' ').append(key).append('=').append(value));
            add(all, "io", "io.max", device + " " + limits, back.toString());
        });
        return all;
    }

    /** The kernel calls the most pages that it can count no limit. */
    private void pages(List<Setting> all, Limit limit, String file) {
        String value = wish.limits().get(limit);
        if (value == null) return;
        long bytes = wholePages(value);
        add(
                all,
                "memory",
                file,
                value,
                bytes == wholePages(Long.toString(Long.MAX_VALUE)) ? MAX : Long.toString(bytes));
    }
}
