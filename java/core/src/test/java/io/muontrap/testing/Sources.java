package io.muontrap.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The project's folder, when the tests run in it. */
public final class Sources {

    private Sources() {}

    public static Optional<Path> root() {
        for (Path at = Path.of(System.getProperty("basedir", "")).toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("java/core/pom.xml"))) {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }
}
