package io.muontrap.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a test may make control groups of its own: nothing that is there already is ever written to. */
public final class Groups {

    private Groups() {}

    /**
     * The directory of a hierarchy below which groups can be made, and joined from where this JVM is: the root for
     * root; in a delegated tree the group above the JVM's own, or its own.
     */
    public static Optional<Path> base(Optional<Path> hierarchy) throws IOException {
        if (hierarchy.isEmpty()) {
            return Optional.empty();
        }
        Optional<Path> own = own(hierarchy.get());
        return Stream.of(hierarchy, own.map(Path::getParent), own)
                .flatMap(Optional::stream)
                .filter(Groups::makes)
                .findFirst();
    }

    /** Does a group of ours in the v2 hierarchy have this file? */
    static boolean has(String file) throws IOException {
        Optional<Path> base = base(Powers.cgroupV2());
        if (base.isEmpty()) {
            return false;
        }
        Path group = Files.createDirectory(base.get().resolve(name()));
        try {
            return Files.exists(group.resolve(file));
        } finally {
            Files.delete(group);
        }
    }

    /** Does a group of ours in this v1 hierarchy have this file, and does that begin so? */
    static boolean v1Has(String controller, String file, String content) throws IOException {
        Path group = Files.createDirectory(
                base(Powers.cgroupV1(controller)).orElseThrow().resolve(name()));
        try {
            return Files.exists(group.resolve(file))
                    && Files.readString(group.resolve(file)).startsWith(content);
        } finally {
            Files.delete(group);
        }
    }

    /** The JVM's own group in the v2 hierarchy; empty where /proc/self/cgroup and the mount do not fit together. */
    private static Optional<Path> own(Path hierarchy) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                .filter(line -> line.startsWith("0::/") && line.length() > 4)
                .map(line -> hierarchy.resolve(line.substring(4)))
                .filter(Files::isDirectory)
                .findFirst();
    }

    private static boolean makes(Path base) {
        if (!Files.isWritable(base) || !Files.isWritable(base.resolve("cgroup.procs"))) {
            return false;
        }
        try {
            Files.delete(Files.createDirectory(base.resolve(name())));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** For a directory that no other test has. */
    public static String name() {
        return "muontrap-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    }
}
