package io.muontrap.internal.cgroup;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One mounted hierarchy, as this process sees it.
 *
 * @param version 1 or 2
 * @param controllers those bound to a v1 hierarchy, {@code name=systemd} for a named one; none for v2, where each
 *     directory has its own
 * @param mount where it is mounted
 * @param root the group that is shown at the mount point, as {@code /proc/PID/cgroup} would name it
 * @param own this process's own group below the mount point, "" for the mount point itself; empty where it is not below
 * @param readOnly nothing can be made or written through this mount
 */
public record Hierarchy(
        int version, List<String> controllers, Path mount, String root, Optional<String> own, boolean readOnly) {

    public Hierarchy {
        controllers = List.copyOf(controllers);
        Objects.requireNonNull(mount, "mount");
        Objects.requireNonNull(root, "root");
        Objects.requireNonNull(own, "own");
    }

    /** Whether it is the v1 hierarchy of this controller. */
    public boolean has(String controller) {
        return controllers.contains(controller);
    }

    /** Of a path relative to the mount point. */
    public Path directory(String relative) {
        return mount.resolve(relative);
    }

    /** For messages. */
    public String name() {
        return version == 2 ? "cgroup v2" : "cgroup v1 (" + String.join(",", controllers) + ")";
    }

    /** What {@code /proc/PID/cgroup} shows for a member of that directory. */
    public String kernelPath(String relative) {
        if (relative.isEmpty()) return root;
        return (root.equals("/") ? "" : root) + "/" + relative;
    }
}
