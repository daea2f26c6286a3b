package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Sources;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows compiles, and what it has people type is what is run by somebody. */
@Needs(Capability.SOURCES)
class ReadmeTest {

    /** Each line of its sh blocks, and who runs it. */
    private static final List<String> RUN_BY_OTHERS = List.of(
            // .ci/run, stage main-command
            "mvn -q -DskipTests -pl java/cli -am package && java -jar java/cli/target/muontrap.jar --stats -- "
                    + "sh -c 'sleep 600 & tar cf - /etc 2>/dev/null | gzip | sha256sum'",
            // .ci/run, stage test-command
            "mvn -q verify",
            // the tests of java/cli
            "java -jar java/cli/target/muontrap.jar --timeout 2s --capture-output -- "
                    + "sh -c 'echo ready; sleep 0.1'",
            "java -jar java/cli/target/muontrap.jar -p mycgroup/test -c cpu -c memory -- myprogram myargs",
            "java -jar java/cli/target/muontrap.jar -p mycgroup/test -c cpu -s cpu.cfs_period_us=100000"
                    + " -s cpu.cfs_quota_us=50000 -- myprogram myargs",
            "java -jar java/cli/target/muontrap.jar -p mycgroup/test -s cpu.max=\"50000 100000\""
                    + " -- myprogram myargs",
            "java -jar java/cli/target/muontrap.jar -u nobody -- id");

    private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    private static String readme;

    @BeforeAll
    static void read() throws Exception {
        readme = Files.readString(Sources.root().orElseThrow().resolve("README.md"));
    }

    private static List<String> blocks(String language) {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(readme);
        while (matcher.find()) {
            if (matcher.group(1).equals(language)) {
                blocks.add(matcher.group(2));
            }
        }
        return blocks;
    }

    private static JavaFileObject source(int number, String block) {
        String text = """
                import io.muontrap.*;
                import io.muontrap.cgroup.*;
                import io.muontrap.spawn.*;
                import java.io.*;
                import java.nio.file.*;
                import java.time.*;
                import java.util.*;
                import java.util.concurrent.*;

                class Block%d {
                    @SuppressWarnings("unused")
                    void run() throws Exception {
                %s
                    }
                }
                """.formatted(number, block);
        return new SimpleJavaFileObject(URI.create("string:///Block" + number + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    @Test
    void javaBlocksCompile(@TempDir Path out) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<JavaFileObject> sources = new ArrayList<>();
        for (String block : blocks("java")) {
            sources.add(source(sources.size() + 1, block));
        }
        assertThat(sources).hasSizeGreaterThanOrEqualTo(5);
        StringWriter said = new StringWriter();
        String classes = Path.of(Command.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        boolean compiled = compiler.getTask(
                        said, null, null, List.of("-d", out.toString(), "-cp", classes, "-proc:none"), null, sources)
                .call();
        assertThat(compiled).as("%s", said).isTrue();
    }

    @Test
    void commandsAreRunBySomebody() {
        List<String> lines = blocks("sh").stream()
                .flatMap(String::lines)
                .filter(line -> !line.isBlank())
                .toList();
        assertThat(lines).containsExactlyElementsOf(RUN_BY_OTHERS);
    }

    @Test
    void everyBlockHasALanguage() {
        assertThat(blocks(""))
                .as("a block without a language is neither compiled nor run")
                .isEmpty();
    }
}
