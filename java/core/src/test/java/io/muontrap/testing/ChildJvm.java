package io.muontrap.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@link Checks} in another JVM, which may be started in a bent state by a wrapper: {@code target ignore HUP exec}
 * before its command line.
 */
public final class ChildJvm {

    private Duration patience = Duration.ofSeconds(120);
    private final List<String> wrapper = new ArrayList<>();
    private final List<String> options = new ArrayList<>();

    public static ChildJvm plain() {
        return new ChildJvm();
    }

    /** The command line goes behind these words. */
    public ChildJvm wrapped(String... words) {
        wrapper.addAll(List.of(words));
        return this;
    }

    public ChildJvm options(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    /** Far beyond what it should take, on an emulated machine too. */
    public ChildJvm patience(Duration most) {
        patience = most;
        return this;
    }

    /** The whole command line; {@code report} gets "passed" or the stack trace. */
    public List<String> commandLine(Path report, Class<?> checks, String... methods) {
        List<String> args = new ArrayList<>(List.of(checks.getName()));
        args.addAll(List.of(methods));
        List<String> all = new ArrayList<>(options);
        all.add("-Dchecks.report=" + report.toAbsolutePath());
        List<String> java = Jvm.commandLine(Checks.class, all, args.toArray(String[]::new));
        List<String> line = new ArrayList<>(wrapper);
        line.addAll(java);
        return line;
    }

    /** Fails unless all these methods return there. */
    public void passes(Class<?> checks, String... methods) throws IOException, InterruptedException {
        Path report = Files.createTempFile("checks", ".report");
        Files.setPosixFilePermissions(report, PosixFilePermissions.fromString("rw-rw-rw-")); // it may be another user's
        Path output = Files.createTempFile("checks", ".out");
        try {
            Process jvm = new ProcessBuilder(commandLine(report, checks, methods))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                assertThat(jvm.waitFor(patience.toSeconds(), TimeUnit.SECONDS))
                        .as("the child JVM ends; so far: %s", Files.readString(output))
                        .isTrue();
            } finally {
                jvm.destroyForcibly();
            }
            String said = Files.readString(report) + Files.readString(output);
            assertThat(jvm.exitValue()).as(said).isZero();
            assertThat(Files.readString(report)).startsWith("passed");
        } finally {
            Files.delete(report);
            Files.delete(output);
        }
    }
}
