package io.muontrap.internal.jni;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds and loads the native library, once for each class loader.
 *
 * <p>Tried in turn: the file that {@code -Dmuontrap.library} names, then {@code java.library.path}, then the copy inside
 * the jar, written to one directory after the other until one lets it be mapped executable (a temporary directory is
 * often mounted noexec). The copy is unlinked as soon as it is loaded. A fresh file for each class loader, because the
 * JVM refuses to load one file for two.
 */
public final class Library {

    /** Raised together with MUONTRAP_VERSION in natives.h. */
    static final int VERSION = 2;

    private static final UnsupportedOperationException REFUSED = tryAll();

    private Library() {}

    /** Loads the library; UnsupportedOperationException with every reason where that cannot be. */
    public static void load() {
        if (REFUSED != null) {
            throw new UnsupportedOperationException(REFUSED.getMessage(), REFUSED);
        }
    }

    private static UnsupportedOperationException tryAll() {
        String system = System.getProperty("os.name", "");
        if (!system.equals("Linux")) {
            return new UnsupportedOperationException("muontrap runs on Linux, not on " + system);
        }
        String arch = architecture();
        List<Throwable> failures = new ArrayList<>();
        if (loadNamed(failures) || loadFromPath(failures) || loadFromJar(arch, failures)) {
            return disagreement();
        }
        UnsupportedOperationException refused = new UnsupportedOperationException(
                "muontrap's native library for linux-" + arch + " could not be loaded: "
                        + failures.get(failures.size() - 1).getMessage());
        failures.forEach(refused::addSuppressed);
        return refused;
    }

    private static String architecture() {
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return arch.equals("amd64") ? "x86_64" : arch;
    }

    private static UnsupportedOperationException disagreement() {
        int version = NativeHost.version();
        return version == VERSION
                ? null
                : new UnsupportedOperationException("muontrap's jar wants native library version " + VERSION
                        + " and found version " + version + ": two releases are mixed");
    }

    private static boolean loadNamed(List<Throwable> failures) {
        String file = System.getProperty("muontrap.library");
        return file != null && load(Path.of(file).toAbsolutePath(), failures);
    }

    private static boolean loadFromPath(List<Throwable> failures) {
        try {
            System.loadLibrary("muontrap");
            return true;
        } catch (UnsatisfiedLinkError e) {
            failures.add(e);
            return false;
        }
    }

    private static boolean load(Path file, List<Throwable> failures) {
        try {
            System.load(file.toString());
            return true;
        } catch (UnsatisfiedLinkError e) {
            failures.add(e);
            return false;
        }
    }

    private static boolean loadFromJar(String arch, List<Throwable> failures) {
        String resource = "/META-INF/native/linux-" + arch + "/libmuontrap.so";
        byte[] image;
        try (InputStream in = Library.class.getResourceAsStream(resource)) {
            if (in == null) {
                failures.add(new IOException("this jar has no library for linux-" + arch));
                return false;
            }
            image = in.readAllBytes();
        } catch (IOException e) {
            failures.add(e);
            return false;
        }
        for (Path directory : directories()) {
            if (loadCopy(directory, image, failures)) {
                return true;
            }
        }
        return false;
    }

    private static Set<Path> directories() {
        Set<Path> directories = new LinkedHashSet<>();
        for (String name : new String[] {
            System.getProperty("muontrap.tmpdir"),
            System.getProperty("java.io.tmpdir"),
            System.getenv("XDG_RUNTIME_DIR"),
            "/tmp",
            "/var/tmp",
            "/dev/shm",
            System.getProperty("user.home"),
            System.getProperty("user.dir")
        }) {
            if (name != null && !name.isEmpty()) {
                directories.add(Path.of(name));
            }
        }
        return directories;
    }

    private static boolean loadCopy(Path directory, byte[] image, List<Throwable> failures) {
        Path copy = null;
        try {
            // createTempFile opens with O_EXCL and 0700: nobody else can put a file of theirs there
            copy = Files.createTempFile(
                    directory,
                    "libmuontrap",
                    ".so",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.write(copy, image);
            return load(copy, failures);
        } catch (IOException | RuntimeException e) {
            failures.add(e);
            return false;
        } finally {
            if (copy != null) {
                delete(copy, failures);
            }
        }
    }

    private static void delete(Path copy, List<Throwable> failures) {
        try {
            Files.deleteIfExists(copy);
        } catch (IOException e) {
            failures.add(e);
        }
    }
}
