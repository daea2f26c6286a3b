package io.muontrap.testing;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another JVM, started by a shell that first bends what it inherits: limits, locale, environment, bytes that this JVM's
 * own ProcessBuilder could not pass. It is started with the JDK's means, not with what is tested.
 */
public final class BentJvm {

    private static final long MOST_SECONDS = 180;

    /** How it went; {@code out} is ISO-8859-1, one char a byte. */
    public record Ran(int exit, String out, String err) {

        public List<String> lines() {
            return out.lines().toList();
        }

        /** Itself, if the exit code was 0. */
        public Ran ok() {
            if (exit != 0) {
                throw new AssertionError("exit code " + exit + "\n" + out + err);
            }
            return this;
        }
    }

    private BentJvm() {}

    /**
     * Runs a main class to its end.
     *
     * @param preamble lines of sh; the last may end in a program that runs its arguments, {@code env} for example, to
     *     which the JVM's command line is given
     */
    public static Ran run(String preamble, Class<?> main, List<String> options, String... args)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("sh", "-c", preamble + "\"$@\"", "sh"));
        line.addAll(Jvm.commandLine(main, options, args));
        Path out = Files.createTempFile("bent-jvm", ".out");
        Path err = Files.createTempFile("bent-jvm", ".err");
        try {
            Process jvm = new ProcessBuilder(line)
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!jvm.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                jvm.destroyForcibly();
                throw new AssertionError("not ended after " + MOST_SECONDS + " s: " + text(out) + text(err));
            }
            return new Ran(jvm.exitValue(), text(out), text(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
