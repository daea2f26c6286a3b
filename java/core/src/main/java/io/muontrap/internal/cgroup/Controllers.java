package io.muontrap.internal.cgroup;

import java.util.List;
import java.util.Set;

/** Tells the controllers of a v1 mount from its other options. */
final class Controllers {

    private static final Set<String> KNOWN = Set.of(
            "blkio",
            "cpu",
            "cpuacct",
            "cpuset",
            "debug",
            "devices",
            "freezer",
            "hugetlb",
            "memory",
            "misc",
            "net_cls",
            "net_prio",
            "perf_event",
            "pids",
            "rdma");

    private Controllers() {}

    /** Those of them that are controllers, or a hierarchy's name. */
    static List<String> among(List<String> options, Set<String> keys) {
        return options.stream()
                .filter(o -> KNOWN.contains(o) || keys.contains(o) || o.startsWith("name="))
                .distinct()
                .toList();
    }
}
