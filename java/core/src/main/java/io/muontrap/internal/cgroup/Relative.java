package io.muontrap.internal.cgroup;

/** Paths of groups relative to a mount point, which itself is "". */
final class Relative {

    private Relative() {}

    /** The group that it is in. */
    static String above(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
