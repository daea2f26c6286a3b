package io.muontrap.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Programs that attach to a process, which then can only be reaped when they have seen its end. */
public enum Tracer {
    STRACE("strace", "-q", "-p"),
    /** It stops its program when it attaches, and waits for a command. */
    GDB("gdb", "-nx", "-q", "-p");

    private static final Duration LONG = Duration.ofSeconds(100);

    private final List<String> line;

    Tracer(String... line) {
        this.line = List.of(line);
    }

    /** May it attach to children of this JVM? */
    boolean works() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Target.PATH, "sleep", "forever").start();
        try {
            Process attached = attach(process.pid());
            if (attached != null) {
                attached.destroyForcibly().waitFor();
            }
            return attached != null;
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Returns when it has attached; null where it cannot. */
    public Process attach(long pid) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(line);
        words.add(Long.toString(pid));
        Process process;
        try {
            process = new ProcessBuilder(words)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException noSuchProgram) {
            return null;
        }
        Procs.await("it attaches or gives up", LONG, () -> !process.isAlive() || traces(process.pid(), pid));
        return process.isAlive() ? process : null;
    }

    private boolean traces(long tracer, long pid) {
        return tracerOf(pid) == tracer && (this == STRACE || Procs.state((int) pid) == 't');
    }

    private static long tracerOf(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("TracerPid:"))
                    .map(line -> Long.valueOf(line.substring(10).strip()))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            return 0;
        }
    }
}
