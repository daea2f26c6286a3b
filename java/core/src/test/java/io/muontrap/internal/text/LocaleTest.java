package io.muontrap.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same questions to JVMs of different locales: the charset for text is chosen when a JVM starts. */
class LocaleTest {

    /** What the JVMs run: one word a line. */
    static final class Questions {

        private Questions() {}

        public static void main(String[] files) throws IOException {
            System.out.println(outcome("\u00e9"));
            System.out.println(outcome("\ud83d\ude00"));
            System.out.println(outcome("\ud83d"));
            System.out.println(outcome("plain"));
            byte[] strange = EnvironmentBlock.value(EnvironmentBlock.inherited().entries(), "STRANGE")
                    .orElseThrow();
            System.out.println(HexFormat.of().formatHex(strange));
            try (var found = Files.list(Path.of(files[0]))) {
                byte[] path = TextBytes.of(found.findFirst().orElseThrow(), "path");
                System.out.println(HexFormat.of().formatHex(path, path.length - 3, path.length));
            }
            System.out.println(TextBytes.streamCharset());
        }

        private static String outcome(String text) {
            try {
                return HexFormat.of().formatHex(TextBytes.of(text, "argument 1"));
            } catch (IllegalArgumentException e) {
                return "refused";
            }
        }
    }

    @Test
    void theCLocaleRefusesWhatItCannotSay(@TempDir Path directory) throws Exception {
        assertThat(ask("C", directory))
                .containsExactly("refused", "refused", "refused", "706c61696e", "c3a9ff", "c3a9ff", "UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C.UTF-8"})
    void utf8SaysEverythingButHalves(String locale, @TempDir Path directory) throws Exception {
        assertThat(ask(locale, directory))
                .containsExactly("c3a9", "f09f9880", "refused", "706c61696e", "c3a9ff", "c3a9ff", "UTF-8");
    }

    /** A shell sets the variable and makes the file: this JVM's ProcessBuilder could not pass such bytes. */
    private static List<String> ask(String locale, Path directory) throws Exception {
        String script = "STRANGE=$(printf '\\303\\251\\377'); export STRANGE; : > \"$1/$STRANGE\";"
                + " exec \"$2\" -XX:TieredStopAtLevel=1 -cp \"$3\" \"$4\" \"$1\"";
        ProcessBuilder builder = new ProcessBuilder(
                "sh",
                "-c",
                script,
                "sh",
                directory.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                System.getProperty("java.class.path"),
                Questions.class.getName());
        builder.environment().put("LC_ALL", locale);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process jvm = builder.start();
        jvm.getOutputStream().close();
        String answers = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(jvm.waitFor()).isZero();
        return answers.lines().toList();
    }
}
