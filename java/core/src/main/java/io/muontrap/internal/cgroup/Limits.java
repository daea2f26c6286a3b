package io.muontrap.internal.cgroup;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** The limits of a wish as values for files, first the typed ones, in an order that works, then the raw ones as said. */
public final class Limits {

    private static final Map<Limit, String> OWNERS = Map.of(
            Limit.MEMORY_MAX, "memory",
            Limit.MEMORY_HIGH, "memory",
            Limit.SWAP_MAX, "memory",
            Limit.CPU_QUOTA, "cpu",
            Limit.CPU_WEIGHT, "cpu",
            Limit.PIDS_MAX, "pids",
            Limit.IO_WEIGHT, "io",
            Limit.CPUSET_CPUS, "cpuset",
            Limit.CPUSET_MEMS, "cpuset",
            Limit.OOM_GROUP, "memory");

    private Limits() {}

    /** Where every controller is in version 2. */
    public static List<Setting> forV2(Wish wish, long pageSize) {
        V2Limits v2 = new V2Limits(wish, pageSize);
        return Stream.of(v2.cpuset(), v2.cpu(), v2.memory(), v2.io(), v2.pids(), raw(wish))
                .flatMap(List::stream)
                .toList();
    }

    /**
     * Where every controller is in version 1.
     *
     * @throws CgroupException if a limit exists only in version 2
     */
    public static List<Setting> forV1(Wish wish, long pageSize) throws CgroupException {
        return of(wish, controller -> 1, pageSize);
    }

    /**
     * Where some controllers are in one version, some in the other.
     *
     * @param version of a controller, which is asked for by its v2 name
     * @throws CgroupException if a limit does not exist in the version that its controller is in
     */
    public static List<Setting> of(Wish wish, ToIntFunction<String> version, long pageSize) throws CgroupException {
        TypedLimits v1 = new V1Limits(wish, pageSize);
        TypedLimits v2 = new V2Limits(wish, pageSize);
        Function<String, TypedLimits> in = controller -> version.applyAsInt(controller) == 1 ? v1 : v2;
        List<Setting> all = new ArrayList<>();
        all.addAll(in.apply("cpuset").cpuset());
        all.addAll(in.apply("cpu").cpu());
        all.addAll(in.apply("memory").memory());
        all.addAll(in.apply("io").io());
        all.addAll(in.apply("pids").pids());
        all.addAll(raw(wish));
        return List.copyOf(all);
    }

    /** Those that the group must have: demanded by name, or because a limit or a raw file is theirs. */
    public static Set<String> controllers(Wish wish, int version) {
        Set<String> names = new LinkedHashSet<>();
        wish.controllers().forEach(name -> names.add(nameIn(version, name)));
        wish.limits().forEach((limit, value) -> {
            // Without the controller nobody is killed together with others either.
            boolean needed = limit != Limit.OOM_GROUP || Boolean.parseBoolean(value);
            if (needed) names.add(nameIn(version, OWNERS.get(limit)));
        });
        if (!wish.devices().isEmpty()) names.add(nameIn(version, "io"));
        wish.settings().keySet().stream()
                .map(Limits::owner)
                .filter(name -> !name.isEmpty())
                .forEach(names::add);
        return names;
    }

    /** The one controller that has another name in each version. */
    public static String nameIn(int version, String controller) {
        if (version == 1) return controller.equals("io") ? "blkio" : controller;
        return controller.equals("blkio") ? "io" : controller;
    }

    /** Of a file; "" for those of the group itself. */
    static String owner(String file) {
        int dot = file.indexOf('.');
        return dot < 0 || file.startsWith("cgroup.") ? "" : file.substring(0, dot);
    }

    private static List<Setting> raw(Wish wish) {
        List<Setting> raw = new ArrayList<>();
        wish.settings()
                .forEach((file, value) -> raw.add(new Setting(owner(file), file, value, Optional.empty(), false)));
        return raw;
    }
}
