package io.muontrap.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The file of {@code --stats-file}: made before anything runs, so that an old one is never taken for this run's. */
final class StatsFile {

    private final String name;
    private final OutputStream out;

    private StatsFile(String name, OutputStream out) {
        this.name = name;
        this.out = out;
    }

    /**
     * Makes it, or cuts it to nothing.
     *
     * @throws IllegalArgumentException if the name is empty
     * @throws IOException if that cannot be; its message is whole
     */
    static StatsFile create(String name) throws IOException {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("--stats-file must not be empty");
        }
        try {
            return new StatsFile(name, Files.newOutputStream(Path.of(name)));
        } catch (InvalidPathException e) {
            throw new IOException(problem(name, e.getReason()), e);
        } catch (IOException e) {
            throw new IOException(problem(name, Errnos.name(e)), e);
        }
    }

    /** All of it, and closes it. */
    void write(String json) throws IOException {
        try (out) {
            out.write(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IOException(problem(name, Errnos.name(e)), e);
        }
    }

    private static String problem(String name, String reason) {
        return "--stats-file: " + reason + ": cannot be written: " + name;
    }
}
