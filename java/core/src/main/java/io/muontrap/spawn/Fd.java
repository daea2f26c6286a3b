package io.muontrap.spawn;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.internal.text.TextBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A file descriptor of this JVM, to be handed to a child.
 *
 * <p>It is no stream. Java reads or writes the other end of a {@link #pipe()} by opening
 * {@code /proc/self/fd/<number>}, with a loop of {@code read}: JDK 17's {@code readAllBytes} wants to seek there.
 *
 * <p>It is close-on-exec: a child gets it only by a number in its {@link SpawnSpec}. It is reference-counted: a spawn
 * that is under way keeps it open, and {@link #close()} from another thread never lets the number become somebody
 * else's file in between. All methods may be called from any thread. A dropped one is not closed by the collector.
 */
public final class Fd implements AutoCloseable {

    /** Both ends of a pipe. */
    public record Pipe(Fd read, Fd write) implements AutoCloseable {

        @Override
        public void close() {
            read.close();
            write.close();
        }
    }

    private final Descriptor descriptor;
    private final String name;

    private Fd(Descriptor descriptor) {
        this(descriptor, "");
    }

    private Fd(Descriptor descriptor, String name) {
        this.descriptor = descriptor;
        this.name = name;
    }

    /**
     * A new pipe.
     *
     * @throws IOException EMFILE or ENFILE
     */
    @CheckReturnValue
    public static Pipe pipe() throws IOException {
        Descriptor.Ends ends = Descriptor.pipe();
        return new Pipe(new Fd(ends.read()), new Fd(ends.write()));
    }

    /**
     * Opens a file for reading. A fifo waits for its writer.
     *
     * @throws IOException if it cannot be opened
     * @throws IllegalArgumentException if the path cannot be written in the JVM's charset for paths
     */
    @CheckReturnValue
    public static Fd openRead(Path file) throws IOException {
        return open(file, NativeFiles.READ);
    }

    /**
     * Opens a file for writing: created with 0666 less the JVM's umask, or cut to nothing.
     *
     * @throws IOException as {@link #openRead}
     * @throws IllegalArgumentException as {@link #openRead}
     */
    @CheckReturnValue
    public static Fd openWrite(Path file) throws IOException {
        return open(file, NativeFiles.WRITE);
    }

    /**
     * Opens a file for writing at its end, created where it is missing.
     *
     * @throws IOException as {@link #openRead}
     * @throws IllegalArgumentException as {@link #openRead}
     */
    @CheckReturnValue
    public static Fd openAppend(Path file) throws IOException {
        return open(file, NativeFiles.APPEND);
    }

    /**
     * Speaks of a descriptor that somebody else owns and closes, for example 0, 1 and 2 of this JVM. It must stay open
     * until the spawn that uses it has returned.
     *
     * @throws IllegalArgumentException when negative
     */
    @CheckReturnValue
    public static Fd of(int number) {
        return new Fd(Descriptor.borrowed(number));
    }

    /**
     * As {@link #of(int)}, with what it is called in messages: the file's path.
     *
     * @throws IllegalArgumentException when negative
     */
    @CheckReturnValue
    public static Fd of(int number, String name) {
        return new Fd(Descriptor.borrowed(number), Objects.requireNonNull(name, "name"));
    }

    /**
     * The number.
     *
     * @throws IllegalStateException when closed
     */
    public int number() {
        if (descriptor.isClosed()) {
            throw new IllegalStateException("fd " + descriptor.number() + " is closed");
        }
        return descriptor.number();
    }

    /** Closes it once no spawn uses it any more. Again: nothing. Does nothing to one made by {@link #of}. */
    @Override
    public void close() {
        descriptor.close();
    }

    @Override
    public String toString() {
        return "fd " + descriptor.number() + (name.isEmpty() ? "" : " " + name)
                + (descriptor.isClosed() ? " (closed)" : "");
    }

    /** Empty where it has none. */
    String name() {
        return name;
    }

    /** The number, open until {@link #release()}; −1 when closed. */
    int acquire() {
        return descriptor.acquire();
    }

    void release() {
        descriptor.release();
    }

    private static Fd open(Path file, int how) throws IOException {
        Objects.requireNonNull(file, "file");
        return new Fd(Descriptor.open(TextBytes.absolute(TextBytes.of(file, "file")), how));
    }
}
