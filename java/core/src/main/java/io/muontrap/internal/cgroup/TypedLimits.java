package io.muontrap.internal.cgroup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The typed limits as values for files of one version, a list for each controller. */
abstract sealed class TypedLimits permits V1Limits, V2Limits {

    final Wish wish;
    final long pageSize;

    TypedLimits(Wish wish, long pageSize) {
        this.wish = wish;
        this.pageSize = pageSize;
    }

    List<Setting> cpuset() {
        List<Setting> all = new ArrayList<>();
        exact(all, Limit.CPUSET_CPUS, "cpuset", "cpuset.cpus");
        exact(all, Limit.CPUSET_MEMS, "cpuset", "cpuset.mems");
        return all;
    }

    abstract List<Setting> cpu();

    /** @throws CgroupException if a limit does not exist in this version */
    abstract List<Setting> memory() throws CgroupException;

    abstract List<Setting> io();

    List<Setting> pids() {
        List<Setting> all = new ArrayList<>();
        exact(all, Limit.PIDS_MAX, "pids", "pids.max");
        return all;
    }

    /** As it was said, where it was. */
    final void exact(List<Setting> all, Limit limit, String controller, String file) {
        String value = wish.limits().get(limit);
        if (value != null) add(all, controller, file, value);
    }

    static void add(List<Setting> all, String controller, String file, String value) {
        add(all, controller, file, value, value);
    }

    static void add(List<Setting> all, String controller, String file, String value, String back) {
        all.add(new Setting(controller, file, value, Optional.of(back), false));
    }

    /** The kernel counts whole pages, rounded down. */
    final long wholePages(String bytes) {
        return Long.parseLong(bytes) / pageSize * pageSize;
    }
}
