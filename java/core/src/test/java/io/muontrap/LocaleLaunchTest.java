package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.spawn.SpawnException;
import io.muontrap.testing.BentJvm;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Text that a locale can or cannot say, and bytes that are no text, in every place of a launch: passed whole, or refused
 * by name. JVMs choose their charset for it when they start.
 */
@Timeout(240)
@Tag("scenario-61")
@Tag("trap-68")
@Tag("trap-69")
class LocaleLaunchTest {

    private static final String ACUTE = "\u00e9";
    private static final String EMOJI = "\ud83d\ude00";
    private static final String HALF = "\ud83d";

    /** Runs programs with every kind of word in every place; prints {@code question=answer} lines. */
    static final class Launches {

        private Launches() {}

        public static void main(String[] args) throws Exception {
            Path directory = Path.of(args[0]);
            for (Map.Entry<String, String> word : Map.of("acute", ACUTE, "emoji", EMOJI, "half", HALF, "plain", "plain")
                    .entrySet()) {
                String text = word.getValue();
                say("argument " + word.getKey(), () -> hex(Command.of(Target.PATH, "print-args", "--raw", text)));
                say(
                        "arg0 " + word.getKey(),
                        () -> hex(Command.of(Target.PATH, "print-arg0").arg0(text)));
                say("program " + word.getKey(), () -> hex(Command.of(directory + "/program-" + text)));
                say(
                        "lookup " + word.getKey(),
                        () -> hex(Command.of("program-" + text)
                                .env("PATH", args[0])
                                .arg("")));
                say(
                        "env " + word.getKey(),
                        () -> hex(
                                Command.of(Target.PATH, "print-env").clearEnv().env("A", text)));
                say(
                        "env name " + word.getKey(),
                        () -> hex(
                                Command.of(Target.PATH, "print-env").clearEnv().env(text, "1")));
                say(
                        "builder " + word.getKey(),
                        () -> hex(Command.from(new ProcessBuilder(Target.PATH, "print-args", "--raw", text))));
            }
            Path raw;
            try (Stream<Path> found = Files.list(directory.resolve("raw"))) {
                raw = found.findFirst().orElseThrow();
            }
            Command cwd = Command.of(Target.PATH, "print-cwd");
            say("directory raw", () -> tail(cwd.directory(raw)));
            say("file raw", () -> {
                Command.of(Target.PATH, "echo", "hello")
                        .stdout(Output.file(raw.resolve("file")))
                        .run()
                        .orThrow();
                return Command.of(Target.PATH, "cat")
                        .stdin(Input.file(raw.resolve("file")))
                        .run()
                        .stdout()
                        .strip();
            });
            Command strange = Command.of(Target.PATH, "print-env");
            say("inherited", () -> strange(strange));
            say("inherited named", () -> strange(strange.inheritEnv("STRANGE")));
            say("inherited beside a change", () -> strange(strange.env("OTHER", "x")));
            ProcessBuilder builder = new ProcessBuilder(Target.PATH, "print-env");
            builder.environment().put("OTHER", "x");
            say("inherited by a builder", () -> strange(Command.from(builder)));
            say("text out", () -> hex(Command.of("printf", "%s", "\\303").stdin(Input.text("x"))));
        }

        private static void say(String question, Callable<String> answer) throws Exception {
            String said;
            try {
                said = answer.call();
            } catch (IllegalArgumentException e) {
                said = "refused: " + e.getMessage().replaceAll(" (must|cannot) .*", "");
            } catch (SpawnException e) {
                said = e.step() + " " + e.errnoName();
            }
            System.out.println(question + "=" + said);
        }

        private static String hex(Command command) throws IOException, InterruptedException {
            return HexFormat.of().formatHex(command.run().orThrow().stdoutBytes());
        }

        private static String tail(Command command) throws IOException, InterruptedException {
            String all = hex(command);
            return all.substring(all.length() - 8);
        }

        private static String strange(Command command) throws IOException, InterruptedException {
            byte[] all = command.run().orThrow().stdoutBytes();
            String latin = new String(all, StandardCharsets.ISO_8859_1);
            for (String entry : latin.split("\0")) {
                if (entry.startsWith("STRANGE=")) {
                    return HexFormat.of().formatHex(entry.substring(8).getBytes(StandardCharsets.ISO_8859_1));
                }
            }
            return "missing";
        }
    }

    /** A shell sets the variable and makes the files: what this JVM could pass depends on its own locale. */
    private static Map<String, String> ask(String locale, Path directory) throws Exception {
        Files.createDirectory(directory.resolve("raw"));
        String tool = "printf '#!/bin/sh\\nprintf ran\\n' > ";
        String preamble = "cd " + directory + "; "
                + "for name in $(printf '\\303\\251') $(printf '\\360\\237\\230\\200') plain; do "
                + tool + "program-$name; chmod +x program-$name; done; "
                + "STRANGE=$(printf '\\303\\251\\377'); export STRANGE; mkdir raw/$STRANGE; "
                + "LC_ALL=" + locale + " ";
        Map<String, String> said = new LinkedHashMap<>();
        BentJvm.run(preamble, Launches.class, List.of(), directory.toString())
                .ok()
                .lines()
                .forEach(line -> said.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
        assertThat(said).hasSize(4 * 7 + 7);
        return said;
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertBytesPass(Map<String, String> said) {
        assertThat(said)
                .containsEntry("directory raw", "c3a9ff0a")
                .containsEntry("file raw", "hello")
                .containsEntry("inherited", "c3a9ff")
                .containsEntry("inherited named", "c3a9ff")
                .containsEntry("inherited beside a change", "c3a9ff")
                .containsEntry("inherited by a builder", "c3a9ff");
    }

    private static void assertWhole(Map<String, String> said, String name, String text) {
        assertThat(said)
                .containsEntry("argument " + name, hex(text + "\0"))
                .containsEntry("arg0 " + name, hex(text + "\n"))
                .containsEntry("program " + name, hex("ran"))
                .containsEntry("lookup " + name, hex("ran"))
                .containsEntry("env " + name, hex("A=" + text + "\0"))
                .containsEntry("env name " + name, hex(text + "=1\0"))
                .containsEntry("builder " + name, hex(text + "\0"));
    }

    private static void assertRefused(Map<String, String> said, String name) {
        assertThat(said)
                .containsEntry("argument " + name, "refused: argument 3")
                .containsEntry("arg0 " + name, "refused: arg0")
                .containsEntry("program " + name, "refused: program")
                .containsEntry("lookup " + name, "refused: program")
                .containsEntry("env " + name, "refused: value of environment variable A")
                .containsEntry("env name " + name, "refused: environment name")
                .containsEntry("builder " + name, "refused: argument 3");
    }

    @Test
    void utf8SaysEverythingButHalves(@TempDir Path directory) throws Exception {
        Map<String, String> said = ask("C.UTF-8", directory);
        assertWhole(said, "plain", "plain");
        assertWhole(said, "acute", ACUTE);
        assertWhole(said, "emoji", EMOJI);
        assertRefused(said, "half");
        assertBytesPass(said);
    }

    /** Where ProcessBuilder writes question marks. */
    @Test
    void theCLocaleRefusesWhatItCannotSay(@TempDir Path directory) throws Exception {
        Map<String, String> said = ask("C", directory);
        assertWhole(said, "plain", "plain");
        assertRefused(said, "acute");
        assertRefused(said, "emoji");
        assertRefused(said, "half");
        assertBytesPass(said);
    }
}
