package io.muontrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.cli.Cli.Ran;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Target;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatsTest {

    private static final String TIME = "[0-9]+\\.[0-9]{3} s";

    @TempDir
    Path directory;

    /** README's main job: real programs in a pipeline, and one that would have been left behind. */
    @Test
    @Needs(Capability.ARCHIVERS)
    void theMainJob() throws Exception {
        try (Cli cli =
                Cli.start("--stats", "--", "sh", "-c", "sleep 600 & tar cf - /etc 2>/dev/null | gzip | sha256sum")) {
            Ran ran = cli.await();
            assertThat(ran.code()).isZero();
            assertThat(ran.out()).matches("[0-9a-f]{64}  -\n");
            List<String> lines = ran.err().lines().toList();
            assertThat(lines).hasSize(5);
            assertThat(lines.get(0)).isEqualTo("muontrap: exit code 0, ended by itself");
            assertThat(lines.get(1)).matches("muontrap: wall " + TIME + ", user " + TIME + ", system " + TIME);
            assertThat(lines.get(2)).matches("muontrap: peak memory (under [0-9]+ MiB|[0-9]+(\\.[0-9]+)? [KMG]iB)");
            assertThat(lines.get(3)).isEqualTo("muontrap: 1 process killed with it: sleep 600");
            assertThat(lines.get(4)).startsWith("muontrap: containment SESSION: ");
            assertThat(cli.living()).isEmpty();
        }
    }

    @Test
    void theFileSaysTheSame() throws Exception {
        Path file = Files.writeString(directory.resolve("stats.json"), "x".repeat(10_000));
        // By a fork of sh: a JVM that another JVM starts begins with that one's peak memory, and ours here may be
        // greater
        // than what the program takes.
        Ran ran = new Cli.Start()
                .through("sh", "-c", "\"$@\"; exit $?", "sh")
                .run(
                        "--stats-file",
                        file.toString(),
                        "--",
                        Target.PATH,
                        "with-child",
                        "sleep",
                        "forever",
                        "--",
                        "eat",
                        "150M",
                        "exit",
                        "3");
        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.err()).isEmpty();
        Map<String, Object> stats = JsonReader.object(Files.readString(file));
        assertThat(stats.keySet())
                .containsExactly(
                        "command",
                        "exitCode",
                        "pid",
                        "status",
                        "code",
                        "signal",
                        "cause",
                        "why",
                        "wall",
                        "user",
                        "system",
                        "peakMemory",
                        "peakMemoryAtMost",
                        "killedWith",
                        "containment",
                        "cgroup");
        assertThat(stats)
                .containsEntry(
                        "command",
                        List.of(Target.PATH, "with-child", "sleep", "forever", "--", "eat", "150M", "exit", "3"))
                .containsEntry("exitCode", BigDecimal.valueOf(3))
                .containsEntry("status", "exit code 3")
                .containsEntry("code", BigDecimal.valueOf(3))
                .containsEntry("signal", null)
                .containsEntry("cause", "SELF")
                .containsEntry("why", "ended by itself")
                .containsEntry("containment", List.of("SESSION"))
                .containsEntry("cgroup", null);
        BigDecimal peak = (BigDecimal) stats.get("peakMemory");
        assertThat(peak).isNotNull().isBetween(BigDecimal.valueOf(140L << 20), BigDecimal.valueOf(160L << 20));
        assertThat((BigDecimal) stats.get("peakMemoryAtMost")).isGreaterThanOrEqualTo(peak);
        assertThat((BigDecimal) stats.get("wall")).isPositive();
        assertThat((List<?>) stats.get("killedWith")).hasSize(1);
    }

    @Test
    void theFileOfATimeoutAndOfASignal() throws Exception {
        Path file = directory.resolve("stats.json");
        assertThat(Cli.run("--stats-file", file.toString(), "--timeout", "100ms", Target.PATH, "sleep", "forever")
                        .code())
                .isEqualTo(124);
        assertThat(JsonReader.object(Files.readString(file)))
                .containsEntry("exitCode", BigDecimal.valueOf(124))
                .containsEntry("cause", "TIMEOUT")
                .containsEntry("why", "stopped after the timeout of 100ms")
                .containsEntry("code", null)
                .containsEntry("signal", "SIGTERM");
    }

    /** What was run has been run: its exit code stands. */
    @Test
    @Needs(Capability.FULL_DEVICE)
    void aFileThatTakesNothingIsSaidAndChangesNothing() throws Exception {
        Ran ran = new Cli.Start().environment("LC_ALL", "C").run("--stats-file", "/dev/full", Target.PATH, "exit", "3");
        assertThat(ran).isEqualTo(new Ran(3, "", "muontrap: --stats-file: ENOSPC: cannot be written: /dev/full\n"));
    }
}
