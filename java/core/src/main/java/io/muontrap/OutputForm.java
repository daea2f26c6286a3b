package io.muontrap;

import java.nio.charset.Charset;
import java.util.function.Consumer;

/** What {@link Output} was made to be. */
sealed interface OutputForm {

    /** /dev/null. */
    record Discard() implements OutputForm {}

    /** The JVM's own stream of the same number. */
    record Inherit() implements OutputForm {}

    /** Read by the user, through {@code getInputStream()} or {@code getErrorStream()}. */
    record Pipe() implements OutputForm {}

    /** stderr goes where stdout goes. */
    record ToStdout() implements OutputForm {}

    /**
     * A file.
     *
     * @param path as the user gave it: absolute, or below the JVM's working directory
     */
    @SuppressWarnings("ArrayRecordComponent") // never written, never compared
    record ToFile(byte[] path, boolean append) implements OutputForm {}

    /**
     * Kept in memory.
     *
     * @param max bytes kept, the first ones
     * @param asked whether the user named the bound, so that passing it is no failure
     */
    record Capture(int max, boolean asked, Charset charset) implements OutputForm {}

    /** Handed over line by line. */
    record Lines(Consumer<String> consumer, Charset charset) implements OutputForm {}
}
