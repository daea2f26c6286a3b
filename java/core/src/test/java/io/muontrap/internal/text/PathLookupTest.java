package io.muontrap.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.text.PathLookup.Found;
import io.muontrap.internal.text.PathLookup.NotFound;
import io.muontrap.internal.text.PathLookup.Outcome;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathLookupTest {

    @TempDir
    Path home;

    private Path first;
    private Path second;

    @BeforeEach
    void directories() throws Exception {
        first = Files.createDirectory(home.resolve("first"));
        second = Files.createDirectory(home.resolve("second"));
    }

    @Test
    void theFirstDirectoryWins() throws Exception {
        Path program = program(first.resolve("tool"));
        program(second.resolve("tool"));
        assertThat(found(find("tool", first + ":" + second))).isEqualTo(program.toString());
    }

    @Test
    void whatCannotRunIsPassedOverButRemembered() throws Exception {
        Files.createFile(first.resolve("tool"));
        Path program = program(second.resolve("tool"));
        assertThat(found(find("tool", first + ":" + second))).isEqualTo(program.toString());

        NotFound denied = missing(find("tool", first + ":" + home));
        assertThat(denied.denied()).isTrue();
        assertThat(denied.path()).isEqualTo(first.resolve("tool").toString());
    }

    @Test
    void directoriesArePassedOver() throws Exception {
        Files.createDirectory(first.resolve("tool"));
        Path program = program(second.resolve("tool"));
        assertThat(found(find("tool", first + ":" + second))).isEqualTo(program.toString());
        assertThat(missing(find("tool", first.toString())).denied()).isTrue();
    }

    @Test
    void aDirectoryOfPathMayBeMissingOrAFile() throws Exception {
        Files.createFile(home.resolve("file"));
        NotFound nothing = missing(find("tool", home.resolve("none") + ":" + home.resolve("file")));
        assertThat(nothing.denied()).isFalse();
        assertThat(nothing.why()).contains("not found in PATH");
        assertThat(nothing.path()).isEqualTo("tool");
    }

    /** A directory of PATH that is closed to us, as root's own are to a service, need not have the program. */
    @Test
    @Needs(Capability.PLAIN_USER)
    void aClosedDirectoryIsNamedButIsNoProgram() throws Exception {
        Path program = program(second.resolve("tool"));
        Path closed = Files.createDirectory(home.resolve("closed"));
        program(closed.resolve("hidden"));
        Files.createSymbolicLink(first.resolve("link"), closed.resolve("hidden"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        try {
            assertThat(found(find("tool", closed + ":" + second))).isEqualTo(program.toString());
            NotFound nothing = missing(find("other", closed + ":" + second));
            assertThat(nothing.denied()).isFalse();
            assertThat(nothing.why()).contains("may not search " + closed);
            assertThat(missing(find("link", first.toString())).denied()).isTrue();
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void linksAreFollowed() throws Exception {
        Path program = program(second.resolve("real"));
        Files.createSymbolicLink(first.resolve("tool"), program);
        Files.createSymbolicLink(first.resolve("dangling"), home.resolve("none"));
        assertThat(found(find("tool", first.toString())))
                .isEqualTo(first.resolve("tool").toString());
        assertThat(missing(find("dangling", first.toString())).denied()).isFalse();
    }

    @Test
    void neverBelowTheWorkingDirectory() throws Exception {
        program(home.resolve("tool"));
        program(first.resolve("tool"));
        for (String path : new String[] {"", ":", ":" + first, "first", ".:" + first, second + "::" + first}) {
            NotFound refused =
                    missing(PathLookup.find(bytes("tool"), Optional.of(bytes(path)), TextBytes.of(home, "directory")));
            assertThat(refused.why()).contains("refused");
            assertThat(refused.path()).isEqualTo("PATH=" + path);
        }
        assertThat(found(find("tool", first + ":")))
                .isEqualTo(first.resolve("tool").toString());
    }

    @Test
    void withoutPathTheUsualPlaces() {
        Outcome shell = PathLookup.find(bytes("sh"), Optional.empty(), bytes("/"));
        assertThat(found(shell)).isEqualTo("/bin/sh");
    }

    @Test
    void aSlashMeansNoSearch() throws Exception {
        program(first.resolve("tool"));
        Optional<byte[]> path = Optional.of(bytes(first.toString()));
        assertThat(found(PathLookup.find(bytes("./tool"), path, bytes("/d")))).isEqualTo("/d/./tool");
        assertThat(found(PathLookup.find(bytes("/no/tool"), path, bytes("/d")))).isEqualTo("/no/tool");
        assertThat(found(PathLookup.find(bytes("tool/"), path, bytes("/d")))).isEqualTo("/d/tool/");
    }

    @Test
    void pathsThatAreNoTextAreSearched() throws Exception {
        byte[] strange = TextBytes.resolve(TextBytes.of(home, "home"), new byte[] {'d', (byte) 0xff});
        Path directory = Files.createDirectory(TextBytes.path(strange));
        program(directory.resolve("tool"));
        Found tool = (Found) PathLookup.find(bytes("tool"), Optional.of(strange), bytes("/"));
        assertThat(tool.path()).isEqualTo(TextBytes.resolve(strange, bytes("tool")));
    }

    private static Outcome find(String program, String path) {
        return PathLookup.find(bytes(program), Optional.of(bytes(path)), bytes("/"));
    }

    private static String found(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Found.class);
        return TextBytes.text(((Found) outcome).path());
    }

    private static NotFound missing(Outcome outcome) {
        assertThat(outcome).isInstanceOf(NotFound.class);
        return (NotFound) outcome;
    }

    private static Path program(Path file) throws Exception {
        return Files.createFile(
                file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static byte[] bytes(String text) {
        return TextBytes.of(text, "text");
    }
}
