package io.muontrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.cli.Cli.Ran;
import io.muontrap.testing.Capability;
import io.muontrap.testing.GroupBase;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
class SweepTest {

    private static Ran here(String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(args, new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Ran(code, "", err.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sweep /a/b          | base must be relative to the controller's mount: /a/b",
                "sweep a/../b        | base must not hold an empty part, '.' or '..': a/../b",
                "sweep a b           | sweep takes one base, and there is also b",
                "sweep a --debug     | sweep takes one base, and there is also --debug",
                "sweep --stats       | this version has no option --stats",
                "sweep --no-such a   | this version has no option --no-such"
            })
    void whatIsWrongIsOneLineAnd1(String line, String said) {
        Ran ran = here(line.split(" +"));
        assertThat(ran.err()).startsWith("muontrap: " + said).hasLineCount(1);
        assertThat(ran.code()).isEqualTo(1);
    }

    @Test
    void aHostWithoutTheLibraryIs1WithItsReason() throws Exception {
        assertThat(new Cli.Start().jvm("-Dos.name=Plan9").run("sweep", "muontrap-test-nowhere"))
                .isEqualTo(new Ran(1, "", "muontrap: muontrap runs on Linux, not on Plan9\n"));
    }

    @Test
    void helpEndsWell() throws Exception {
        assertThat(Cli.run("sweep", "--help")).isEqualTo(new Ran(0, SweepSyntax.help(), ""));
        assertThat(SweepSyntax.help()).contains("muontrap sweep [OPTIONS] [BASE]", "muontrap run sweep");
    }

    /** The first word alone is ours. */
    @ParameterizedTest
    @CsvSource({"run sweep x", "-- sweep x", "run -- sweep x"})
    void aProgramOfThatNameCanBeRun(String line, @TempDir Path directory) throws Exception {
        Path program = Files.writeString(directory.resolve("sweep"), "#!/bin/sh\necho \"$0 $1\"; exit 7\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        String path = directory + ":" + System.getenv("PATH");
        assertThat(new Cli.Start().environment("PATH", path).run(line.split(" ")))
                .isEqualTo(new Ran(7, program + " x\n", ""));
    }

    /** Each process of a dead owner's tree is gone, with the directories; a living owner's and strangers' stay. */
    @Tag("scenario-45")
    @Tag("scenario-49")
    @Test
    @Needs(Capability.CGROUPS)
    void whatADeadOwnerLeftIsEndedAndRemoved() throws Exception {
        try (GroupBase base = GroupBase.of("pids", "freezer");
                Cli dead = Cli.start("-p", base.path() + "/dead", Target.PATH, "tree15");
                Cli living = Cli.start("-p", base.path() + "/living", Target.PATH, "fork-tree", "1")) {
            List<Integer> left = dead.pids();
            List<Integer> stay = living.pids();
            Path stranger = Files.createDirectory(base.directories().get(0).resolve("stranger"));
            List<Path> leaves =
                    base.leaves().stream().filter(leaf -> leaf.endsWith("dead")).toList();
            assertThat(leaves).isNotEmpty();
            dead.signal("KILL");
            assertThat(dead.await().code()).isEqualTo(137);
            Procs.await("the leader's death", Duration.ofSeconds(60), () -> Procs.gone(left.get(0)));
            assertThat(Procs.alive(left)).hasSize(14);

            Ran ran = Cli.run("sweep", base.path());

            assertThat(Procs.alive(left)).isEmpty();
            assertThat(leaves).noneMatch(Files::exists);
            assertThat(ran.err()).isEmpty();
            assertThat(ran.out().lines().map(Path::of)).containsExactlyInAnyOrderElementsOf(leaves);
            assertThat(ran.code()).isZero();
            assertThat(stranger).exists();
            assertThat(Procs.alive(stay)).containsExactlyElementsOf(stay);
            assertThat(Cli.run("sweep", base.path())).isEqualTo(new Ran(0, "", ""));
            Files.delete(stranger);
            living.signal("TERM");
            living.await();
            assertThat(Procs.alive(stay)).isEmpty();
            assertThat(base.leaves()).isEmpty();
        }
    }

    /** The same path is made again by the next start, and another in the base sweeps what is left beside it. */
    @Tag("scenario-49")
    @Test
    @Needs(Capability.CGROUPS)
    void theNextStartDoesTheSame() throws Exception {
        try (GroupBase base = GroupBase.of("pids", "freezer")) {
            for (String next : List.of("/again", "/other")) {
                try (Cli dead = Cli.start("-p", base.path() + "/again", Target.PATH, "fork-tree", "1")) {
                    List<Integer> left = dead.pids();
                    dead.signal("KILL");
                    dead.await();
                    assertThat(base.leaves()).isNotEmpty();
                    assertThat(Cli.run("-p", base.path() + next, Target.PATH, "exit", "3"))
                            .isEqualTo(new Ran(3, "", ""));
                    assertThat(Procs.alive(left)).isEmpty();
                    assertThat(base.leaves()).isEmpty();
                }
            }
        }
    }

    @Test
    @Needs(Capability.CGROUPS)
    void withoutABaseItIsTheOneOfTheProperty() throws Exception {
        try (GroupBase base = GroupBase.of("pids");
                Cli dead = Cli.start("-p", base.path() + "/dead", Target.PATH, "fork-tree", "1")) {
            List<Integer> left = dead.pids();
            List<Path> leaves = base.leaves();
            dead.signal("KILL");
            dead.await();
            Ran ran =
                    new Cli.Start().jvm("-Dmuontrap.cgroup.base=" + base.path()).run("sweep");
            assertThat(ran.out().lines().map(Path::of)).containsExactlyInAnyOrderElementsOf(leaves);
            assertThat(ran.code()).isZero();
            assertThat(Procs.alive(left)).isEmpty();
            assertThat(base.leaves()).isEmpty();
        }
    }
}
