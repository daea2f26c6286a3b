package io.muontrap.internal.proc;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** A shell script, and everything that a test had it start: ended when the test ends. */
final class Helper implements AutoCloseable {

    private static final int KILL = 9;

    final Process process;
    private final BufferedReader output;
    private final List<Victim> held = new ArrayList<>();

    private Helper(ProcessBuilder builder) throws IOException {
        process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        output = process.inputReader(StandardCharsets.UTF_8);
    }

    static Helper start(String... command) throws IOException {
        return new Helper(new ProcessBuilder(command));
    }

    /** Compiles a C program; the test is skipped where there is no compiler. */
    static Path compile(Path directory, String source) throws Exception {
        Path c = directory.resolve("helper.c");
        Path program = directory.resolve("helper");
        Files.writeString(c, source);
        Process gcc;
        try {
            gcc = new ProcessBuilder("gcc", "-pthread", "-o", program.toString(), c.toString())
                    .inheritIO()
                    .start();
        } catch (IOException e) {
            Assumptions.abort("no C compiler: " + e.getMessage());
            throw e;
        }
        if (gcc.waitFor() != 0) throw new AssertionError("gcc failed");
        return program;
    }

    int pid() {
        return (int) process.pid();
    }

    String line() throws IOException {
        return output.readLine();
    }

    void say(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Takes hold of a process of ours, which is killed in the end. */
    Victim hold(int pid) throws IOException {
        Optional<Victim> victim = Victim.open(ProcFiles.entry(pid).orElseThrow());
        held.add(victim.orElseThrow());
        return victim.get();
    }

    void hold(Iterable<Entry> entries) throws IOException {
        for (Entry e : entries) Victim.open(e).ifPresent(held::add);
    }

    List<Victim> held() {
        return held;
    }

    @Override
    public void close() {
        for (Victim victim : held) {
            victim.signal(KILL);
            victim.close();
        }
        process.destroyForcibly().onExit().join();
    }
}
