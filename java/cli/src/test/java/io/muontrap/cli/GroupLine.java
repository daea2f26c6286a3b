package io.muontrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.testing.GroupBase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A command line as people type it, with {@code mycgroup/test} and {@code myprogram myargs} in it: run as it stands, but
 * below a base of the test's own. The program shows the groups that it is in.
 */
final class GroupLine {

    private final GroupBase base;
    private final String[] words;

    /** @param line what follows the word muontrap */
    GroupLine(GroupBase base, String line) throws IOException, InterruptedException {
        assertThat(line).contains("-p mycgroup/test ").endsWith(" -- myprogram myargs");
        this.base = base;
        this.words = words(line.replace("mycgroup/", base.path() + "/"));
    }

    /** As the shell splits them. */
    static String[] words(String line) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-c", "for word in " + line + "; do printf '%s\\0' \"$word\"; done")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        shell.getOutputStream().close();
        String words = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).isZero();
        return words.substring(0, words.length() - 1).split("\0", -1);
    }

    /** In the groups of these controllers ("" is version 2), in which these files say this; and both are gone then. */
    void runs(List<String> controllers, List<String> says) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("muontrap-cli");
        Path program = directory.resolve("myprogram");
        try {
            Files.writeString(program, script(says));
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            Cli.Ran ran = new Cli.Start()
                    .environment("PATH", directory + ":" + System.getenv("PATH"))
                    .run(words);
            assertThat(ran.err()).isEmpty();
            assertThat(ran.code()).isEqualTo(7);
            List<String> lines = ran.out().lines().toList();
            assertThat(lines).contains("myprogram myargs");
            for (String controller : controllers) {
                assertThat(lines).as("in the group of %s", controller).anyMatch(line -> isIn(controller, line));
            }
            assertThat(lines).containsAll(says);
            assertThat(base.leaves()).isEmpty();
        } finally {
            Files.deleteIfExists(program);
            Files.delete(directory);
        }
    }

    /** A line of /proc/self/cgroup. */
    private boolean isIn(String controller, String line) {
        String[] fields = line.split(":", 3);
        return fields.length == 3
                && List.of(fields[1].split(",")).contains(controller)
                && fields[2].endsWith("/" + base.path() + "/test");
    }

    /** Prints FILE=CONTENT for the file of each {@code FILE=}, wherever below the base's directories it is. */
    private String script(List<String> says) {
        String places = base.directories().stream()
                .map(directory -> directory.resolve("test").toString())
                .collect(Collectors.joining(" "));
        String files = says.stream()
                .flatMap(said -> Arrays.stream(said.split("=", 2)).limit(1))
                .collect(Collectors.joining(" "));
        return """
                #!/bin/sh
                echo "myprogram $1"
                cat /proc/self/cgroup
                for place in %s; do
                    for file in %s; do
                        test ! -e $place/$file || echo "$file=$(cat $place/$file)"
                    done
                done
                exit 7
                """.formatted(places, files);
    }
}
