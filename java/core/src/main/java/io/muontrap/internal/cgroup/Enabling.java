package io.muontrap.internal.cgroup;

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

    private static void enable(Directory at, String controller) throws CgroupException {
        int err = at.write(FILE, "+" + controller);
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
