package io.muontrap.suite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The multi-tool of the tests and the library as files, which every user may read and run: some tests change the user.
 *
 * @param directory ours, and removed in the end
 */
record Unpacked(Path directory) implements AutoCloseable {

    private static final String EVERYBODY = "rwxr-xr-x";

    static Unpacked from(Path jar) throws IOException {
        String arch = System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
        Unpacked unpacked = new Unpacked(Files.createTempDirectory("muontrap-suite"));
        Files.setPosixFilePermissions(unpacked.directory, PosixFilePermissions.fromString(EVERYBODY));
        copy(jar, "/suite/linux-" + arch + "/target", unpacked.target());
        copy(jar, "/META-INF/native/linux-" + arch + "/libmuontrap.so", unpacked.library());
        return unpacked;
    }

    private static void copy(Path jar, String resource, Path file) throws IOException {
        try (InputStream in = Unpacked.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(jar + " was built without the compiler for this machine: it has no " + resource);
            }
            Files.copy(in, file);
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(EVERYBODY));
    }

    Path target() {
        return directory.resolve("target");
    }

    Path library() {
        return directory.resolve("libmuontrap.so");
    }

    @Override
    public void close() {
        try {
            Files.delete(target());
            Files.delete(library());
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
