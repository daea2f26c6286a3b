package io.muontrap.cli;

import io.muontrap.testing.Jvm;
import io.muontrap.testing.Procs;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The command as its own JVM. Its outputs go to files, so that whatever is left of a tree holds nothing up; and by
 * these files every process of the tree is known, in whatever session it is, as long as it keeps one of them.
 */
final class Cli implements AutoCloseable {

    /** What came of it. */
    record Ran(int code, String out, String err) {}

    private static final Duration MOST = Duration.ofSeconds(120);

    private final Path directory = Files.createTempDirectory("muontrap-cli").toRealPath();
    private final Path out = directory.resolve("out");
    private final Path err = directory.resolve("err");
    private final Process process;

    private Cli(Start how, String... args) throws IOException {
        List<String> line = new ArrayList<>(how.through);
        line.addAll(Jvm.commandLine(Main.class, how.jvm, args));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().putAll(how.environment);
        if (how.stdout == null) {
            builder.redirectOutput(out.toFile());
        } else {
            builder.redirectOutput(how.stdout);
        }
        if (how.stdin != null) {
            builder.redirectInput(how.stdin);
        }
        process = builder.redirectError(err.toFile()).start();
    }

    /** How it is started; the defaults are a pipe for stdin, left open, and a file for stdout. */
    static final class Start {
        private List<String> through = List.of();
        private List<String> jvm = List.of();
        private final Map<String, String> environment = new HashMap<>();
        private ProcessBuilder.Redirect stdout;
        private ProcessBuilder.Redirect stdin;

        /** By another program, which gets the command line as its last arguments and is to exec it. */
        Start through(String... words) {
            through = List.of(words);
            return this;
        }

        Start jvm(String... options) {
            jvm = List.of(options);
            return this;
        }

        Start environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        Start stdoutPipe() {
            stdout = ProcessBuilder.Redirect.PIPE;
            return this;
        }

        Start stdout(File file) {
            stdout = ProcessBuilder.Redirect.to(file);
            return this;
        }

        Start stdin(Path file) {
            stdin = ProcessBuilder.Redirect.from(file.toFile());
            return this;
        }

        Cli start(String... args) throws IOException {
            return new Cli(this, args);
        }

        Ran run(String... args) throws IOException, InterruptedException {
            try (Cli cli = start(args)) {
                return cli.await();
            }
        }
    }

    static Cli start(String... args) throws IOException {
        return new Start().start(args);
    }

    static Ran run(String... args) throws IOException, InterruptedException {
        return new Start().run(args);
    }

    Ran await() throws IOException, InterruptedException {
        if (!process.waitFor(MOST.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("not ended within " + MOST + "; it said: " + out() + err());
        }
        return new Ran(process.exitValue(), out(), err());
    }

    String out() throws IOException {
        return Files.exists(out) ? Files.readString(out, StandardCharsets.UTF_8) : "";
    }

    String err() throws IOException {
        return Files.readString(err, StandardCharsets.UTF_8);
    }

    InputStream stdout() {
        return process.getInputStream();
    }

    OutputStream stdin() {
        return process.getOutputStream();
    }

    /** Waits for a line of its stdout. */
    void awaitLine(String line) {
        Procs.await("the line " + line, MOST, () -> {
            try {
                return out().lines().anyMatch(line::equals);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** The pids that a tree of target printed before {@code ready}. */
    List<Integer> pids() throws IOException {
        awaitLine("ready");
        return out().lines()
                .takeWhile(line -> !line.equals("ready"))
                .map(Integer::valueOf)
                .toList();
    }

    /** Sends a signal to muontrap itself. */
    void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start();
        if (kill.waitFor() != 0) {
            throw new AssertionError("kill -" + name + ": " + kill.exitValue());
        }
    }

    /** Living processes that were started, however indirectly, by this; muontrap's own among them while it lives. */
    List<Integer> living() throws IOException {
        List<Integer> living = new ArrayList<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (name.chars().allMatch(Character::isDigit) && marked(entry) && !Procs.gone(Integer.parseInt(name))) {
                    living.add(Integer.valueOf(name));
                }
            }
        }
        return living;
    }

    /** Not by /proc's environ or cmdline: to read those waits for a memory map, for ever behind a stuck process. */
    private boolean marked(Path process) {
        return holds(process, "1", out) || holds(process, "2", err);
    }

    private static boolean holds(Path process, String fd, Path file) {
        try {
            return Files.readSymbolicLink(process.resolve("fd").resolve(fd)).equals(file);
        } catch (IOException goneOrAnothersOrClosed) {
            return false;
        }
    }

    /** Whatever a failed test leaves. */
    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        for (int pid : living()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
        Files.delete(directory);
    }
}
