package io.muontrap.internal.cgroup;

import io.muontrap.internal.jni.NativeDirectories;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Ends and removes what owners that are gone have left below a base: directories that carry our mark and whose lock is
 * free. Never one that is not marked, never a living owner's.
 *
 * <p>Between a maker's mkdir and its lock the directory looks like a dead owner's. So a maker holds its base's lock
 * shared over both, and a sweeper holds it exclusively for as long as it collects the leaves' locks, which it then keeps
 * until their rmdir.
 */
final class Sweeper {

    private final Mounts mounts;
    private final String base;

    Sweeper(Mounts mounts, String base) {
        this.mounts = mounts;
        this.base = base;
    }

    /** What came of it: the directories that were removed, and what could not be. */
    record Swept(List<Path> removed, List<CgroupException> failures) {
        List<Path> orThrow() throws CgroupException {
            if (failures.isEmpty()) return removed;
            CgroupException first = failures.get(0);
            failures.subList(1, failures.size()).forEach(first::addSuppressed);
            throw first;
        }
    }

    /** Where there is no such base in any hierarchy, or it may not be looked into, a sweep would find nothing. */
    void refuseMissing() throws CgroupException {
        CgroupException first = null;
        for (Hierarchy hierarchy : mounts.all()) {
            try {
                Directory.open(hierarchy.directory(base)).close();
                return;
            } catch (CgroupException e) {
                first = first == null || first.gone() ? e : first;
            }
        }
        throw first == null ? new CgroupException(0, "no cgroup hierarchy is mounted here", null) : first;
    }

    /** All that is left below the base. */
    Swept sweep() throws CgroupException {
        return sweep(Optional.empty());
    }

    /** Only leaves of this name. */
    Swept sweep(String name) throws CgroupException {
        return sweep(Optional.of(name));
    }

    private Swept sweep(Optional<String> only) throws CgroupException {
        List<Path> removed = new ArrayList<>();
        List<CgroupException> failures = new ArrayList<>();
        for (Leaf leaf : orphans(only)) {
            try (leaf) {
                if (end(leaf)) removed.addAll(leaf.paths());
            } catch (CgroupException e) {
                failures.add(e);
            }
        }
        return new Swept(removed, failures);
    }

    /** Each with its lock held. */
    private List<Leaf> orphans(Optional<String> only) throws CgroupException {
        List<Leaf> orphans = new ArrayList<>();
        List<Directory> bases = new ArrayList<>();
        try {
            Map<String, List<Part>> trees = new TreeMap<>();
            for (Hierarchy hierarchy : mounts.all()) {
                Optional<Directory> found = there(hierarchy);
                if (found.isPresent()) {
                    bases.add(found.get());
                    BaseLock.take(found.get(), NativeDirectories.EXCLUSIVE);
                    collect(hierarchy, found.get(), only, trees);
                }
            }
            for (List<Part> parts : trees.values()) {
                LeafMark mark = parts.get(0).directory().mark().orElseThrow();
                Leaf leaf = new Leaf(parts, mark, false);
                if (parts.get(0).directory().lock(NativeDirectories.EXCLUSIVE | NativeDirectories.NO_WAIT) == 0) {
                    orphans.add(leaf);
                } else {
                    leaf.close();
                }
            }
            return orphans;
        } finally {
            bases.forEach(Directory::close); // and with it the lock
        }
    }

    private Optional<Directory> there(Hierarchy hierarchy) {
        if (hierarchy.readOnly()) return Optional.empty();
        try {
            return Optional.of(Directory.open(hierarchy.directory(base)));
        } catch (CgroupException e) {
            return Optional.empty(); // most hierarchies have no such base
        }
    }

    private void collect(Hierarchy hierarchy, Directory at, Optional<String> only, Map<String, List<Part>> trees)
            throws CgroupException {
        for (byte[] bytes : at.subdirectories()) {
            String name = Directory.text(bytes);
            if (only.isPresent() && !only.get().equals(name)) continue;
            Directory directory;
            try {
                directory = at.child(bytes);
            } catch (CgroupException e) {
                continue; // gone, or nobody's that we may look into
            }
            Optional<LeafMark> mark = directory.mark();
            if (mark.isEmpty() || !isOurs(directory)) {
                directory.close();
                continue;
            }
            String place = base.isEmpty() ? name : base + "/" + name;
            trees.computeIfAbsent(mark.get().tree(), tree -> new ArrayList<>())
                    .add(new Part(hierarchy, place, at.again(), name, directory));
        }
    }

    /** Another user's is his to sweep: trying it would only hold up a start. */
    private static boolean isOurs(Directory directory) {
        try {
            directory.file("cgroup.procs", true).close();
            return true;
        } catch (CgroupException e) {
            return false;
        }
    }

    /** False where it is left: it is kept and somebody lives in it. */
    private static boolean end(Leaf leaf) throws CgroupException {
        if (leaf.kept() && !leaf.isEmpty()) return false;
        LeafEnd.now(leaf);
        return true;
    }
}
