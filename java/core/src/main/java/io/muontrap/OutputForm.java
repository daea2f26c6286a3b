package io.muontrap;

import java.nio.charset.Charset;
import java.util.List;
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
     * @param tail bytes kept besides, the last ones
     * @param asked whether the user named the bound, so that passing it is no failure
     */
    record Capture(int max, int tail, boolean asked, Charset charset) implements OutputForm {}

    /**
     * Handed over line by line.
     *
     * @param drop lines that come too fast are dropped and counted, so that the program never waits
     */
    record Lines(Consumer<String> consumer, Charset charset, boolean drop) implements OutputForm {}

    /** Handed over as it comes; {@code drop} as in {@link Lines}. */
    record Bytes(Consumer<byte[]> consumer, boolean drop) implements OutputForm {}

    /** To several at once, none of which is one of these, a pipe, or nothing. */
    record Tee(List<OutputForm> forms) implements OutputForm {
        public Tee {
            forms = List.copyOf(forms);
        }
    }
}
