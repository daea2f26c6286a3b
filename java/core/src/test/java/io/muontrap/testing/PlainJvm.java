package io.muontrap.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Rights;
import io.muontrap.spawn.SpawnSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Checks in a JVM of another user, with some capabilities. */
public final class PlainJvm {

    private PlainJvm() {}

    /**
     * Fails unless all these methods return there.
     *
     * @param capabilities that it has, and its programs unless something is said of theirs, as bits
     * @param target a copy of the target that this user may run
     */
    public static void passes(int uid, int gid, long capabilities, Path target, Class<?> type, String... checks)
            throws Exception {
        passes(uid, gid, capabilities, target, List.of(), type, checks);
    }

    /** As that, with more options. */
    public static void passes(
            int uid, int gid, long capabilities, Path target, List<String> options, Class<?> type, String... checks)
            throws Exception {
        // its class path may lie where only its owner can go: it may read all, and do nothing else of root's
        long all = 1L << Powers.CAP_DAC_READ_SEARCH | capabilities;
        Path directory = Files.createTempDirectory("muontrap-test");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path report = directory.resolve("report");
        try {
            List<String> line = new ArrayList<>(ChildJvm.plain()
                    .options("-Dmuontrap.target=" + target, "-Djava.io.tmpdir=" + directory, "-XX:-UsePerfData")
                    .options(options.toArray(String[]::new))
                    .commandLine(report, type, checks));
            Spawned.Run jvm = Spawned.run(
                    SpawnSpec.of(line.get(0), line.subList(1, line.size()).toArray(String[]::new))
                            .rights(rights(uid, gid, all)));
            assertThat(report).as(jvm.text()).exists();
            assertThat(Files.readString(report)).startsWith("passed");
            assertThat(jvm.status()).isEqualTo(new ExitStatus.Exited(0));
        } finally {
            Files.deleteIfExists(report);
            Files.delete(directory);
        }
    }

    private static Rights rights(int uid, int gid, long capabilities) {
        return new Rights(
                OptionalInt.of(uid),
                OptionalInt.of(gid),
                Optional.of(List.of()),
                OptionalLong.of(capabilities),
                capabilities,
                OptionalLong.empty(),
                OptionalInt.empty(),
                false);
    }
}
