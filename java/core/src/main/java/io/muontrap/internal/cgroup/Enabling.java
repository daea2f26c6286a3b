package io.muontrap.internal.cgroup;

import io.muontrap.internal.jni.Errno;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Enables controllers for the children of each version 2 group on the way from the mount to a base. Once enabled they
 * stay: another leaf may have come to need them.
 */
final class Enabling {

    private static final String FILE = "cgroup.subtree_control";

    private Enabling() {}

    static void enable(Hierarchy v2, String base, Set<String> controllers) throws CgroupException {
        if (controllers.isEmpty()) return;
        refuseMissing(v2, base, controllers);
        List<String> way = new ArrayList<>(List.of(""));
        for (String name : base.isEmpty() ? new String[0] : base.split("/")) {
            String above = way.get(way.size() - 1);
            way.add(above.isEmpty() ? name : above + "/" + name);
        }
        for (String place : way) {
            try (Directory at = Directory.open(v2.directory(place))) {
                Set<String> missing = new LinkedHashSet<>(controllers);
                missing.removeAll(words(at, FILE));
                // the root of a namespace or a container has no such file of its own to write, but may show what it has
                for (String controller : missing) enable(at, controller);
            } catch (CgroupException e) {
                throw explained(e, v2, base, controllers);
            }
        }
    }

    /** Before anything above it is changed. */
    private static void refuseMissing(Hierarchy v2, String base, Set<String> controllers) throws CgroupException {
        try {
            Directory.open(v2.directory(base)).close();
        } catch (CgroupException e) {
            throw explained(e, v2, base, controllers);
        }
    }

    /**
     * Never where processes are, which the kernel refuses for some controllers only: with those of threads (pids, cpu,
     * cpuset) the group would become a threaded domain, below which no process can be put any more, by anybody.
     */
    private static void enable(Directory at, String controller) throws CgroupException {
        boolean top = !at.has("cgroup.events");
        boolean inside = !top && !at.read("cgroup.procs").orElse("").isBlank();
        int err = inside ? -Errno.EBUSY : at.write(FILE, "+" + controller);
        if (err < 0) {
            throw new CgroupException(
                    -err,
                    "the controller " + controller + " could not be enabled",
                    at.path(FILE).toString());
        }
    }

    private static Set<String> words(Directory at, String file) throws CgroupException {
        return Set.copyOf(Arrays.asList(at.read(file).orElse("").strip().split(" ")));
    }

    static CgroupException explained(CgroupException e, Hierarchy h, String base, Set<String> controllers) {
        Bases.Verdict verdict;
        try {
            verdict = Bases.examine(h, base, controllers);
        } catch (IOException unreadable) {
            e.addSuppressed(unreadable);
            return e;
        }
        if (verdict.usable() || e.fix().isPresent()) return e;
        CgroupException told = new CgroupException(
                e.errno(),
                e.what() + ": " + verdict.reason(),
                e.path().orElse(null),
                verdict.fix().isEmpty() ? null : verdict.fix());
        told.addSuppressed(e);
        return told;
    }
}
