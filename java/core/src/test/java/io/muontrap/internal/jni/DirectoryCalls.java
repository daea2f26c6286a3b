package io.muontrap.internal.jni;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.function.Executable;

/** The calls of {@link NativeDirectories}, for the table of all calls. */
final class DirectoryCalls {

    private static final int NO_FD = 1 << 20;
    private static final int BAD = -Errno.EBADF;

    private final Path directory;

    DirectoryCalls(Path directory) {
        this.directory = directory;
    }

    private interface Use {
        void of(int fd) throws Exception;
    }

    private void withDirectory(Use use) throws Exception {
        int fd = NativeFiles.open(directory.toString().getBytes(StandardCharsets.UTF_8), NativeFiles.DIRECTORY);
        assertThat(fd).isNotNegative();
        try {
            use.of(fd);
        } finally {
            NativeFiles.close(fd);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    void addTo(Map<String, Executable> calls) {
        calls.put("NativeDirectories.openAt", () -> withDirectory(this::openAt));
        calls.put("NativeDirectories.makeAt", () -> withDirectory(this::makeAndRemove));
        calls.put("NativeDirectories.removeAt", () -> withDirectory(this::makeAndRemove));
        calls.put("NativeDirectories.list", () -> withDirectory(this::list));
        calls.put("NativeDirectories.lock", () -> withDirectory(this::lock));
        calls.put("NativeDirectories.attribute", () -> withDirectory(this::attributes));
        calls.put("NativeDirectories.setAttribute", () -> withDirectory(this::attributes));
        calls.put("NativeDirectories.readFirst", () -> withDirectory(this::readFirst));
    }

    private void openAt(int dir) throws Exception {
        Files.writeString(directory.resolve("file"), "x");
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("file"));
        int read = NativeDirectories.openAt(dir, bytes("file"), NativeDirectories.READ);
        int write = NativeDirectories.openAt(dir, bytes("file"), NativeDirectories.WRITE);
        assertThat(read).isNotNegative();
        assertThat(write).isNotNegative();
        assertThat(Files.readString(directory.resolve("file"))).as("not cut").isEqualTo("x");
        NativeFiles.close(read);
        NativeFiles.close(write);
        assertThat(NativeDirectories.openAt(dir, bytes("link"), NativeDirectories.READ))
                .isEqualTo(-Errno.ELOOP);
        assertThat(NativeDirectories.openAt(dir, bytes("none"), NativeDirectories.WRITE))
                .isEqualTo(-Errno.ENOENT);
        assertThat(NativeDirectories.openAt(dir, bytes("file"), NativeDirectories.DIRECTORY))
                .isEqualTo(-Errno.ENOTDIR);
        for (String name : new String[] {"", "a/b", "/tmp", "a\0b"}) {
            assertThat(NativeDirectories.openAt(dir, bytes(name), NativeDirectories.READ))
                    .as(name)
                    .isEqualTo(-Errno.EINVAL);
        }
        assertThat(NativeDirectories.openAt(dir, bytes("x".repeat(256)), NativeDirectories.READ))
                .isEqualTo(-Errno.ENAMETOOLONG);
        assertThat(NativeDirectories.openAt(dir, bytes("file"), 3)).isEqualTo(-Errno.EINVAL);
        assertThat(NativeDirectories.openAt(NO_FD, bytes("file"), NativeDirectories.READ))
                .isEqualTo(BAD);
    }

    private void makeAndRemove(int dir) throws Exception {
        assertThat(NativeDirectories.makeAt(dir, bytes("made"))).isZero();
        assertThat(directory.resolve("made")).isDirectory();
        assertThat(NativeDirectories.makeAt(dir, bytes("made"))).isEqualTo(-Errno.EEXIST);
        Files.createDirectory(directory.resolve("made/below"));
        assertThat(NativeDirectories.removeAt(dir, bytes("made"))).isEqualTo(-Errno.ENOTEMPTY);
        Files.delete(directory.resolve("made/below"));
        assertThat(NativeDirectories.removeAt(dir, bytes("made"))).isZero();
        assertThat(NativeDirectories.removeAt(dir, bytes("made"))).isEqualTo(-Errno.ENOENT);
        assertThat(NativeDirectories.removeAt(dir, bytes("../made"))).isEqualTo(-Errno.EINVAL);
        assertThat(NativeDirectories.makeAt(NO_FD, bytes("made"))).isEqualTo(BAD);
        assertThat(NativeDirectories.removeAt(NO_FD, bytes("made"))).isEqualTo(BAD);
    }

    private void list(int dir) throws Exception {
        for (String name : new String[] {"one", "two", ".hidden"}) Files.createDirectory(directory.resolve(name));
        Files.writeString(directory.resolve("plain"), "");
        for (int pass = 0; pass < 2; pass++) {
            byte[] into = new byte[100];
            int n = NativeDirectories.list(dir, into);
            String names = new String(into, 0, n, StandardCharsets.UTF_8);
            assertThat(Set.of(names.split("\0"))).containsExactlyInAnyOrder("one", "two");
        }
        assertThat(NativeDirectories.list(dir, new byte[5]))
                .as("more than there is room for")
                .isEqualTo(8);
        assertThat(NativeDirectories.list(NO_FD, new byte[5])).isEqualTo(BAD);
    }

    private void lock(int dir) throws Exception {
        withDirectory(other -> {
            int now = NativeDirectories.NO_WAIT;
            assertThat(NativeDirectories.lock(dir, NativeDirectories.SHARED)).isZero();
            assertThat(NativeDirectories.lock(other, NativeDirectories.SHARED | now))
                    .isZero();
            assertThat(NativeDirectories.lock(other, NativeDirectories.EXCLUSIVE | now))
                    .isEqualTo(-Errno.EAGAIN);
            assertThat(NativeDirectories.lock(dir, NativeDirectories.UNLOCK)).isZero();
            assertThat(NativeDirectories.lock(other, NativeDirectories.EXCLUSIVE | now))
                    .isZero();
            assertThat(NativeDirectories.lock(dir, NativeDirectories.SHARED | now))
                    .isEqualTo(-Errno.EAGAIN);
        });
        assertThat(NativeDirectories.lock(NO_FD, NativeDirectories.SHARED)).isEqualTo(BAD);
    }

    /** Not every file system of a temporary directory keeps a user's attributes; then both say so. */
    private void attributes(int dir) {
        byte[] into = new byte[256];
        int set = NativeDirectories.setAttribute(dir, bytes("user.muontrap.test\0"), bytes("value"));
        int n = NativeDirectories.attribute(dir, bytes("user.muontrap.test\0"), into);
        if (set == 0) {
            assertThat(new String(Arrays.copyOf(into, n), StandardCharsets.UTF_8))
                    .isEqualTo("value");
        } else {
            assertThat(set).isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(n).isEqualTo(-Errno.EOPNOTSUPP);
        }
        assertThat(NativeDirectories.setAttribute(dir, bytes("user.x"), bytes("v")))
                .as("no final NUL")
                .isEqualTo(-Errno.EINVAL);
        assertThat(NativeDirectories.setAttribute(dir, bytes("user.x\0"), new byte[257]))
                .isEqualTo(-Errno.E2BIG);
        assertThat(NativeDirectories.attribute(dir, bytes("user.x"), into)).isEqualTo(-Errno.EINVAL);
        assertThat(NativeDirectories.attribute(NO_FD, bytes("user.x\0"), into)).isEqualTo(BAD);
    }

    private void readFirst(int dir) throws Exception {
        Files.writeString(directory.resolve("file"), "12345");
        int fd = NativeDirectories.openAt(dir, bytes("file"), NativeDirectories.READ);
        ByteBuffer direct = ByteBuffer.allocateDirect(16);
        for (int pass = 0; pass < 2; pass++) {
            assertThat(NativeDirectories.readFirst(fd, NativeFiles.address(direct), 4))
                    .isEqualTo(4);
            assertThat(direct.get(0)).isEqualTo((byte) '1');
        }
        Reference.reachabilityFence(direct);
        NativeFiles.close(fd);
        assertThat(NativeDirectories.readFirst(NO_FD, 8, 1)).isEqualTo(BAD);
    }
}
