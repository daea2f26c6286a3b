package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.Step;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Rounds;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A start that the host refuses says where, why and about what; it never looks like a program that ran. */
@Timeout(60)
@Tag("scenario-52")
@Tag("host")
class ExecFailureTest {

    @TempDir
    Path directory;

    private Path file(String name, String text, String mode) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private Path script(String name, String text) throws IOException {
        return file(name, text, "rwxr-xr-x");
    }

    private static SpawnException refused(Command command) {
        SpawnException thrown = catchThrowableOfType(SpawnException.class, command::start);
        assertThat(thrown).as("%s", command).isNotNull();
        return thrown;
    }

    private static SpawnException refused(Command command, Step step, String errno) {
        SpawnException thrown = refused(command);
        assertThat(thrown.step()).as(thrown.getMessage()).isEqualTo(step);
        assertThat(thrown.errnoName()).isEqualTo(errno);
        assertThat(thrown).hasMessageStartingWith(step + ": " + errno + ": ");
        assertThat(thrown.getMessage().lines()).hasSize(1);
        SpawnException ran = catchThrowableOfType(SpawnException.class, command::run);
        assertThat(ran).hasMessage(thrown.getMessage());
        return thrown;
    }

    /** Each test ends with what it began with: a failed start leaves nothing. */
    private Leftovers before;

    @BeforeEach
    void warmUp() throws Exception {
        Command.of(Target.PATH, "exit", "0").run();
        refused(Command.of("/no/such/program"));
        before = Leftovers.before();
    }

    @Test
    void noProgramOfThatName() throws Exception {
        SpawnException e =
                refused(Command.of("no-such-program-anywhere").env("PATH", "/bin:/usr/bin"), Step.LOOKUP, "ENOENT");
        assertThat(e.path()).contains("no-such-program-anywhere");
        before.assertNone();
    }

    @Test
    void noProgramAtThatPath() throws Exception {
        String path = directory.resolve("missing").toString();
        SpawnException e = refused(Command.of(path), Step.EXEC, "ENOENT");
        assertThat(e.path()).contains(path);
        assertThat(e.getMessage()).doesNotContain("interpreter");
        before.assertNone();
    }

    @Test
    void aFileThatMayNotBeExecuted() throws Exception {
        Path file = file("plain", "#!/bin/sh\n", "rw-r--r--");
        SpawnException e = refused(Command.of(file.toString()), Step.EXEC, "EACCES");
        assertThat(e.path()).contains(file.toString());
        refused(Command.of("plain").env("PATH", directory.toString()), Step.LOOKUP, "EACCES");
        before.assertNone();
    }

    @Test
    void aDirectory() throws Exception {
        SpawnException e = refused(Command.of(directory.toString()), Step.EXEC, "EACCES");
        assertThat(e.path()).contains(directory.toString());
        Files.createDirectory(directory.resolve("sub"));
        refused(Command.of("sub").env("PATH", directory.toString()), Step.LOOKUP, "EACCES");
        before.assertNone();
    }

    @Test
    void aTextThatNamesNoInterpreter() throws Exception {
        for (String text : List.of("echo hello\n", "", "\u007fELF but no more")) {
            SpawnException e = refused(Command.of(script("text", text).toString()), Step.EXEC, "ENOEXEC");
            assertThat(e.fix()).hasValueSatisfying(fix -> assertThat(fix).contains("sh FILE"));
        }
        before.assertNone();
    }

    @Test
    void linksThatGoRoundInCircles() throws Exception {
        Path one = directory.resolve("one");
        Files.createSymbolicLink(one, Path.of("two"));
        Files.createSymbolicLink(directory.resolve("two"), Path.of("one"));
        SpawnException e = refused(Command.of(one.toString()), Step.EXEC, "ELOOP");
        assertThat(e.path()).contains(one.toString());
        before.assertNone();
    }

    @Test
    void interpretersOfInterpretersTooDeep() throws Exception {
        Path at = Path.of("/bin/sh");
        for (int i = 0; i < 8; i++) {
            at = script("deep" + i, "#!" + at + "\n");
        }
        refused(Command.of(at.toString()), Step.EXEC, "ELOOP");
        before.assertNone();
    }

    /** One ENOENT, three reasons: the step and the message tell them apart. */
    @Test
    @Tag("trap-62")
    void programDirectoryAndInterpreterAreToldApart() throws Exception {
        Path script = script("script", "#!/no/such/interpreter -x\n");
        SpawnException interpreter = refused(Command.of(script.toString()), Step.EXEC, "ENOENT");
        assertThat(interpreter).hasMessageContaining("the interpreter /no/such/interpreter of the script is missing");
        assertThat(interpreter.path()).contains(script.toString());

        Path deeper = script("deeper", "#!" + script + "\n");
        assertThat(refused(Command.of(deeper.toString()), Step.EXEC, "ENOENT"))
                .hasMessageContaining("the interpreter /no/such/interpreter of the script is missing");

        Path missing = directory.resolve("missing");
        SpawnException noDirectory =
                refused(Command.of(Target.PATH, "exit", "0").directory(missing), Step.DIRECTORY, "ENOENT");
        assertThat(noDirectory.path()).contains(missing.toString());

        SpawnException program = refused(Command.of(missing.toString()).directory(directory), Step.EXEC, "ENOENT");
        assertThat(program.path()).contains(missing.toString());
        assertThat(program.getMessage()).doesNotContain("interpreter");
        before.assertNone();
    }

