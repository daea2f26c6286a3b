package io.muontrap.internal.cgroup;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which mount lies on which. The order of the lines does not tell: a root that was switched to after boot comes behind
 * what is mounted on it.
 */
final class MountTree {

    private final Map<Integer, MountLine> byId;
    private final Map<Integer, Map<Path, MountLine>> children = new HashMap<>();

    MountTree(Map<Integer, MountLine> byId) {
        this.byId = byId;
        for (MountLine line : byId.values()) {
            if (line.parent() != line.id()) {
                children.computeIfAbsent(line.parent(), id -> new HashMap<>()).put(line.point(), line);
            }
        }
    }

    /** Whether its mount point leads to it. */
    boolean reaches(MountLine line) {
        return reaches(line, new HashSet<>());
    }

    private boolean reaches(MountLine line, Set<Integer> seen) {
        return !on(line.id()).containsKey(line.point()) && shows(line, seen);
    }

    /** Its mount point leads to it or to what is mounted right over it. */
    private boolean shows(MountLine line, Set<Integer> seen) {
        if (line.parent() == line.id() || !seen.add(line.id())) return true;
        Map<Path, MountLine> beside = on(line.parent());
        if (!line.equals(beside.get(line.point()))) return false;
        for (Path above = line.point().getParent(); above != null; above = above.getParent()) {
            if (beside.containsKey(above)) return false;
        }
        MountLine parent = byId.get(line.parent());
        if (parent == null) return true;
        return parent.point().equals(line.point()) ? shows(parent, seen) : reaches(parent, seen);
    }

    private Map<Path, MountLine> on(int id) {
        return children.getOrDefault(id, Map.of());
    }
}
