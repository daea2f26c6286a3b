package io.muontrap.internal.cgroup;

import io.muontrap.internal.jni.Errno;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A leaf's directory in one hierarchy.
 *
 * @param place relative to the hierarchy's mount
 * @param base the directory that it was made in
 */
record Part(Hierarchy hierarchy, String place, Directory base, String name, Directory directory)
        implements AutoCloseable {

    boolean v2() {
        return hierarchy.version() == 2;
    }

    /** What /proc/PID/cgroup calls the hierarchy. */
    String key() {
        return v2() ? "" : hierarchy.controllers().get(0);
    }

    /** Whether a process whose /proc/PID/cgroup says this is in it, or in a group below. */
    boolean holds(String procCgroup) {
        String in = Mounts.membership(procCgroup).get(key());
        String mine = hierarchy.kernelPath(place);
        return in != null && (in.equals(mine) || in.startsWith(mine + "/"));
    }

    /** Whether nobody lives in it or below. A zombie does not. */
    boolean isEmpty() throws CgroupException {
        if (!v2()) return isEmpty(directory);
        Optional<String> populated = Keyed.value(directory.read("cgroup.events"), "populated");
        return populated.isEmpty() || populated.get().equals("0"); // empty: it is removed
    }

    private static boolean isEmpty(Directory at) throws CgroupException {
        if (!listed(at, "cgroup.procs").isEmpty() || !listed(at, "tasks").isEmpty()) return false;
        for (byte[] name : at.subdirectories()) {
            try (Directory child = at.child(name)) {
                if (!isEmpty(child)) return false;
            } catch (CgroupException e) {
                if (!e.gone()) throw e;
            }
        }
        return true;
    }

    /** Adds who is in it and below. One from outside our pid namespace has no number here, and is not among them. */
    void pids(Set<Integer> into) throws CgroupException {
        pids(directory, into);
    }

    private void pids(Directory at, Set<Integer> into) throws CgroupException {
        List<Integer> here = listed(at, "cgroup.procs");
        into.addAll(here);
        if (here.isEmpty() && !v2()) {
            // version 1 moves threads one by one, and before 5.2 hides a process whose first thread has ended
            listed(at, "tasks").forEach(thread -> Threads.process(thread).ifPresent(into::add));
        }
        for (byte[] name : at.subdirectories()) {
            try (Directory child = at.child(name)) {
                pids(child, into);
            } catch (CgroupException e) {
                if (!e.gone()) throw e;
            }
        }
    }

    private static List<Integer> listed(Directory at, String file) throws CgroupException {
        String text;
        try {
            text = at.read(file).orElse("");
        } catch (CgroupException e) {
            // a group of threads only: the one that their processes belong to lists them
            if (e.errno() == Errno.EOPNOTSUPP || e.gone()) return List.of();
            throw e;
        }
        return text.lines()
                .filter(line -> !line.isEmpty() && !line.equals("0"))
                .map(Integer::valueOf)
                .toList();
    }

    /** What is done to a directory; what fails is left to the next round. */
    interface Each {
        void in(Directory at) throws CgroupException;
    }

    /** In every directory, the deepest first and its own last. */
    void deepestFirst(Each action) throws CgroupException {
        deepestFirst(directory, action);
    }

    private static void deepestFirst(Directory at, Each action) throws CgroupException {
        for (byte[] name : at.subdirectories()) {
            try (Directory child = at.child(name)) {
                deepestFirst(child, action);
            } catch (CgroupException e) {
                if (!e.gone()) throw e;
            }
        }
        action.in(at);
    }

    /**
     * Removes it with all that is below, and what was made above it as long as that is empty. 0, or −errno: −EBUSY while
     * somebody lives in it, and for a moment longer.
     */
    int remove() throws CgroupException {
        int err = empty(directory);
        if (err == 0) err = base.remove(name);
        if (err != 0 && err != -Errno.ENOENT) return err;
        if (v2() && base.isMade()) MadeBases.removeEmpty(hierarchy, Relative.above(place));
        return 0;
    }

    private static int empty(Directory at) throws CgroupException {
        for (byte[] name : at.subdirectories()) {
            try (Directory child = at.child(name)) {
                int err = empty(child);
                if (err != 0) return err;
            } catch (CgroupException e) {
                if (!e.gone()) throw e;
            }
            int err = at.remove(name);
            if (err != 0 && err != -Errno.ENOENT) return err;
        }
        return 0;
    }

    @Override
    public void close() {
        directory.close();
        base.close();
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
