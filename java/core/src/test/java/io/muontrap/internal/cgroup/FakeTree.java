package io.muontrap.internal.cgroup;

import io.muontrap.internal.cgroup.Bases.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A hierarchy of plain files, and the user who looks at it. */
final class FakeTree {

    final Path mount;
    private final int version;
    private final List<String> controllers;
    private final Set<Path> refused = new HashSet<>();
    private boolean root;
    private boolean readOnly;
    private Optional<String> own = Optional.empty();
    private String procCgroups = "";

    private FakeTree(Path mount, int version, List<String> controllers) {
        this.mount = mount;
        this.version = version;
        this.controllers = controllers;
    }

    /** The top has all controllers and hands them down. */
    static FakeTree v2(Path mount) throws IOException {
        return new FakeTree(mount, 2, List.of())
                .file("", "cgroup.controllers", "cpuset cpu io memory pids\n")
                .file("", "cgroup.subtree_control", "cpuset cpu io memory pids\n")
                .file("", "cgroup.procs", "1\n2\n");
    }

    static FakeTree v1(Path mount, String... controllers) {
        return new FakeTree(mount, 1, List.of(controllers));
    }

    FakeTree file(String group, String file, String content) throws IOException {
        Path directory = Files.createDirectories(mount.resolve(group));
        Files.writeString(directory.resolve(file), content);
        return this;
    }

    /** An empty one of version 2, with these controllers, handing on none. */
    FakeTree group(String group, String controllers) throws IOException {
        return file(group, "cgroup.controllers", controllers + "\n")
                .file(group, "cgroup.subtree_control", "\n")
                .file(group, "cgroup.procs", "")
                .file(group, "cgroup.type", "domain\n")
                .file(group, "cgroup.freeze", "0\n")
                .file(group, "cgroup.events", "populated 0\nfrozen 0\n")
                .file(group, "cgroup.stat", "nr_descendants 1\nnr_dying_descendants 9\n")
                .file(group, "cgroup.max.depth", "max\n")
                .file(group, "cgroup.max.descendants", "max\n");
    }

    FakeTree own(String group) {
        own = Optional.of(group);
        return this;
    }

    FakeTree readOnly() {
        readOnly = true;
        return this;
    }

    FakeTree asRoot() {
        root = true;
        return this;
    }

    FakeTree procCgroups(String text) {
        procCgroups = text;
        return this;
    }

    /** The user may not write there; without a file, make no groups. */
    FakeTree refuse(String group, String... files) {
        if (files.length == 0) refused.add(mount.resolve(group));
        for (String file : files) refused.add(mount.resolve(group).resolve(file));
        return this;
    }

    Hierarchy hierarchy() {
        return new Hierarchy(version, controllers, mount, "/", own, readOnly);
    }

    Who who() {
        return new Who(root, root ? "0" : "1000", path -> Files.exists(path) && !refused.contains(path));
    }

    Verdict examine(String base, String... wanted) {
        Verdict verdict = Bases.examine(new Base(hierarchy(), base, who()), Set.of(wanted), procCgroups);
        // Whatever is told names no place of this test alone.
        String here = mount.toString();
        return new Verdict(
                verdict.usable(),
                verdict.reason().replace(here, "/cg"),
                verdict.fix().replace(here, "/cg"));
    }
}
