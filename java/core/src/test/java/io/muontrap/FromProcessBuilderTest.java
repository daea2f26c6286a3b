package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.spawn.StopPolicy;
import io.muontrap.testing.BentJvm;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One line of a ProcessBuilder's user changes; what the program gets does not. */
@Timeout(120)
class FromProcessBuilderTest {

    @TempDir
    Path directory;

    private static ProcessBuilder target(String... words) {
        ProcessBuilder builder = new ProcessBuilder(Target.PATH);
        builder.command().addAll(List.of(words));
        return builder;
    }

    /** What both of them make of one builder. */
    private static String theirs(ProcessBuilder builder) throws Exception {
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out;
    }

    private static String ours(ProcessBuilder builder) throws Exception {
        Process process = Command.from(builder).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out;
    }

    @Test
    void commandAndDirectory() throws Exception {
        assertThat(ours(target("print-args", "a b", "", "c"))).isEqualTo(theirs(target("print-args", "a b", "", "c")));
        assertThat(ours(target("print-cwd").directory(directory.toFile())))
                .isEqualTo(theirs(target("print-cwd").directory(directory.toFile())));
        assertThat(ours(target("print-arg0"))).isEqualTo(theirs(target("print-arg0")));
    }

    @Test
    void theEnvironmentExactly() throws Exception {
        ProcessBuilder builder = target("print-env");
        assertThat(entries(ours(builder))).isEqualTo(entries(theirs(builder)));

        Map<String, String> environment = builder.environment();
        environment.put("ADDED", "1");
        environment.remove(environment.keySet().stream()
                .filter(name -> !name.equals("ADDED"))
                .findFirst()
                .orElseThrow());
        assertThat(entries(ours(builder))).isEqualTo(entries(theirs(builder))).contains("ADDED=1");

        environment.clear();
        environment.put("NOTIFY_SOCKET", "/run/notify");
        assertThat(ours(builder)).isEqualTo("NOTIFY_SOCKET=/run/notify\0");
    }

    private static TreeSet<String> entries(String printed) {
        return new TreeSet<>(List.of(printed.split("\0")));
    }

    /** Soft and hard as the JVM has them, which has raised the soft one to the hard one. */
    @Test
    void theLimitOnOpenFilesAsInherited() throws Exception {
        assertThat(ours(target("print-state", "limit"))).isEqualTo(theirs(target("print-state", "limit")));
    }

    @Test
    void whatIsStoppedHasTenSeconds() {
        assertThat(Command.from(target("exit", "0")).spec().stopPolicy())
                .isEqualTo(StopPolicy.termThenKill(Duration.ofSeconds(10)));
    }

    @Test
    void allThreeStreamsArePipes() throws Exception {
        Process process = Command.from(new ProcessBuilder("sh", "-c", "read a; echo $a; echo e >&2"))
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write("line\n".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(process.getInputStream().readAllBytes()).asString().isEqualTo("line\n");
        assertThat(process.getErrorStream().readAllBytes()).asString().isEqualTo("e\n");
    }

    @Test
    void filesAndMerging() throws Exception {
        Path in = Files.writeString(directory.resolve("in"), "from a file\n");
        Path out = Files.writeString(directory.resolve("out"), "old\n");
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "cat; echo e >&2")
                .redirectInput(in.toFile())
                .redirectOutput(Redirect.appendTo(out.toFile()))
                .redirectError(err.toFile());
        Process process = Command.from(builder).start();
        assertThat(process.waitFor()).isZero();
        assertThat(out).hasContent("old\nfrom a file\n");
        assertThat(err).hasContent("e\n");
        assertThat(process.getInputStream().read()).isEqualTo(-1);
        assertThat(process.getErrorStream().read()).isEqualTo(-1);
        assertThatThrownBy(() -> process.getOutputStream().write(1)).isInstanceOf(IOException.class);

        builder.redirectOutput(Redirect.to(out.toFile())).redirectErrorStream(true);
        Command.from(builder).run().orThrow();
        assertThat(out).hasContent("from a file\ne\n");
    }

    @Test
    void mergedPipe() throws Exception {
        assertThat(ours(target("merge").redirectErrorStream(true))).isEqualTo("abcABCdefDEFghiGHIjklJKLmnoMNO");
    }

    @Test
    void discarded() throws Exception {
        Process process = Command.from(
                        target("merge").redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD))
                .start();
        assertThat(process.getInputStream().read()).isEqualTo(-1);
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void whatRunHasNotBeenToldIsCaptured() throws Exception {
        Result result = Command.from(target("merge")).run();
        assertThat(result.stdout()).hasSize(15);
        assertThat(result.stderr()).hasSize(15);
    }

    /** What another ProcessBuilder does later is its own concern. */
    @Test
    void theBuilderIsReadOnce() throws Exception {
        ProcessBuilder builder = target("print-args", "a");
        Command command = Command.from(builder);
        builder.command("false");
        builder.environment().clear();
        assertThat(command.run().orThrow().stdout()).isEqualTo("1 61\n");
    }

    /** Programs that inherit the streams of a JVM of their own. */
    static final class Inheriting {

        private Inheriting() {}

        public static void main(String[] args) throws Exception {
            Command.from(new ProcessBuilder("sh", "-c", "echo out; echo err >&2; cat").inheritIO())
                    .run()
                    .orThrow();
            Command.of("sh", "-c", "echo out2; echo err2 >&2; cat")
                    .inheritIO()
                    .run()
                    .orThrow();
            Command.of("sh", "-c", "echo out3; echo err3 >&2")
                    .stdout(Output.inherit())
                    .stderr(Output.toStdout())
                    .run()
                    .orThrow();
            Command.of("sh", "-c", "echo out4; echo err4 >&2")
                    .stdout(Output.discard())
                    .stderr(Output.inherit())
                    .run()
                    .orThrow();
        }
    }

    @Test
    void inherited() throws Exception {
        BentJvm.Ran ran = BentJvm.run("", Inheriting.class, List.of()).ok();
        assertThat(ran.lines()).containsExactly("out", "out2", "out3", "err3");
        assertThat(ran.err().lines()).containsExactly("err", "err2", "err4");
    }
}
