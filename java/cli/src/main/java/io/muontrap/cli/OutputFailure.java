package io.muontrap.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Our standard output takes no more of what the program writes. */
final class OutputFailure extends IOException {

    private static final long serialVersionUID = 1;
    private static final Path STDOUT = Path.of("/proc/self/fd/1");

    private final boolean nobodyReads;

    private OutputFailure(IOException cause, boolean nobodyReads) {
        super("OUTPUT: " + Errnos.name(cause) + ": the program's output cannot be passed on: standard output", cause);
        this.nobodyReads = nobodyReads;
    }

    /**
     * Of a failed write. The text of an error is in the host's language, so what tells EPIPE from a full disk is what
     * standard output is.
     */
    static OutputFailure of(IOException cause) {
        try {
            String what = Files.readSymbolicLink(STDOUT).toString();
            return new OutputFailure(cause, what.startsWith("pipe:") || what.startsWith("socket:"));
        } catch (IOException e) {
            cause.addSuppressed(e);
            return new OutputFailure(cause, false);
        }
    }

    /** It is a pipe or socket whose other end is closed: the usual end of {@code ... | head}, and worth no word. */
    boolean nobodyReads() {
        return nobodyReads;
    }
}
