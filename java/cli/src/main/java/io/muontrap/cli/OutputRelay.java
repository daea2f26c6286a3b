package io.muontrap.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Passes on what the program writes, as it comes; a slow reader of ours slows the program down. */
final class OutputRelay {

    private static final int PIPE_SIZE = 1 << 16;

    private OutputRelay() {}

    /**
     * Returns at the end of the input.
     *
     * @throws OutputFailure if {@code to} takes no more; the program gets SIGPIPE for its next write, as without us
     */
    static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[PIPE_SIZE];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            try {
                to.write(buffer, 0, n);
            } catch (IOException e) {
                OutputFailure failure = OutputFailure.of(e);
                from.close();
                throw failure;
            }
        }
    }
}
