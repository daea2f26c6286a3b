package io.muontrap.internal.io;

import static org.assertj.core.api.Assertions.fail;

import io.muontrap.internal.jni.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What tests of pipes share. */
public final class Pipes {

    /** Far beyond what a loaded machine needs. */
    public static final long PATIENCE_SECONDS = 60;

    private Pipes() {}

    /** Writes all of it through a blocking descriptor. */
    public static void write(Descriptor to, byte[] bytes) throws IOException {
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        while (direct.hasRemaining()) {
            int n = to.write(direct);
            if (n < 0) throw Errno.failure("write", n);
        }
    }

    public static void write(Descriptor to, String text) throws IOException {
        write(to, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads to the end through a blocking descriptor. */
    public static byte[] readAll(Descriptor from) throws IOException {
        ByteBuffer direct = ByteBuffer.allocateDirect(8192);
        var all = new java.io.ByteArrayOutputStream();
        for (int n; (n = from.read(direct.clear())) != 0; ) {
            if (n < 0) throw Errno.failure("read", n);
            byte[] piece = new byte[n];
            direct.flip().get(piece);
            all.write(piece);
        }
        return all.toByteArray();
    }

    /** Waits for what has no event of its own: a thread to be parked, a descriptor to be gone. */
    public static void eventually(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE_SECONDS * 1_000_000_000L) fail("never happened: " + what);
            Thread.yield();
        }
    }

    public static void parked(Thread thread) {
        eventually(thread + " waits", () -> thread.getState() == Thread.State.WAITING);
    }

    public static boolean isOpen(int fd) {
        // a file that the JVM opened meanwhile may have got the number: what is asked for here is no file
        try {
            String what = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
            return !what.startsWith("/") || what.equals("/dev/null");
        } catch (IOException e) {
            return false;
        }
    }

    /** The pipes, eventfds and epolls that this JVM has open, as "number → what". */
    public static List<String> open() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(Pipes::describe)
                    .filter(s -> s.contains("pipe:") || s.contains("anon_inode:"))
                    .sorted()
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String describe(Path fd) {
        try {
            return fd.getFileName() + " → " + Files.readSymbolicLink(fd);
        } catch (IOException goneMeanwhile) {
            return "";
        }
    }
}
