package io.muontrap.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextBytesTest {

    @Test
    void refusalNamesTheArgumentAndThePlaceButNotTheText() {
        assertThatThrownBy(() -> TextBytes.of("secret\ud83d", "argument 2", StandardCharsets.UTF_8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("argument 2 must be text: half a surrogate U+D83D at index 6");
        assertThatThrownBy(() -> TextBytes.of("secret\u00e9", "program", StandardCharsets.US_ASCII))
                .hasMessage("program cannot be written in US-ASCII: U+00E9 at index 6");
        assertThatThrownBy(() -> TextBytes.of("sec\0ret", "arg0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("arg0 must not hold NUL: it has one at index 3");
        assertThatThrownBy(() -> TextBytes.of("\ud83d\ude00", "program", StandardCharsets.ISO_8859_1))
                .hasMessageContaining("U+1F600 at index 0");
    }

    @Test
    void namesOfFilesThatAreNoTextSurvive(@TempDir Path directory) throws Exception {
        byte[] name = {(byte) 0xc3, (byte) 0xa9, (byte) 0xff, '%', '4', '1'};
        byte[] wanted = TextBytes.resolve(TextBytes.of(directory.toRealPath(), "directory"), name);
        Files.createDirectory(TextBytes.path(wanted)); // as a directory, whose URI ends with a slash
        try (Stream<Path> found = Files.list(directory.toRealPath())) {
            assertThat(found.map(p -> TextBytes.of(p, "path")).toList()).containsExactly(wanted);
        }
    }

    @Test
    void relativePathsContinueTheRealWorkingDirectory() throws Exception {
        Path here = Path.of("/proc/self/cwd").toRealPath();
        assertThat(TextBytes.text(TextBytes.absolute(TextBytes.of("a/b", "path"))))
                .isEqualTo(here.resolve("a/b").toString());
        assertThat(TextBytes.text(TextBytes.absolute(TextBytes.of("/a", "path"))))
                .isEqualTo("/a");
    }

    @Test
    void resolvingAddsOneSlash() {
        for (List<String> c : List.of(
                List.of("/", "x", "/x"),
                List.of("/a", "x", "/a/x"),
                List.of("/a/", "x", "/a/x"),
                List.of("/a", "/x", "/x"))) {
            assertThat(TextBytes.resolve(c.get(0).getBytes(), c.get(1).getBytes()))
                    .isEqualTo(c.get(2).getBytes());
        }
    }

    @Test
    void emptyPathsAndForeignFileSystemsAreRefused(@TempDir Path directory) throws Exception {
        assertThatThrownBy(() -> TextBytes.of(Path.of(""), "directory"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("directory must not be empty");
        Path jar = directory.resolve("a.zip");
        try (var zip = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
            assertThatThrownBy(() -> TextBytes.of(zip.getPath("/x"), "directory"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("default file system");
        }
    }
}
