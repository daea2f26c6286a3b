package io.muontrap.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A base of a test's own, of the same path in each hierarchy: below it a command makes its groups. Closed, it is removed,
 * which fails if anything is left in it.
 */
public final class GroupBase implements AutoCloseable {

    private final String path;
    private final List<Path> made = new ArrayList<>();

    private GroupBase(String path) {
        this.path = path;
    }

    /** In the version 1 hierarchies of these controllers where there are such, and in version 2 where groups can be made. */
    public static GroupBase of(String... controllers) throws IOException {
        Optional<Path> v2 = Powers.cgroupV2();
        Optional<Path> above = Groups.base(v2);
        String relative = above.map(a -> v2.get().relativize(a).toString()).orElse("");
        GroupBase base = new GroupBase((relative.isEmpty() ? "" : relative + "/") + Groups.name());
        try {
            if (above.isPresent()) {
                base.add(v2.get());
            }
            for (String controller : controllers) {
                Optional<Path> v1 = Powers.cgroupV1(controller);
                if (v1.isPresent()) {
                    base.add(v1.get());
                }
            }
            return base;
        } catch (IOException e) {
            base.close();
            throw e;
        }
    }

    /** Of this name at the top, in the version 1 hierarchies of these controllers and in version 2 where there is one. */
    public static GroupBase named(String name, String... controllers) throws IOException {
        GroupBase base = new GroupBase(name);
        try {
            Optional<Path> v2 = Powers.cgroupV2();
            if (v2.isPresent()) {
                base.add(v2.get());
            }
            for (String controller : controllers) {
                Optional<Path> v1 = Powers.cgroupV1(controller);
                if (v1.isPresent()) {
                    base.add(v1.get());
                }
            }
            return base;
        } catch (IOException e) {
            base.close(); // what is there already is not ours, and stays
            throw e;
        }
    }

    /** In these hierarchies alone, given by their mounts. */
    public static GroupBase in(Path... mounts) throws IOException {
        GroupBase base = new GroupBase(Groups.name());
        for (Path mount : mounts) {
            base.add(mount);
        }
        return base;
    }

    private void add(Path mount) throws IOException {
        Path directory = mount.resolve(path);
        if (!made.contains(directory)) {
            made.add(Files.createDirectory(directory));
        }
    }

    /** As {@code under} takes it. */
    public String path() {
        return path;
    }

    /** Its directories, one in each hierarchy. */
    public List<Path> directories() {
        return List.copyOf(made);
    }

    /** Groups in it, in any hierarchy. */
    public List<Path> leaves() throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path directory : made) {
            try (Stream<Path> entries = Files.list(directory)) {
                entries.filter(Files::isDirectory).forEach(all::add);
            }
        }
        return all;
    }

    @Override
    public void close() throws IOException {
        for (Path directory : made) {
            Files.deleteIfExists(directory);
        }
    }
}
