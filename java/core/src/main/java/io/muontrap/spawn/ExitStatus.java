package io.muontrap.spawn;

import java.util.Objects;

/**
 * How a process ended: it exited, it was killed by a signal, or nobody can tell.
 *
 * <p>This is what the kernel says about one process and nothing more; why a tree was ended is a matter of the layer
 * above.
 */
public sealed interface ExitStatus {

    /**
     * It called {@code exit}, or returned from its main function.
     *
     * @param code 0 to 255, all that the kernel keeps of it
     */
    record Exited(int code) implements ExitStatus {
        public Exited {
            if (code < 0 || code > 255) {
                throw new IllegalArgumentException("code must be 0 to 255: " + code);
            }
        }

        @Override
        public int exitValue() {
            return code;
        }

        @Override
        public String describe() {
            return "exit code " + code;
        }
    }

    /**
     * A signal killed it.
     *
     * @param signal the one that did
     * @param coreDumped whether the kernel says that it wrote a core
     */
    record Signaled(Signal signal, boolean coreDumped) implements ExitStatus {
        public Signaled {
            Objects.requireNonNull(signal, "signal");
        }

        @Override
        public int exitValue() {
            return 128 + signal.number();
        }

        @Override
        public String describe() {
            return "killed by " + signal + (coreDumped ? ", core dumped" : "");
        }
    }

    /**
     * It is gone and its status was lost, for example because other code in this JVM reaped it, or because the JVM was
     * started with SIGCHLD ignored. Never reported as 0.
     *
     * @param why one sentence
     */
    record Unknown(String why) implements ExitStatus {
        public Unknown {
            Objects.requireNonNull(why, "why");
        }

        @Override
        public int exitValue() {
            return -1;
        }

        @Override
        public String describe() {
            return "exit status unknown: " + why;
        }
    }

    /** The code, or 128 + the signal's number as shells have it, or −1 where it is unknown. */
    int exitValue();

    /** A few words for a log line: {@code exit code 3}, {@code killed by SIGTERM}. */
    String describe();
}
