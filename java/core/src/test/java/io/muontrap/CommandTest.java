package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.internal.text.EnvironmentBlock;
import io.muontrap.internal.text.TextBytes;
import io.muontrap.spawn.CheckReturnValue;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.Step;
import io.muontrap.spawn.StopPolicy;
import java.lang.ProcessBuilder.Redirect;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandTest {

    @Test
    void defaults() {
        CommandSpec spec = Command.of("tool").spec();
        assertThat(spec.stopPolicy()).isEqualTo(StopPolicy.DEFAULT);
        assertThat(spec.afterExit()).isEqualTo(AfterExit.STOP);
        assertThat(spec.onOwnerDeath()).isEqualTo(OwnerDeath.KILL_LEADER);
        assertThat(spec.successCodes()).containsExactly(0);
        assertThat(spec.timeout()).isNull();
        assertThat(spec.keepNofile()).isFalse();
        assertThat(spec.unsupported()).isEmpty();

        assertThat(spec.forStart().stdin()).isSameAs(Input.empty());
        assertThat(spec.forStart().stdout()).isSameAs(Output.pipe());
        assertThat(spec.forStart().stderr()).isSameAs(Output.pipe());
        assertThat(spec.forRun().stdin()).isSameAs(Input.empty());
        assertThat(spec.forRun().stdout().form()).isEqualTo(Output.capture().form());
        assertThat(((OutputForm.Capture) spec.forRun().stderr().form()).max()).isEqualTo(16 << 20);
    }

    @Test
    void runHasNobodyAtTheOtherEndOfAPipe() {
        CommandSpec spec = Command.of("tool")
                .stdin(Input.pipe())
                .stdout(Output.pipe())
                .stderr(Output.toStdout())
                .spec()
                .forRun();
        assertThat(spec.stdin()).isSameAs(Input.empty());
        assertThat(spec.stdout().form()).isInstanceOf(OutputForm.Capture.class);
        assertThat(spec.stderr()).isSameAs(Output.toStdout());
    }

    @Test
    void everyVerbReturnsACopyThatMustNotBeDropped() throws Exception {
        List<Method> verbs = Arrays.stream(Command.class.getDeclaredMethods())
                .filter(m -> Modifier.isPublic(m.getModifiers()) && m.getReturnType() == Command.class)
                .toList();
        assertThat(verbs).hasSizeGreaterThan(30).allMatch(m -> m.isAnnotationPresent(CheckReturnValue.class));
        assertThat(Command.class.getDeclaredFields()).allMatch(f -> Modifier.isFinal(f.getModifiers()));

        Command command = Command.of("tool").env("A", "1");
        CommandSpec before = command.spec();
        for (Method verb : verbs) {
            if (!Modifier.isStatic(verb.getModifiers())) {
                assertThat(verb.invoke(command, sample(verb))).isNotSameAs(command);
            }
        }
        assertThat(command.spec()).isSameAs(before);
        assertThat(command).hasToString("Command[tool] with environment: set [A]");
    }

    /** Something valid for each parameter of a verb. */
    private static Object[] sample(Method verb) {
        return Arrays.stream(verb.getParameterTypes())
                .map(type -> switch (type.getSimpleName()) {
                    case "String" -> "x";
                    case "String[]" -> new String[] {"x"};
                    case "int[]" -> new int[] {1};
                    case "long" -> 1L;
                    case "Map" -> Map.of("B", "2");
                    case "Path" -> Path.of("d");
                    case "Duration" -> Duration.ZERO;
                    case "Input" -> Input.pipe();
                    case "Output" -> Output.discard();
                    case "StopPolicy" -> StopPolicy.kill();
                    case "AfterExit" -> AfterExit.LEAVE;
                    case "OwnerDeath" -> OwnerDeath.LEAVE;
                    case "Containment[]" -> new Containment[] {Containment.SESSION};
                    case "CgroupSpec" -> CgroupSpec.auto();
                    case "Thread" -> Thread.currentThread();
                    case "Executor" -> (Executor) Runnable::run;
                    default -> throw new AssertionError("no sample for " + type);
                })
                .toArray();
    }

    @Test
    void keepsWhatIsSaid() {
        CommandSpec spec = Command.of("tool", "a", "")
                .arg("b")
                .arg0("-tool")
                .directory(Path.of("/d"))
                .timeout(Duration.ofSeconds(2))
                .drain(Duration.ZERO)
                .afterExit(AfterExit.LEAVE)
                .successCodes(0, 3)
                .spec();
        assertThat(spec.arguments().stream().map(TextBytes::text)).containsExactly("a", "", "b");
        assertThat(TextBytes.text(spec.arg0())).isEqualTo("-tool");
        assertThat(TextBytes.text(spec.directory())).isEqualTo("/d");
        assertThat(spec.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(spec.drain()).isZero();
        assertThat(spec.drainAsked()).isTrue();
        assertThat(spec.afterExit()).isEqualTo(AfterExit.LEAVE);
        assertThat(spec.successCodes()).containsExactlyInAnyOrder(0, 3);
    }

    @Test
    void timesForEverAreCutToWhatNanosecondsHold() {
        Duration ever = Duration.ofSeconds(Long.MAX_VALUE);
        CommandSpec spec = Command.of("tool").timeout(ever).drain(ever).spec();
        assertThat(spec.timeout().toNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(spec.drain().toNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void showsItsWordsButNoValues() {
        assertThat(Command.of("tool", "arg")
                        .env("TOKEN", "secret")
                        .env(Map.of("OTHER", "hidden"))
                        .directory(Path.of("/d"))
                        .toString())
                .isEqualTo("Command[tool arg] in /d with environment: set [TOKEN, OTHER]")
                .doesNotContain("secret", "hidden");
    }

    @Test
    void takesOverAProcessBuilder(@TempDir Path directory) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("tool", "-x")
                .directory(directory.toFile())
                .redirectOutput(Redirect.appendTo(directory.resolve("out").toFile()))
                .redirectErrorStream(true);
        builder.environment().put("NEW", "1");
        CommandSpec spec = Command.from(builder).spec();
        builder.command("other"); // what follows is not seen
        builder.environment().put("LATER", "1");

        assertThat(TextBytes.text(spec.program())).isEqualTo("tool");
        assertThat(TextBytes.text(spec.directory())).isEqualTo(directory.toString());
        assertThat(spec.stdin()).isSameAs(Input.pipe());
        assertThat(((OutputForm.ToFile) spec.stdout().form()).append()).isTrue();
        assertThat(spec.stderr()).isSameAs(Output.toStdout());
        assertThat(spec.stopPolicy()).isEqualTo(StopPolicy.termThenKill(Duration.ofSeconds(10)));
        assertThat(spec.keepNofile()).isTrue();
        List<byte[]> environment = spec.environment().entries();
        assertThat(EnvironmentBlock.value(environment, "NEW"))
                .hasValueSatisfying(v -> assertThat(v).containsExactly('1'));
        assertThat(EnvironmentBlock.value(environment, "LATER")).isEmpty();
        assertThat(environment).hasSize(new ProcessBuilder("x").environment().size() + 1);
    }

    @Test
    void aPlainProcessBuilderHasPipesAndIsCapturedByRun() {
        CommandSpec spec = Command.from(new ProcessBuilder("tool")).spec();
        assertThat(spec.forStart().stdin()).isSameAs(Input.pipe());
        assertThat(spec.forStart().stdout()).isSameAs(Output.pipe());
        assertThat(spec.forStart().stderr()).isSameAs(Output.pipe());
        assertThat(spec.forRun().stderr().form()).isInstanceOf(OutputForm.Capture.class);
    }

    @Test
    void looksUpInThePathOfTheChild(@TempDir Path directory) throws Exception {
        Path tool = Files.createFile(directory.resolve("tool"));
        Command command = Command.of("tool", "x").env("PATH", directory.toString());
        SpawnException denied = catchThrowableOfType(SpawnException.class, () -> ResolvedProgram.of(command.spec()));
        assertThat(denied.step()).isEqualTo(Step.LOOKUP);
        assertThat(denied.errnoName()).isEqualTo("EACCES");
        assertThat(denied.path()).hasValue(tool.toString());

        assertThat(tool.toFile().setExecutable(true)).isTrue();
        ResolvedProgram found = ResolvedProgram.of(command.spec());
        assertThat(TextBytes.text(found.file())).isEqualTo(tool.toString());
        assertThat(found.argv().stream().map(TextBytes::text)).containsExactly("tool", "x");
        assertThat(found.directory()).isNull();

        SpawnException missing = catchThrowableOfType(
                SpawnException.class,
                () -> ResolvedProgram.of(Command.of("no-such-tool")
                        .env("PATH", directory.toString())
                        .spec()));
        assertThat(missing.errnoName()).isEqualTo("ENOENT");
        assertThat(missing.path()).isEqualTo(Optional.of("no-such-tool"));
    }

    @Test
    void aRelativeProgramCountsFromTheChildsDirectory() throws Exception {
        Path here = Path.of("/proc/self/cwd").toRealPath();
        assertThat(TextBytes.text(ResolvedProgram.of(Command.of("./t").spec()).file()))
                .isEqualTo(here + "/./t");
        assertThat(TextBytes.text(ResolvedProgram.of(
                                Command.of("bin/t").directory(Path.of("/d")).spec())
                        .file()))
                .isEqualTo("/d/bin/t");
        ResolvedProgram relative =
                ResolvedProgram.of(Command.of("bin/t").directory(Path.of("d")).spec());
        assertThat(TextBytes.text(relative.file())).isEqualTo(here + "/d/bin/t");
        assertThat(TextBytes.text(relative.directory())).isEqualTo(here + "/d");
    }

    @Test
    void arg0IsOnlyWhatTheProgramSees() throws Exception {
        ResolvedProgram program =
                ResolvedProgram.of(Command.of("/bin/sh", "-c").arg0("-name").spec());
        assertThat(TextBytes.text(program.file())).isEqualTo("/bin/sh");
        assertThat(program.argv().stream().map(TextBytes::text)).containsExactly("-name", "-c");
    }
}
