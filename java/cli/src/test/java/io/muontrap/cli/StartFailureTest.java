package io.muontrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.cli.Cli.Ran;
import io.muontrap.testing.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing ran: 125, 126, 127, and one line that says why. Mostly in this JVM, where no program can get to run. */
class StartFailureTest {

    @TempDir
    Path directory;

    private static Ran here(String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(args, new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Ran(code, "", err.toString(StandardCharsets.UTF_8));
    }

    private static void assertRefused(Ran ran, int code, String... said) {
        assertThat(ran.err())
                .startsWith("muontrap: ")
                .contains(said)
                .hasLineCount(1)
                .endsWith("\n");
        assertThat(ran.code()).isEqualTo(code);
    }

    private String file(String name, String content, String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file.toString();
    }

    private String link(String name, String to) throws IOException {
        return Files.createSymbolicLink(directory.resolve(name), Path.of(to)).toString();
    }

    @Tag("scenario-25")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                        | no program is given",
                "run                       | no program is given",
                "--stats                   | no program is given",
                "doctor                    | this version has no doctor",
                "doctor --json             | this version has no doctor",
                "-p                        | --group",
                "-p= true                  | --group: path must not be empty",
                "-p /a/b true              | --group: path must be relative to the controller's mount: /a/b",
                "-g a/../b true            | --group: path must not hold an empty part, '.' or '..': a/../b",
                "--group a/ true           | --group: path must not hold an empty part",
                "-p a/b -g a/b true        | --group",
                "-c memory true            | --controller needs a group: --group PATH",
                "-s pids.max=1 true        | --set needs a group: --group PATH",
                "-p a/b -c Memory true     | --controller: controller must be a name such as memory: 'Memory'",
                "-p a/b -c cpu,memory true | --controller: controller must be a name such as memory: 'cpu,memory'",
                "-p a/b -s pids.max true   | --set: pids.max is not KEY=VALUE",
                "-p a/b -s pids.max= true  | --set: value of pids.max must not be empty",
                "-p a/b -s =1 true         | --set: file must be a plain name such as memory.max: ''",
                "-p a/b -s ../x=1 true     | --set: file must be a plain name such as memory.max: '../x'",
                "-p a/b -s tasks=0 true    | --set: file must not be one that moves or ends processes: tasks",
                "-u -1 true                | --uid: user must be a name or a plain decimal number: -1",
                "-u 4294967297 true        | --uid: user must be 0 to 4294967294: 4294967297",
                "-a= true                  | --gid: group must not be empty",
                "-G 1,,2 true              | --groups: group 2 must not be empty",
                "--isolate-pids -- true    | this version has no option --isolate-pids",
                "--allow-root true         | --allow-root needs a user: --uid USER",
                "--timeout                 | --timeout",
                "--timeout 5 true          | --timeout: \"5\" has no unit",
                "--timeout --stats true    | --timeout: \"--stats\" is not a duration",
                "--timeout -1s true        | --timeout: \"-1s\" is not a duration",
                "--timeout 1s --timeout 2s | --timeout",
                "-k -1 true                | --delay-to-sigkill: \"-1\" is not a duration",
                "-k soon true              | --delay-to-sigkill: \"soon\" is not a duration",
                "--stats=yes true          | --stats",
                "--env FOO true            | --env: FOO is not NAME=VALUE",
                "--env =x true             | --env: environment name must not be empty",
                "--unset-env= true         | --unset-env: environment name must not be empty",
                "--unset-env A=B true      | --unset-env: ",
                "--arg0= true              | --arg0: arg0 must not be empty",
                "--cwd= true               | --cwd: directory must not be empty"
            })
    void aWrongCommandLineIs125AndNamesWhatIsWrong(String line, String said) {
        String[] args = line.isEmpty() ? new String[0] : line.split(" ");
        assertRefused(here(args), 125, said, "(see muontrap --help)");
    }

    @Test
    void anEmptyProgramIsRefused() {
        assertRefused(here("--", ""), 125, "program must not be empty");
    }

    @Tag("scenario-52")
    @Test
    void whatIsFoundAndCannotBeExecutedIs126() throws IOException {
        assertRefused(here(directory.toString()), 126, "EXEC: EACCES", directory.toString());
        String plain = file("plain", "#!/bin/sh\n", "rw-r--r--");
        assertRefused(here(plain), 126, "EXEC: EACCES", plain);
        String garbage = file("garbage", "xx", "rwxr-xr-x");
        assertRefused(here(garbage), 126, "EXEC: ENOEXEC", garbage);
        String script = file("script", "#!/no/such/interpreter\n", "rwxr-xr-x");
        assertRefused(here(script), 126, "EXEC: ENOENT", "/no/such/interpreter", script);
        String loop = link("loop", "loop");
        assertRefused(here(loop), 126, "EXEC: ELOOP", loop);
        assertRefused(here(plain + "/x"), 126, "EXEC: ENOTDIR");
        assertRefused(here("--env", "PATH=" + directory, "plain"), 126, "LOOKUP: EACCES", plain);
        assertRefused(here("--env", "PATH=" + directory, "script"), 126, "EXEC: ENOENT", script);
    }

    @Tag("scenario-52")
    @Test
    void whatIsNotFoundIs127() throws IOException {
        String missing = directory.resolve("missing").toString();
        assertRefused(here(missing), 127, "EXEC: ENOENT", missing);
        String dangling = link("dangling", "missing");
        assertRefused(here(dangling), 127, "EXEC: ENOENT", dangling);
        assertRefused(here("--env", "PATH=" + directory, "missing"), 127, "LOOKUP: ENOENT", "missing");
        assertRefused(here("--cwd", directory.toString(), "./missing"), 127, "EXEC: ENOENT");
        assertRefused(here("--", "doctor-that-is-nowhere"), 127, "LOOKUP: ENOENT", "doctor-that-is-nowhere");
    }

    @Test
    void whatTheHostRefusesIs125() {
        String missing = directory.resolve("missing").toString();
        assertRefused(here("--cwd", missing, "true"), 125, "DIRECTORY: ENOENT", missing);
        assertRefused(here("true", "x".repeat(200_000)), 125, "EXEC: E2BIG");
        assertRefused(here("--stats-file", missing + "/x", "true"), 125, "--stats-file: ENOENT", missing + "/x");
        assertRefused(
                here("--stats-file", directory.toString(), "true"), 125, "--stats-file: EISDIR", directory.toString());
    }

    @Test
    void aFailedStartIsInTheStatsFileInPlaceOfWhatWasThere() throws IOException {
        Path stats = Files.writeString(directory.resolve("stats"), "{\"exitCode\": 0, \"of\": \"yesterday\"}");
        String missing = directory.resolve("mis\"sing\n").toString();
        assertThat(here("--stats-file", stats.toString(), missing, "x").code()).isEqualTo(127);
        assertThat(JsonReader.object(Files.readString(stats)))
                .containsOnlyKeys("command", "exitCode", "error")
                .containsEntry("command", List.of(missing, "x"))
                .containsEntry("exitCode", BigDecimal.valueOf(127))
                .extractingByKey("error")
                .asString()
                .startsWith("EXEC: ENOENT: ");
    }

    /** Each row as a process's own exit code, with nothing left. */
    @ParameterizedTest
    @CsvSource({"125, --no-such-option", "126, /", "127, /no/such/program"})
    void theCodesAreTheProcesssOwn(int code, String word) throws Exception {
        try (Cli cli = Cli.start(word)) {
            Ran ran = cli.await();
            assertRefused(ran, code, word);
            assertThat(ran.out()).isEmpty();
            assertThat(cli.living()).isEmpty();
        }
    }

    @Test
    void aHostWithoutTheLibraryIs125WithItsReason() throws Exception {
        assertRefused(new Cli.Start().jvm("-Dos.name=Plan9").run("true"), 125, "muontrap runs on Linux, not on Plan9");
    }

    @Test
    void aStackTraceIsShownOnlyWithDebug() {
        assertThat(here("--debug", "/no/such/program").err())
                .contains("\tat io.muontrap.")
                .endsWith("muontrap: EXEC: ENOENT: no such program, or its loader is missing: /no/such/program\n");
        assertThat(here("/no/such/program").err()).doesNotContain("\tat ");
    }

    @Test
    void aNameWithLineBreaksStaysOnOneLine() {
        assertRefused(here("/no/such\nmuontrap: all is well"), 127, "\\x0amuontrap: all is well");
        assertRefused(here("--env", "A\nB", "true"), 125, "A\\x0aB");
        assertRefused(here("--no\nsuch", "true"), 125, "--no\\x0asuch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help"})
    void helpEndsWell(String option) throws Exception {
        assertThat(Cli.run(option)).isEqualTo(new Ran(0, RunSyntax.help(), ""));
    }

    @Test
    void theVersionEndsWell() throws Exception {
        assertThat(Cli.run("-V").out()).startsWith("muontrap ").hasLineCount(1);
        assertThat(Cli.run("--version", "--", Target.PATH, "exit", "3").code()).isZero();
    }
}