    @Test
    void anInterpreterThatCannotBeExecuted() throws Exception {
        Path script = script("script", "#!" + directory + "\n");
        refused(Command.of(script.toString()), Step.EXEC, "EACCES");
        before.assertNone();
    }

    @Test
    void workingDirectoriesThatAreNone() throws Exception {
        Path file = file("file", "", "rw-r--r--");
        Command command = Command.of(Target.PATH, "exit", "0");
        assertThat(refused(command.directory(file), Step.DIRECTORY, "ENOTDIR").path())
                .contains(file.toString());
        before.assertNone();
    }

    @Test
    @Needs(Capability.PLAIN_USER)
    void aDirectoryThatMayNotBeEntered() throws Exception {
        Path closed = Files.createDirectory(directory.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        refused(Command.of(Target.PATH, "exit", "0").directory(closed), Step.DIRECTORY, "EACCES");
        // Nobody knows whether it is there: not found, with the directory named.
        assertThat(refused(Command.of("program").env("PATH", closed.toString()), Step.LOOKUP, "ENOENT"))
                .hasMessageContaining("may not search " + closed);
        before.assertNone();
    }

    @Test
    void anArgumentTooLongForAnyKernel() throws Exception {
        SpawnException e = refused(Command.of(Target.PATH, "exit", "x".repeat(140_000)), Step.EXEC, "E2BIG");
        assertThat(e.fix()).hasValueSatisfying(fix -> assertThat(fix).contains("131071"));
        before.assertNone();
    }

    @Test
    void aNameTooLong() throws Exception {
        refused(Command.of("/" + "x".repeat(5000)), Step.EXEC, "ENAMETOOLONG");
        refused(Command.of("/tmp/" + "x".repeat(300)), Step.EXEC, "ENAMETOOLONG");
        before.assertNone();
    }

    @Test
    void aFileOfAStreamThatCannotBeOpened() throws Exception {
        Path missing = directory.resolve("missing");
        Command command = Command.of(Target.PATH, "exit", "0");
        for (Command each : List.of(
                command.stdin(Input.file(missing)),
                command.stdout(Output.file(missing.resolve("deeper"))),
                command.stderr(Output.appendTo(missing.resolve("deeper"))))) {
            SpawnException e = refused(each, Step.OPEN, "ENOENT");
            assertThat(e.path()).hasValueSatisfying(path -> assertThat(path).startsWith(missing.toString()));
        }
        refused(command.stdout(Output.file(directory)), Step.OPEN, "EISDIR");
        before.assertNone();
    }

    /** Ours, not the JVM's: a program that only the child's PATH leads to is found, and one that only ours does is not. */
    @Test
    @Tag("trap-63")
    void thePathIsTheChilds() throws Exception {
        Path tool = script("tool-of-the-test", "#!/bin/sh\necho \"$0\"\n");
        Result found = Command.of("tool-of-the-test")
                .env("PATH", "/no/such/directory:" + directory)
                .run();
        assertThat(found.stdout()).isEqualTo(tool + "\n");
        refused(Command.of("sh").env("PATH", directory.toString()), Step.LOOKUP, "ENOENT");
        refused(Command.of("tool-of-the-test").clearEnv(), Step.LOOKUP, "ENOENT");
        assertThat(Command.of("sh", "-c", "exit 3").clearEnv().run().status().exitValue())
                .isEqualTo(3);
        refused(Command.of("tool-of-the-test").env("PATH", ":" + directory), Step.LOOKUP, "ENOENT");
        refused(Command.of("tool-of-the-test").env("PATH", "bin:" + directory), Step.LOOKUP, "ENOENT");
        before.assertNone();
    }

    @Test
    @Tag("trap-63")
    void aPathWithASlashCountsFromTheChildsDirectory() throws Exception {
        script("tool", "#!/bin/sh\npwd\n");
        Path real = directory.toRealPath();
        assertThat(Command.of("./tool").directory(real).run().stdout()).isEqualTo(real + "\n");
        Path sub = Files.createDirectory(real.resolve("sub"));
        assertThat(Command.of("../tool").directory(sub).run().stdout()).isEqualTo(sub + "\n");
        assertThat(refused(Command.of("./tool").directory(sub), Step.EXEC, "ENOENT")
                        .path())
                .contains(sub + "/./tool");
        before.assertNone();
    }

    /** In a list of programs to be run, an argument that a NUL would cut is a way in (CVE-2022-39243). */
    @Test
    @Tag("trap-64")
    void nulCutsNothingShort() throws Exception {
        Path made = directory.resolve("made");
        for (List<String> words : List.of(
                List.of("/bin/touch", made + "\0.txt"),
                List.of("/bin/touch\0", made.toString()),
                List.of("/bin/touch", made.toString(), "\0"))) {
            IllegalArgumentException e = catchThrowableOfType(
                    IllegalArgumentException.class, () -> Command.of(words).run());
            assertThat(e).hasMessageContaining("NUL");
        }
        assertThat(made).doesNotExist();
        before.assertNone();
    }

    /** execve stops at the first failure of a chain; what is left of it is still nothing. */
    @Test
    void aThousandFailedStartsLeaveNothing() throws Exception {
        for (int i = 0; i < Rounds.of(1000); i++) {
            refused(Command.of("/no/such/program").stdin(Input.bytes(new byte[100])));
        }
        before.assertNone();
    }
}
