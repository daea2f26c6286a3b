package io.muontrap;

import java.io.InputStream;

/** What {@link Input} was made to be. */
sealed interface InputForm {

    /** /dev/null. */
    record Empty() implements InputForm {}

    /** Written by us, then closed; the array is nobody else's. */
    @SuppressWarnings("ArrayRecordComponent") // never written, never compared
    record Bytes(byte[] bytes) implements InputForm {}

    /**
     * A file.
     *
     * @param path as the user gave it: absolute, or below the JVM's working directory
     */
    @SuppressWarnings("ArrayRecordComponent") // never written, never compared
    record FromFile(byte[] path) implements InputForm {}

    /** What this gives, copied by a thread of the executor. */
    record Stream(InputStream from) implements InputForm {}

    /** Written by the user, through {@code getOutputStream()}. */
    record Pipe() implements InputForm {}

    /** The JVM's own. */
    record Inherit() implements InputForm {}
}
