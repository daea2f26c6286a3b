package io.muontrap.internal.cgroup;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The typed limits in the files of version 1. */
final class V1Limits extends TypedLimits {

    private static final Map<String, String> THROTTLES = Map.of(
            "rbps", "blkio.throttle.read_bps_device",
            "wbps", "blkio.throttle.write_bps_device",
            "riops", "blkio.throttle.read_iops_device",
            "wiops", "blkio.throttle.write_iops_device");

    V1Limits(Wish wish, long pageSize) {
        super(wish, pageSize);
    }

    @Override
    List<Setting> cpu() {
        List<Setting> all = new ArrayList<>();
        String processors = wish.limits().get(Limit.CPU_QUOTA);
        if (processors != null) {
            Quota quota = Quota.of(processors);
            add(all, "cpu", "cpu.cfs_period_us", Long.toString(quota.period()));
            add(all, "cpu", "cpu.cfs_quota_us", Long.toString(quota.micros()));
        }
        String weight = wish.limits().get(Limit.CPU_WEIGHT);
        if (weight != null) add(all, "cpu", "cpu.shares", Long.toString(shares(Integer.parseInt(weight))));
        return all;
    }

    @Override
    List<Setting> memory() throws CgroupException {
        refuse(Limit.MEMORY_HIGH, "memoryHigh", "memory.high", "say memoryMax, which both versions have");
        if (Boolean.parseBoolean(wish.limits().get(Limit.OOM_GROUP))) {
            refuse(Limit.OOM_GROUP, "oomGroup", "memory.oom.group", "leave oomGroup out");
        }
        List<Setting> all = new ArrayList<>();
        String max = wish.limits().get(Limit.MEMORY_MAX);
        String swap = wish.limits().get(Limit.SWAP_MAX);
        if (max != null) pages(all, "memory.limit_in_bytes", max, wholePages(max));
        if (swap != null) {
            if (max == null) {
                throw new CgroupException(
                        0,
                        "swapMax needs memoryMax in cgroup v1, which limits memory and swap together",
                        "memory.memsw.limit_in_bytes",
                        "say memoryMax too");
            }
            // Each rounded by itself: the sum's remainder would be swap that was not granted.
            long both = wholePages(max) + wholePages(swap);
            String sum = Long.toString(both < 0 ? Long.MAX_VALUE : both);
            pages(all, "memory.memsw.limit_in_bytes", sum, wholePages(sum));
        }
        return all;
    }

    @Override
    List<Setting> io() {
        List<Setting> all = new ArrayList<>();
        String weight = wish.limits().get(Limit.IO_WEIGHT);
        if (weight != null) add(all, "blkio", "blkio.weight", Long.toString(weight(Integer.parseInt(weight))));
        wish.devices()
                .forEach((device, limits) -> DeviceLimits.parse(limits)
                        .forEach((key, value) ->
                                add(all, "blkio", THROTTLES.get(key), device + " " + value.orElse("0"))));
        return all;
    }

    /** 100 is usual in version 2, 1024 here; to the nearest, at least the kernel's 2. */
    static long shares(int weight) {
        return Math.max(2, (weight * 1024L + 50) / 100);
    }

    /** 10 to 1 000, and 100 is usual in both: as it is up to that, above it spread evenly, to the nearest. */
    static long weight(int weight) {
        return weight <= 100 ? Math.max(10, weight) : 100 + ((weight - 100) * 900L + 9900 / 2) / 9900;
    }

    private void refuse(Limit limit, String verb, String file, String fix) throws CgroupException {
        if (wish.limits().containsKey(limit)) {
            throw new CgroupException(
                    0, verb + " exists only in cgroup v2, and this host has memory in cgroup v1", file, fix);
        }
    }

    private static void pages(List<Setting> all, String file, String value, long back) {
        add(all, "memory", file, value, Long.toString(back));
    }
}
