package io.muontrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.cli.Cli.Ran;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.io.File;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the program's streams come from and go to, and its words. */
class StreamsTest {

    private static final String OUT = "abcdefghijklmno";
    private static final String ERR = "ABCDEFGHIJKLMNO";
    private static final String MERGED = "abcABCdefDEFghiGHIjklJKLmnoMNO";

    @TempDir
    Path directory;

    @Tag("scenario-22")
    @Test
    void outputsAreInheritedOrPassedOnAsAsked() throws Exception {
        assertThat(Cli.run(Target.PATH, "merge")).isEqualTo(new Ran(0, OUT, ERR));
        assertThat(Cli.run("--capture-output", Target.PATH, "merge")).isEqualTo(new Ran(0, OUT, ERR));
        Ran merged = new Ran(0, MERGED, "");
        assertThat(Cli.run("--capture-output", "--capture-stderr", Target.PATH, "merge"))
                .isEqualTo(merged);
        assertThat(Cli.run("--capture-stderr", Target.PATH, "merge")).isEqualTo(merged);
        Ran only = new Ran(0, ERR, "");
        assertThat(Cli.run("--capture-stderr-only", Target.PATH, "merge")).isEqualTo(only);
        assertThat(Cli.run("--capture-output", "--capture-stderr-only", Target.PATH, "merge"))
                .isEqualTo(only);
    }

    /** What each stream is, from inside the program; the test's own are files and a pipe. */
    @Test
    void theProgramSeesWhatWasAsked() throws Exception {
        Map<String, String> plain =
                Target.state(Cli.run(Target.PATH, "print-state", "fd", "fds").out());
        assertThat(plain).containsEntry("fds", "0,1,2");
        assertThat(plain.get("fd.0")).startsWith("r").contains("pipe:");
        assertThat(plain.get("fd.1")).contains("/out");
        assertThat(plain.get("fd.2")).contains("/err");
        Map<String, String> captured = Target.state(Cli.run("--capture-stderr", Target.PATH, "print-state", "fd", "fds")
                .out());
        assertThat(captured).containsEntry("fds", "0,1,2");
        assertThat(captured.get("fd.1")).contains("pipe:").isEqualTo(captured.get("fd.2"));
        try (Cli cli = Cli.start("--stop-on-stdin-close", Target.PATH, "print-state", "fd")) {
            assertThat(Target.state(cli.await().out()).get("fd.0")).endsWith(" /dev/null");
        }
    }

