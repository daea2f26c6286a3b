package io.muontrap.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Programs of the host that some tests use, and whether they do what is wanted of them. */
final class Programs {

    private Programs() {}

    static boolean found(String... names) {
        String path = System.getenv("PATH");
        return path != null
                && Arrays.stream(names)
                        .allMatch(name -> Arrays.stream(path.split(":"))
                                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name))));
    }

    static boolean pidNamespace() throws IOException, InterruptedException {
        return succeeds("unshare", "-p", "-f", "--kill-child", "--mount-proc", "true");
    }

    static boolean userNamespace() throws IOException, InterruptedException {
        return succeeds("unshare", "-U", "true");
    }

    static boolean mountNamespace() throws IOException, InterruptedException {
        Path on = Files.createTempDirectory("muontrap-test");
        try {
            return succeeds("unshare", "-m", "mount", "-t", "tmpfs", "-o", "noexec", "none", on.toString());
        } finally {
            Files.delete(on);
        }
    }

    static boolean succeeds(String... line) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException noSuchProgram) {
            return false;
        }
        try {
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } finally {
            process.destroyForcibly();
        }
    }
}
