package io.muontrap.internal.proc;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