    @Tag("scenario-16")
    @Test
    void everyByteIsPassedOn() throws Exception {
        int size = 5_000_000;
        Ran ran = Cli.run("--capture-output", Target.PATH, "write", "" + size, "stderr", "1000000");
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).hasSize(size);
        assertThat(ran.err()).hasSize(1_000_000);
        for (int i = 0; i < size; i++) {
            char expected = i % 64 == 63 ? '\n' : (char) ('a' + i % 26);
            if (ran.out().charAt(i) != expected) {
                throw new AssertionError("byte " + i + " is " + ran.out().charAt(i));
            }
        }
    }

    /** A grandchild that the leader leaves behind with the pipe is killed, and what it would write is not waited for. */
    @Tag("scenario-53")
    @Test
    void whoHoldsACapturedPipeAfterTheEndHoldsNothingUp() throws Exception {
        try (Cli cli = Cli.start("--capture-output", Target.PATH, "hold-stdout", "forever")) {
            Ran ran = cli.await();
            assertThat(ran.code()).isZero();
            assertThat(Procs.alive(List.of(Integer.valueOf(ran.out().trim())))).isEmpty();
        }
    }

    @Test
    void theProgramReadsOurStdin() throws Exception {
        Path input = Files.writeString(directory.resolve("input"), "one\ntwo\n");
        assertThat(new Cli.Start().stdin(input).run(Target.PATH, "cat")).isEqualTo(new Ran(0, "one\ntwo\n", ""));
    }

    /** {@code muontrap --capture-output -- yes | head -1}: quiet, and the tree dead; even if it does not mind SIGPIPE. */
    @Tag("trap-58")
    @Test
    void nobodyReadsAnyMore() throws Exception {
        String deaf = "trap '' PIPE; while :; do echo line 1 2>/dev/null; done";
        for (List<String> program : List.of(List.of(Target.PATH, "chatter", "0"), List.of("sh", "-c", deaf))) {
            String[] args = Stream.concat(Stream.of("--capture-output", "--"), program.stream())
                    .toArray(String[]::new);
            try (Cli cli = new Cli.Start().stdoutPipe().start(args)) {
                try (InputStream out = cli.stdout()) {
                    assertThat(new String(out.readNBytes(7), StandardCharsets.UTF_8))
                            .isEqualTo("line 1\n");
                }
                assertThat(cli.await()).isEqualTo(new Ran(141, "", ""));
                assertThat(cli.living()).isEmpty();
            }
        }
    }

    @Test
    @Needs(Capability.FULL_DEVICE)
    void aFullDiskUnderStdoutEndsTheTreeAndSaysSo() throws Exception {
        File full = new File("/dev/full");
        try (Cli cli = new Cli.Start()
                .stdout(full)
                .environment("LC_ALL", "C")
                .start("--capture-output", Target.PATH, "chatter")) {
            Ran ran = cli.await();
            assertThat(ran.code()).isEqualTo(125);
            assertThat(ran.err())
                    .isEqualTo("muontrap: OUTPUT: ENOSPC: the program's output cannot be passed on: standard output\n");
            assertThat(cli.living()).isEmpty();
        }
    }

    /** The owner's death as a port tells it: what was written before is dropped, the close ends the whole tree. */
    @Tag("scenario-1")
    @Test
    void theTreeEndsWhenStdinIsClosed() throws Exception {
        try (Cli cli = Cli.start("--stop-on-stdin-close", "--stats", Target.PATH, "tree15")) {
            List<Integer> pids = cli.pids();
            cli.stdin().write("not a word of it reaches the program\n".getBytes(StandardCharsets.UTF_8));
            cli.stdin().flush();
            assertThat(Procs.alive(pids)).hasSize(15);
            cli.stdin().close();
            Ran ran = cli.await();
            assertThat(ran.code()).isEqualTo(143);
            assertThat(ran.err()).contains("muontrap: killed by SIGTERM, stopped, since standard input was closed\n");
            assertThat(Procs.alive(pids)).isEmpty();
            assertThat(cli.living()).isEmpty();
        }
    }

    @Test
    void withoutThatOptionTheEndOfStdinIsTheProgramsAffair() throws Exception {
        try (Cli cli = Cli.start(Target.PATH, "first", "count-stdin", "--", "ready", "sleep", "forever")) {
            cli.stdin().write(new byte[] {'x'});
            cli.stdin().close();
            cli.awaitLine("ready");
            assertThat(cli.out()).startsWith("1\n");
            assertThat(cli.living()).hasSize(2);
            cli.signal("TERM");
            cli.await();
        }
    }

    @Tag("scenario-15")
    @Test
    void environmentDirectoryAndNameAreAsAsked() throws Exception {
        assertThat(Cli.run("--clear-env", "--env", "B=2=3", "--env", "A=", Target.PATH, "print-env")
                        .out()
                        .split("\0"))
                .containsExactlyInAnyOrder("A=", "B=2=3");
        String[] environment = new Cli.Start()
                .environment("GOES", "1")
                .environment("CHANGES", "1")
                .environment("STAYS", "1")
                .run("--env", "CHANGES=2", "--unset-env", "GOES", "--unset-env", "NEVER", Target.PATH, "print-env")
                .out()
                .split("\0");
        assertThat(environment).contains("STAYS=1", "CHANGES=2").doesNotContain("GOES=1", "CHANGES=1");
        String real = directory.toRealPath().toString();
        assertThat(Cli.run("--cwd", real, Target.PATH, "print-cwd").out()).isEqualTo(real + "\n");
        assertThat(Cli.run("-0", "-another", Target.PATH, "print-arg0").out()).isEqualTo("-another\n");
    }

    @Test
    void optionsBehindTheProgramAreTheProgramsAndAFileIsNotReadForThem() throws Exception {
        String[] words = {"--stats", "-h", "--", "@/etc/passwd", "", "a b", "--timeout"};
        String[] args = new String[words.length + 2];
        args[0] = Target.PATH;
        args[1] = "print-args";
        System.arraycopy(words, 0, args, 2, words.length);
        StringBuilder expected = new StringBuilder();
        for (String word : words) {
            expected.append(word.length()).append(' ');
            word.chars().forEach(c -> expected.append(Integer.toHexString(c)));
            expected.append('\n');
        }
        assertThat(Cli.run(args)).isEqualTo(new Ran(0, expected.toString(), ""));
    }

    @Test
    void aProgramNamedLikeAWordOfOursIsRunBehindTheDashes() throws Exception {
        Path program = directory.resolve("run");
        Files.copy(Path.of(Target.PATH), program, StandardCopyOption.COPY_ATTRIBUTES);
        String path = "PATH=" + directory;
        assertThat(Cli.run("--env", path, "run", "exit", "4").code()).isEqualTo(4);
        assertThat(Cli.run("run", "--env", path, "--", "run", "exit", "5").code())
                .isEqualTo(5);
    }
}
