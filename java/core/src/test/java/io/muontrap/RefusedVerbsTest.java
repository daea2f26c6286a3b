package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.spawn.StopPolicy;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Target;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad options are refused by each verb before anything runs, so that nothing has to be undone. */
@Tag("scenario-25")
class RefusedVerbsTest {

    /** Verbs whose argument can only be missing, or that have none. */
    private static final Set<String> NOTHING_TO_REFUSE =
            Set.of("clearEnv", "inheritIO", "isolatePids", "allowRoot", "foreground");

    @TempDir
    Path directory;

    private final Map<String, List<UnaryOperator<Command>>> wrong = new TreeMap<>();

    private void wrong(String verb, UnaryOperator<Command> use) {
        wrong.computeIfAbsent(verb, name -> new ArrayList<>()).add(use);
    }

    @BeforeEach
    void verbs() {
        wrong("arg", c -> c.arg("a\0b"));
        wrong("arg0", c -> c.arg0(""));
        wrong("env", c -> c.env("A=B", "x"));
        wrong("env", c -> c.env("", "x"));
        wrong("env", c -> c.env("A", "\0"));
        wrong("env", c -> c.env(Map.of("A", "b\0")));
        wrong("unsetEnv", c -> c.unsetEnv("A=B"));
        wrong("inheritEnv", c -> c.inheritEnv());
        wrong("inheritEnv", c -> c.inheritEnv(""));
        wrong("directory", c -> c.directory(Path.of("")));
        wrong("stdin", c -> c.stdin(Input.file(Path.of(""))));
        wrong("stdin", c -> c.stdin(null));
        wrong("stdout", c -> c.stdout(Output.toStdout()));
        wrong("stdout", c -> c.stdout(Output.capture(-1)));
        wrong("stderr", c -> c.stderr(Output.file(Path.of(""))));
        wrong("stderr", c -> c.stderr(null));
        wrong("timeout", c -> c.timeout(Duration.ofNanos(-1)));
        wrong("idleTimeout", c -> c.idleTimeout(Duration.ofNanos(-1)));
        wrong("cpuLimit", c -> c.cpuLimit(Duration.ofNanos(-1)));
        wrong("outputLimit", c -> c.outputLimit(-1));
        wrong("drain", c -> c.drain(Duration.ofSeconds(Long.MIN_VALUE)));
        wrong("stopPolicy", c -> c.stopPolicy(StopPolicy.termThenKill(Duration.ofMillis(-1))));
        wrong("stopPolicy", c -> c.stopPolicy(null));
        wrong("afterExit", c -> c.afterExit(null));
        wrong("onOwnerDeath", c -> c.onOwnerDeath(null));
        wrong("ownedBy", c -> c.ownedBy(null));
        wrong("require", c -> c.require());
        wrong("cgroup", c -> c.cgroup(CgroupSpec.at("../up")));
        wrong("cgroup", c -> c.cgroup(null));
        wrong("user", c -> c.user("010"));
        wrong("user", c -> c.user("4294967297"));
        wrong("user", c -> c.user(-1));
        wrong("group", c -> c.group(""));
        wrong("group", c -> c.group(1L << 32));
        wrong("groups", c -> c.groups("users", "-1"));
        wrong("successCodes", c -> c.successCodes(256));
        wrong("successCodes", c -> c.successCodes());
        wrong("executor", c -> c.executor(null));
    }

    @Test
    void everyVerbHasItsCase() {
        Set<String> verbs = Arrays.stream(Command.class.getMethods())
                .filter(method -> method.getReturnType() == Command.class)
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        verbs.removeAll(NOTHING_TO_REFUSE);
        assertThat(wrong.keySet()).isEqualTo(verbs);
    }

    @Test
    void refusedBeforeAnythingRuns() throws Exception {
        Command.of(Target.PATH, "exit", "0").run();
        Leftovers before = Leftovers.before();
        Path made = directory.resolve("made");
        Command command = Command.of(Target.PATH, "succeed-second-time", made.toString());
        wrong.forEach((verb, uses) -> uses.forEach(use -> {
            Throwable thrown = catchThrowable(() -> use.apply(command).run());
            assertThat(thrown)
                    .as(verb)
                    .isInstanceOfAny(IllegalArgumentException.class, NullPointerException.class)
                    .hasMessageMatching("(?s).+");
            assertThat(thrown.getStackTrace())
                    .as("at the verb, not at the start")
                    .noneMatch(frame -> frame.getMethodName().equals("start")
                            || frame.getClassName().equals(Launch.class.getName()));
        }));
        assertThat(made).doesNotExist();
        before.assertNone();
        assertThat(command.run().status().exitValue())
                .as("and it would have run")
                .isEqualTo(1);
        assertThat(made).exists();
    }
}
