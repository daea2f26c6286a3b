package io.muontrap.internal.cgroup;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which hierarchies a leaf needs: those of the controllers that were asked for, each in the version that it is bound to
 * here; where none was, every one of version 1 that has the base. And beside those of version 1 one of version 2, for
 * its kill and its freezer, where we may.
 */
final class Choosing {

    /** What a killing of version 1 is surer with; joined where the base is there. */
    private static final List<String> FOR_KILLING = List.of("freezer", "pids");

    private final Mounts mounts;
    private final Wish wish;
    private final String base;

    Choosing(Mounts mounts, Wish wish, String base) {
        this.mounts = mounts;
        this.wish = wish;
        this.base = base;
    }

    Choice choose() throws IOException {
        Set<Hierarchy> chosen = new LinkedHashSet<>();
        Set<String> onV2 = new LinkedHashSet<>();
        Set<String> wanted = Limits.controllers(wish, 2);
        for (String controller : wanted) {
            Optional<Hierarchy> v1 = mounts.v1(Limits.nameIn(1, controller));
            if (v1.isPresent()) chosen.add(asked(controller, v1.get()));
            else if (mounts.v2().isPresent()) onV2.add(controller);
            else throw new CgroupException(0, "no mounted hierarchy has the controller " + controller, null);
        }
        if (wanted.isEmpty() && !unasked())
            mounts.all().stream().filter(this::isThere).forEach(chosen::add);
        Optional<Hierarchy> companion = Optional.empty();
        Optional<Hierarchy> v2 = mounts.v2();
        if (v2.isPresent() && (!onV2.isEmpty() || chosen.isEmpty())) {
            chosen.add(v2.get());
        } else if (v2.isPresent() && companionable(v2.get())) {
            companion = v2;
            chosen.add(v2.get());
        } else {
            FOR_KILLING.forEach(name -> mounts.v1(name).filter(this::isThere).ifPresent(chosen::add));
        }
        if (chosen.isEmpty()) throw nowhere();
        List<Hierarchy> ordered = mounts.all().stream().filter(chosen::contains).toList();
        return new Choice(wish, ordered, onV2, companion, ownMemory(ordered));
    }

    /** Never in version 1 unasked: auto() means the place that was delegated in version 2, or the one of the property. */
    private boolean unasked() {
        return wish.place() == Wish.Place.AUTO && System.getProperty(LeafMaker.BASE_PROPERTY) == null;
    }

    private Hierarchy asked(String controller, Hierarchy v1) throws CgroupException {
        if (!unasked()) return v1;
        throw new CgroupException(
                0,
                "auto() makes groups in version 2, and the controller " + controller + " is bound to version 1 here",
                v1.mount().toString(),
                "name the group by at() or under(), or a base by -D" + LeafMaker.BASE_PROPERTY);
    }

    /** In version 1, with a base that was made for us; a cpuset needs settings of its own, and a named one limits nothing. */
    private boolean isThere(Hierarchy hierarchy) {
        return hierarchy.version() == 1
                && !hierarchy.readOnly()
                && !base.isEmpty()
                && !hierarchy.has("cpuset")
                && hierarchy.controllers().stream().noneMatch(name -> name.startsWith("name="))
                && Files.isDirectory(hierarchy.directory(base));
    }

    /** Whether a leaf, and its base where that is missing, can be made here and joined. */
    private boolean companionable(Hierarchy v2) throws IOException {
        if (v2.readOnly() || Probe.disabled("cgroup_companion")) return false;
        String place = base;
        while (!Files.exists(v2.directory(place))) place = Relative.above(place);
        return Bases.examine(v2, place, Set.of()).usable();
    }

    private CgroupException nowhere() throws IOException {
        for (Hierarchy hierarchy : mounts.all()) {
            Bases.Verdict verdict = Bases.examine(hierarchy, base, Limits.controllers(wish, hierarchy.version()));
            if (!verdict.usable()) {
                return new CgroupException(
                        Errno.ENOENT,
                        verdict.reason(),
                        hierarchy.directory(base).toString(),
                        verdict.fix());
            }
        }
        return new CgroupException(
                0, "no cgroup hierarchy is mounted here", null, "mount -t cgroup2 none /sys/fs/cgroup");
    }

    /** TRAPS 74: a group that dies as a whole above the leaf would take whoever shares the child's memory along. */
    private boolean ownMemory(List<Hierarchy> ordered) {
        Optional<Hierarchy> v2 = ordered.stream().filter(h -> h.version() == 2).findFirst();
        if (v2.isEmpty()) return false;
        String own = v2.get().own().orElse("");
        for (String place = base; !place.isEmpty(); place = Relative.above(place)) {
            boolean holdsUs = own.equals(place) || own.startsWith(place + "/");
            if (!holdsUs && diesAsOne(v2.get().directory(place))) return true;
        }
        return false;
    }

    private static boolean diesAsOne(Path group) {
        try {
            return Files.readString(group.resolve("memory.oom.group")).startsWith("1");
        } catch (IOException e) {
            return false; // no memory controller there
        }
    }
}
