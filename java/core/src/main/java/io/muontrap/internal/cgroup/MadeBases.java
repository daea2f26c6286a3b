package io.muontrap.internal.cgroup;

import io.muontrap.internal.jni.Errno;

/**
 * Directories above a leaf that were not there: in the version 2 side of a hybrid host, where nobody has to make a base
 * by hand, and the leaf is wanted for cgroup.kill alone. They are marked, and removed when they are empty.
 */
final class MadeBases {

    private static final int TRIES = 20;

    private MadeBases() {}

    /** Opens the base, and makes what is missing of it. */
    static Directory open(Hierarchy hierarchy, String base) throws CgroupException {
        Directory at = Directory.open(hierarchy.mount());
        for (String name : base.isEmpty() ? new String[0] : base.split("/")) {
            try (Directory parent = at) {
                at = child(parent, name);
            }
        }
        return at;
    }

    private static Directory child(Directory parent, String name) throws CgroupException {
        for (int attempt = 1; ; attempt++) {
            int err = parent.make(name);
            if (err < 0 && err != -Errno.EEXIST) {
                throw new CgroupException(
                        -err, "cannot be made", parent.path(name).toString());
            }
            try {
                Directory child = parent.child(name);
                if (err == 0) child.markAsMade();
                return child;
            } catch (CgroupException e) {
                if (!e.gone() || attempt == TRIES) throw e; // another tree's end has removed it
            }
        }
    }

    /** Upwards from the base, until one is not empty, or was there before. */
    static void removeEmpty(Hierarchy hierarchy, String base) throws CgroupException {
        String place = base;
        while (!place.isEmpty()) {
            String above = Relative.above(place);
            String name = Relative.name(place);
            try (Directory parent = Directory.open(hierarchy.directory(above));
                    Directory child = parent.child(name)) {
                if (!child.isMade() || parent.remove(name) != 0) return;
            } catch (CgroupException e) {
                if (e.gone()) return;
                throw e;
            }
            place = above;
        }
    }
}
