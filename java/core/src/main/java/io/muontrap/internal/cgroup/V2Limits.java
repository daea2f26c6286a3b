package io.muontrap.internal.cgroup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The typed limits in the files of version 2. */
final class V2Limits {

    private static final String MAX = "max";

    private final Wish wish;
    private final long pageSize;

    V2Limits(Wish wish, long pageSize) {
        this.wish = wish;
        this.pageSize = pageSize;
    }

    List<Setting> cpuset() {
        List<Setting> all = new ArrayList<>();
        exact(all, Limit.CPUSET_CPUS, "cpuset", "cpuset.cpus");
        exact(all, Limit.CPUSET_MEMS, "cpuset", "cpuset.mems");
        return all;
    }

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
            all.add(new Setting("io", "io.max", device + " " + limits, Optional.of(back.toString()), false));
        });
        return all;
    }

    List<Setting> pids() {
        List<Setting> all = new ArrayList<>();
        exact(all, Limit.PIDS_MAX, "pids", "pids.max");
        return all;
    }

    private void exact(List<Setting> all, Limit limit, String controller, String file) {
        String value = wish.limits().get(limit);
        if (value != null) add(all, controller, file, value);
    }

    /** The kernel counts whole pages, rounded down, and calls the most it can count no limit. */
    private void pages(List<Setting> all, Limit limit, String file) {
        String value = wish.limits().get(limit);
        if (value == null) return;
        long pages = Long.parseLong(value) / pageSize;
        String back = pages >= Long.MAX_VALUE / pageSize ? MAX : Long.toString(pages * pageSize);
        all.add(new Setting("memory", file, value, Optional.of(back), false));
    }

    private static void add(List<Setting> all, String controller, String file, String value) {
        all.add(new Setting(controller, file, value, Optional.of(value), false));
    }
}
