package io.muontrap.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a test may make control groups of its own: nothing that is there already is ever written to. */
public final class Groups {

    private Groups() {}

    /**
     * The directory of a hierarchy below which groups can be made, and joined from where this JVM is: the root for
     * root, the group above the JVM's own in a delegated tree.
     */
    public static Optional<Path> base(Optional<Path> hierarchy) throws IOException {
        if (hierarchy.isEmpty()) {
            return Optional.empty();
        }
        if (makes(hierarchy.get())) {
            return hierarchy;
        }
        return own(hierarchy.get()).map(Path::getParent).filter(Groups::makes);
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
