package io.muontrap.testing;

import io.muontrap.internal.jni.NativeHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What this user may do, and what of the host he can use, for tests that need more than a plain user. */
public final class Powers {

    public static final int CAP_KILL = 5;
    public static final int CAP_SETGID = 6;
    public static final int CAP_SETUID = 7;
    public static final int CAP_SETPCAP = 8;
    public static final int CAP_DAC_READ_SEARCH = 2;
    public static final int CAP_NET_BIND_SERVICE = 10;
    public static final int CAP_SYS_ADMIN = 21;
    public static final int CAP_SYS_NICE = 23;
    public static final int CAP_SYS_RESOURCE = 24;

    private Powers() {}

    /** A line of /proc/self/status. */
    public static String status(String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1).trim())
                .findFirst()
                .orElseThrow();
    }

    /** A line of another process's status; empty when it is gone. */
    public static String line(int pid, String name) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status"), StandardCharsets.ISO_8859_1).stream()
                    .filter(one -> one.startsWith(name))
                    .map(one -> one.substring(name.length()).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    public static boolean capable(int capability) throws IOException {
        return (Long.parseUnsignedLong(status("CapEff"), 16) >> capability & 1) != 0;
    }

    /** Can any other user run the target and load the library and the tests' classes? */
    static boolean othersCanRead() throws IOException, InterruptedException {
        if (!Host.root() || !Programs.found("setpriv", "prlimit")) {
            return false;
        }
        List<String> files = new ArrayList<>(List.of(Target.PATH, System.getProperty("muontrap.library")));
        for (Class<?> ours : List.of(Powers.class, NativeHost.class)) {
            files.add(ours.getProtectionDomain().getCodeSource().getLocation().getPath());
        }
        List<String> line = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        line.addAll(List.of("sh", "-c", "for f in \"$@\"; do test -r \"$f\" || exit 1; done", "sh"));
        line.addAll(files);
        return Programs.succeeds(line.toArray(String[]::new));
    }

    /** May the number of the next process be chosen, as a test of reused numbers must? */
    static boolean nextPidCanBeSet() throws IOException {
        Path last = Path.of("/proc/sys/kernel/ns_last_pid");
        if (!Files.isWritable(last)) {
            return false;
        }
        try {
            Files.write(last, Files.readAllBytes(last));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A JVM that is started with one of them ignored never handles it. */
    static boolean signalsAreDefault() throws IOException {
        return (Long.parseUnsignedLong(status("SigIgn"), 16) & (1 << 14 | 1 << 1 | 1)) == 0; // TERM, INT, HUP
    }

    /** Where a v1 controller's hierarchy is mounted. */
    public static Optional<Path> cgroupV1(String controller) throws IOException {
        return mounts("cgroup").stream()
                .filter(fields -> List.of(fields[fields.length - 1].split(",")).contains(controller))
                .map(fields -> Path.of(fields[4]))
                .findFirst();
    }

    /** Where the v2 hierarchy is mounted. */
    public static Optional<Path> cgroupV2() throws IOException {
        return mounts("cgroup2").stream().map(fields -> Path.of(fields[4])).findFirst();
    }

    private static List<String[]> mounts(String type) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(" - " + type + " "))
                .map(line -> line.split(" "))
                .toList();
    }

    /** A directory that every user can enter, with a copy of the target in it as {@code target}. */
    public static Path targetForAll() throws IOException {
        Path directory = Files.createTempDirectory("muontrap-test");
        Path target = directory.resolve("target");
        Files.copy(Path.of(Target.PATH), target, StandardCopyOption.COPY_ATTRIBUTES);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        return target;
    }
}
