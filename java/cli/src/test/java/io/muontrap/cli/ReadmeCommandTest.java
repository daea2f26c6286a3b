package io.muontrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Sources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The command lines that README.md shows, run as they stand there, by this class path instead of the jar. */
@Needs(Capability.SOURCES)
class ReadmeCommandTest {

    private static final String JAR = "java -jar java/cli/target/muontrap.jar ";

    @Test
    void everyOneRunsAndSaysWhatItSays() throws Exception {
        List<String> commands = commands();
        assertThat(commands).hasSize(2);
        Cli.Ran main = Cli.run(words(commands.get(0)));
        assertThat(main.code()).as(main.err()).isZero();
        assertThat(main.out()).matches("[0-9a-f]{64}  -\n");
        assertThat(main.err()).contains("1 process killed with it: sleep 600");
        Cli.Ran second = Cli.run(words(commands.get(1)));
        assertThat(second).isEqualTo(new Cli.Ran(0, "ready\n", ""));
    }

    private static List<String> commands() throws IOException {
        return Files.readString(Sources.root().orElseThrow().resolve("README.md"))
                .lines()
                .filter(line -> line.contains(JAR))
                .map(line -> line.substring(line.indexOf(JAR) + JAR.length()))
                .toList();
    }

    /** As the shell splits them. */
    private static String[] words(String line) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-c", "for word in " + line + "; do printf '%s\\0' \"$word\"; done")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        shell.getOutputStream().close();
        String words = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).isZero();
        return words.substring(0, words.length() - 1).split("\0", -1);
    }
}
