package io.muontrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.cli.Cli.Ran;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command ends with after a program ran, and that nothing is alive then. */
class ExitCodeTest {

    @Tag("scenario-10")
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 124, 255})
    void theProgramsOwn(int code) throws Exception {
        assertThat(Cli.run(Target.PATH, "exit", "" + code)).isEqualTo(new Ran(code, "", ""));
    }

    @Tag("scenario-11")
    @ParameterizedTest
    @CsvSource({"TERM, 143", "KILL, 137", "SEGV, 139", "USR1, 138"})
    void ofASignalThatKilledIt(String signal, int code) throws Exception {
        assertThat(Cli.run("run", "--", Target.PATH, "signal", signal)).isEqualTo(new Ran(code, "", ""));
    }

    @Test
    void ofATimeoutWhateverTheProgramReturned() throws Exception {
        try (Cli cli = Cli.start(
                "--timeout",
                "1s",
                "--",
                Target.PATH,
                "with-session",
                "sleep",
                "forever",
                "--",
                "on-term",
                "bye",
                "0")) {
            assertThat(cli.await().code()).isEqualTo(124);
            assertThat(cli.out()).endsWith("ready\nbye\n");
            assertThat(cli.living()).isEmpty();
        }
        assertThat(Cli.run("--timeout=100ms", Target.PATH, "sleep", "forever").code())
                .isEqualTo(124);
    }

    @Test
    void ofATimeoutWithTheProgramsStatusPreserved() throws Exception {
        Ran ran = Cli.run("--timeout", "1s", "--preserve-status", "--", Target.PATH, "on-term", "bye", "7");
        assertThat(ran).isEqualTo(new Ran(7, "ready\nbye\n", ""));
    }

    @Tag("scenario-20")
    @Test
    void notOfATimeoutThatDidNotCome() throws Exception {
        assertThat(Cli.run("--timeout", "1000d", Target.PATH, "exit", "3").code())
                .isEqualTo(3);
    }

    /** The grace is the given one: a program that is alive at TERM is killed by SIGKILL, not before its time. */
    @Tag("scenario-3")
    @Test
    void delayToSigkillIsWaitedFor() throws Exception {
        long start = System.nanoTime();
        Ran ran = Cli.run(
                "-k",
                "700",
                "--timeout",
                "200ms",
                "--preserve-status",
                Target.PATH,
                "ignore",
                "TERM",
                "sleep",
                "forever");
        assertThat(ran.code()).isEqualTo(137);
        assertThat(System.nanoTime() - start).isGreaterThan(900_000_000L);
        Ran atOnce = Cli.run("-k0", "--timeout", "1s", "--preserve-status", Target.PATH, "on-term", "bye", "7");
        assertThat(atOnce).isEqualTo(new Ran(137, "ready\n", ""));
    }

    /** The tree is ended first: when muontrap is gone, so are 15 processes in several sessions, and the file says why. */
    @Tag("scenario-29")
    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "HUP, 129"})
    @Needs(Capability.DEFAULT_SIGNALS)
    void ofASignalToMuontrapItself(String signal, int code) throws Exception {
        Path file = Files.createTempFile("muontrap", ".json");
        try (Cli cli = Cli.start("--stats-file", file.toString(), "--stats", Target.PATH, "tree15")) {
            List<Integer> pids = cli.pids();
            assertThat(pids).hasSize(15);
            assertThat(Procs.alive(pids)).hasSize(15);
            cli.signal(signal);
            Ran ran = cli.await();
            assertThat(ran.code()).as(ran.err()).isEqualTo(code);
            assertThat(Procs.alive(pids)).isEmpty();
            assertThat(cli.living()).isEmpty();
            assertThat(ran.err())
                    .contains("muontrap: killed by SIGTERM, stopped, since muontrap was told to end\n")
                    .contains("muontrap: 14 processes killed with it: ");
            assertThat(JsonReader.object(Files.readString(file)))
                    .containsEntry("cause", "OWNER")
                    .containsEntry("exitCode", null);
        } finally {
            Files.delete(file);
        }
    }

    /** A program that does not end by TERM has its grace, then SIGKILL; muontrap waits for that too. */
    @Test
    @Needs(Capability.DEFAULT_SIGNALS)
    void ofASignalToMuontrapWhileTheProgramIgnoresIt() throws Exception {
        try (Cli cli = Cli.start("-k", "300", Target.PATH, "ignore", "TERM,INT,HUP", "tree15")) {
            List<Integer> pids = cli.pids();
            cli.signal("TERM");
            assertThat(cli.await().code()).isEqualTo(143);
            assertThat(Procs.alive(pids)).isEmpty();
        }
    }

    /** Every signal at a random moment of a start: what was started is gone, or nothing was. */
    @Test
    @Needs(Capability.DEFAULT_SIGNALS)
    void ofASignalDuringTheStart() throws Exception {
        for (int round = 0; round < 6; round++) {
            try (Cli cli = Cli.start(Target.PATH, "ready", "sleep", "forever")) {
                Thread.sleep(150L * round); // no event tells how far a start is; the moment is to be any
                cli.signal("TERM");
                assertThat(cli.await().code()).isEqualTo(143);
                assertThat(cli.living()).isEmpty();
            }
        }
    }
}
