package io.muontrap;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Processes outlived SIGKILL and the time that was waited for them: usually they wait in the kernel for a device or a
 * network file system (state D), where no signal reaches them.
 */
public final class SurvivorsException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * A process that is still there.
     *
     * @param pid its number
     * @param state its state's letter in {@code /proc/<pid>/stat}, such as D
     * @param wchan the kernel function that it waits in; empty where the kernel does not tell
     * @param command its command line, else its name in brackets
     */
    public record Survivor(long pid, char state, String wchan, String command) implements Serializable {

        @Override
        public String toString() {
            return "pid " + pid + " (" + command + "), state " + state + (wchan.isEmpty() ? "" : ", in " + wchan);
        }
    }

    private final Survivor[] survivors;

    SurvivorsException(List<Survivor> survivors) {
        super(survivors.stream()
                .map(Survivor::toString)
                .collect(Collectors.joining("; ", "still alive after SIGKILL: ", "")));
        this.survivors = survivors.toArray(Survivor[]::new);
    }

    /** Who they are, at the moment of the exception. */
    public List<Survivor> survivors() {
        return List.of(survivors);
    }
}
