package io.muontrap.internal.cgroup;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.io.DirectBuffers;
import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.Library;
import io.muontrap.internal.jni.NativeDirectories;
import io.muontrap.internal.jni.NativeFiles;
import java.io.ByteArrayOutputStream;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * One directory of a hierarchy, held by its descriptor: what is done by it is done in this very directory, whatever
 * happens to its path. No link is followed below it. Any thread.
 *
 * <p>Where a method returns a number, it is a value or −errno; −EBADF once this is closed.
 */
final class Directory implements AutoCloseable {

    private static final String[] MARKS = {"user.muontrap", "trusted.muontrap"};
    private static final String MADE = "1 base";
    private static final int LONGEST_MARK = 256;
    private static final int LONGEST_VALUE = 16 * 1024;
    private static final int NAMES = 4096;

    private final Descriptor descriptor;
    private final Path path;

    private Directory(Descriptor descriptor, Path path) {
        this.descriptor = descriptor;
        this.path = path;
    }

    /** A directory that is there, links on the way followed. */
    static Directory open(Path path) throws CgroupException {
        Library.load();
        int fd = NativeFiles.open(bytes(path.toString()), NativeFiles.DIRECTORY);
        if (fd < 0) throw new CgroupException(-fd, "cannot be opened", path.toString());
        return new Directory(Descriptor.of(fd), path);
    }

    /** For messages; it may have another name, or none, by now. */
    Path path() {
        return path;
    }

    Path path(String name) {
        return path.resolve(name);
    }

    Descriptor descriptor() {
        return descriptor;
    }

    /** A subdirectory, no link. */
    Directory child(String name) throws CgroupException {
        return child(bytes(name));
    }

    /** By the bytes of {@link #subdirectories}: a program may give names that are no text. */
    Directory child(byte[] name) throws CgroupException {
        return new Directory(opened(name, NativeDirectories.DIRECTORY), path(text(name)));
    }

    private Descriptor opened(byte[] name, int how) throws CgroupException {
        int fd = with(dir -> NativeDirectories.openAt(dir, name, how));
        if (fd < 0)
            throw new CgroupException(-fd, "cannot be opened", path(text(name)).toString());
        return Descriptor.of(fd);
    }

    /** A file of it for writing, or for reading: cgroup.procs for a child, cgroup.events for an epoll. */
    Descriptor file(String name, boolean write) throws CgroupException {
        return opened(bytes(name), write ? NativeDirectories.WRITE : NativeDirectories.READ);
    }

    boolean has(String file) {
        int fd = with(dir -> NativeDirectories.openAt(dir, bytes(file), NativeDirectories.READ));
        if (fd >= 0) NativeFiles.close(fd);
        return fd >= 0 || fd == -Errno.EACCES; // cgroup.kill can only be written
    }

    int make(String name) {
        return with(dir -> NativeDirectories.makeAt(dir, bytes(name)));
    }

    int remove(String name) {
        return remove(bytes(name));
    }

    int remove(byte[] name) {
        return with(dir -> NativeDirectories.removeAt(dir, name));
    }

    /** Writes all of it by one write(2), as cgroup files want it; 0 or −errno. */
    int write(String file, String value) {
        int fd = with(dir -> NativeDirectories.openAt(dir, bytes(file), NativeDirectories.WRITE));
        if (fd < 0) return fd;
        ByteBuffer direct = DirectBuffers.take();
        try {
            byte[] bytes = bytes(value);
            if (bytes.length > LONGEST_VALUE) return -Errno.E2BIG;
            direct.put(bytes).flip();
            int n = NativeFiles.write(fd, NativeFiles.address(direct), bytes.length);
            if (n < 0) return n;
            return n == bytes.length ? 0 : -Errno.EINVAL;
        } finally {
            Reference.reachabilityFence(direct);
            DirectBuffers.give(direct);
            NativeFiles.close(fd);
        }
    }

    /** The same, where a refusal is an error. */
    void set(String file, String value) throws CgroupException {
        int err = write(file, value);
        if (err < 0)
            throw new CgroupException(
                    -err, "'" + value + "' was refused", path(file).toString());
    }

    /** What a file holds; empty where there is none. */
    Optional<String> read(String file) throws CgroupException {
        int fd = with(dir -> NativeDirectories.openAt(dir, bytes(file), NativeDirectories.READ));
        if (fd == -Errno.ENOENT) return Optional.empty();
        if (fd < 0) throw new CgroupException(-fd, "cannot be read", path(file).toString());
        ByteBuffer direct = DirectBuffers.take();
        try {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] part = new byte[Math.min(direct.capacity(), 4096)];
            for (; ; ) {
                int n = NativeFiles.read(fd, NativeFiles.address(direct), part.length);
                // the controller or the whole group can go between open and read
                if (n == -Errno.ENODEV) return Optional.empty();
                if (n < 0)
                    throw new CgroupException(-n, "cannot be read", path(file).toString());
                if (n == 0) return Optional.of(all.toString(StandardCharsets.UTF_8));
                direct.get(0, part, 0, n);
                all.write(part, 0, n);
            }
        } finally {
            Reference.reachabilityFence(direct);
            DirectBuffers.give(direct);
            NativeFiles.close(fd);
        }
    }

    /** The names of its subdirectories. */
    List<byte[]> subdirectories() throws CgroupException {
        byte[] names = new byte[NAMES];
        for (; ; ) {
            byte[] into = names;
            int n = with(dir -> NativeDirectories.list(dir, into));
            if (n == -Errno.ENOENT || n == -Errno.ENODEV) return List.of(); // removed
            if (n < 0) throw new CgroupException(-n, "cannot be listed", path.toString());
            if (n <= into.length) return split(into, n);
            names = new byte[2 * n];
        }
    }

    private static List<byte[]> split(byte[] names, int length) {
        List<byte[]> all = new ArrayList<>();
        for (int from = 0, i = 0; i < length; i++) {
            if (names[i] == 0) {
                all.add(Arrays.copyOfRange(names, from, i));
                from = i + 1;
            }
        }
        return all;
    }

    /** flock(2), with bits of {@link NativeDirectories}. */
    int lock(int how) {
        return with(dir -> NativeDirectories.lock(dir, how));
    }

    /** The attribute that says "ours": the user's, for which Linux 5.7 is needed, else the one that only root can write. */
    int mark(LeafMark mark) {
        int first = 0;
        for (String name : MARKS) {
            int err = with(dir -> NativeDirectories.setAttribute(dir, cString(name), mark.bytes()));
            if (err == 0) return 0;
            if (first == 0) first = err;
        }
        return first;
    }

    Optional<LeafMark> mark() {
        for (String name : MARKS) {
            Optional<LeafMark> mark = attribute(name).flatMap(LeafMark::parse);
            if (mark.isPresent()) return mark;
        }
        return Optional.empty();
    }

    /** Says of a directory above a leaf that it is there for that alone. */
    void markAsMade() {
        for (String name : MARKS) {
            if (with(dir -> NativeDirectories.setAttribute(dir, cString(name), bytes(MADE))) == 0) return;
        }
    }

    boolean isMade() {
        for (String name : MARKS) {
            if (attribute(name).filter(MADE::equals).isPresent()) return true;
        }
        return false;
    }

    /** Whether systemd, or whoever follows it, has given this group to its user. */
    static boolean isDelegated(Path group) {
        try (Directory directory = open(group)) {
            return directory.attribute("user.delegate").filter("1"::equals).isPresent()
                    || directory
                            .attribute("trusted.delegate")
                            .filter("1"::equals)
                            .isPresent();
        } catch (CgroupException e) {
            return false;
        }
    }

    /** The same directory once more, with a lock of its own. */
    Directory again() throws CgroupException {
        return new Directory(opened(bytes("."), NativeDirectories.DIRECTORY), path);
    }

    /** An extended attribute as text; empty where it is not there, or not for us. */
    Optional<String> attribute(String name) {
        byte[] into = new byte[LONGEST_MARK];
        int n = with(dir -> NativeDirectories.attribute(dir, cString(name), into));
        return n < 0 ? Optional.empty() : Optional.of(new String(into, 0, n, StandardCharsets.US_ASCII));
    }

    int with(IntUnaryOperator call) {
        int fd = descriptor.acquire();
        if (fd < 0) return -Errno.EBADF;
        try {
            return call.applyAsInt(fd);
        } finally {
            descriptor.release();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] name) {
        return new String(name, StandardCharsets.UTF_8);
    }

    private static byte[] cString(String text) {
        byte[] bytes = bytes(text);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    @Override
    public void close() {
        descriptor.close();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
