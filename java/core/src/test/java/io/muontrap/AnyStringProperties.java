package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.spawn.Child;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Limit;
import io.muontrap.spawn.Signal;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.SpawnSpec;
import io.muontrap.spawn.Spawner;
import io.muontrap.spawn.Step;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Powers;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Any string where a name, a path or a number is wanted gives a right start or an error that names it, never a third
 * thing. Half of the input is right by rules that are written here anew.
 */
@Tag("host")
class AnyStringProperties {

    private static Path everybodys;

    @BeforeContainer
    static void copyTarget() throws IOException {
        everybodys = Powers.targetForAll();
    }

    @AfterContainer
    static void remove() throws IOException {
        Files.delete(everybodys);
        Files.delete(everybodys.getParent());
    }

    private static Command target(String... args) {
        return Command.of(everybodys.toString(), args).directory(everybodys.getParent());
    }

    /** Names of a file such as passwd(5), with the number in this field. */
    private static Map<String, Long> names(String file, int field) {
        try {
            Map<String, Long> all = new HashMap<>();
            for (String line : Files.readAllLines(Path.of(file))) {
                String[] fields = line.split(":");
                all.putIfAbsent(fields[0], Long.valueOf(fields[field]));
            }
            return all;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Arbitrary<String> names(Map<String, Long> known) {
        Arbitrary<String> right = Arbitraries.oneOf(
                Arbitraries.of(List.copyOf(known.keySet())),
                Arbitraries.longs().between(0, 4294967294L).map(String::valueOf));
        Arbitrary<String> odd = Arbitraries.of(
                "",
                "010",
                "+1",
                "-1",
                "0x10",
                "1e3",
                " 1",
                "1 ",
                "4294967295",
                "4294967296",
                "4294967297",
                "99999999999",
                "root ",
                "ro\0ot",
                "root:x",
                "a,b",
                "\u0661",
                "nobodyatall",
                "../root",
                "ro\not",
                "-u",
                "--",
                "\ud800");
        return Arbitraries.oneOf(right, right, odd, Arbitraries.strings().ofMaxLength(12));
    }

    private static Optional<Long> number(String word) {
        if (!word.matches("0|[1-9][0-9]{0,9}")) {
            return Optional.empty();
        }
        return Optional.of(Long.valueOf(word)).filter(n -> n < 4294967295L);
    }

    /** What it says of itself; empty where it was refused by name. */
    private static Optional<Map<String, String>> state(Callable<Command> make) throws Exception {
        try {
            Result result = make.call().run();
            assertThat(result.status().exitValue()).as(result.stderr()).isZero();
            return Optional.of(Target.state(result.stdout()));
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
            return Optional.empty();
        } catch (SpawnException e) {
            assertThat(e.step()).isNotNull();
            assertThat(e.getMessage()).contains(e.step().name());
            return Optional.empty();
        }
    }

    @Provide
    Arbitrary<String> users() {
        return names(names("/etc/passwd", 2));
    }

    @Property(tries = 300)
    void user(@ForAll("users") String user) throws Exception {
        Optional<Long> uid = number(user)
                .or(() -> Optional.ofNullable(names("/etc/passwd", 2).get(user)));
        boolean right = uid.isPresent() && uid.get() != 0;
        Optional<Map<String, String>> state =
                state(() -> target("print-state", "uid", "gid").user(user).group(4711));
        if (!right) {
            assertThat(state).isEmpty();
        } else if (Capability.CHANGE_IDS.isHere()) {
            assertThat(state.orElseThrow())
                    .containsEntry("uid", uid.get().toString())
                    .containsEntry("gid", "4711");
        }
    }

    @Provide
    Arbitrary<String> groups() {
        return names(names("/etc/group", 2));
    }

    @Property(tries = 300)
    void group(@ForAll("groups") String group) throws Exception {
        Optional<Long> gid = number(group)
                .or(() -> Optional.ofNullable(names("/etc/group", 2).get(group)));
        Optional<Map<String, String>> state = state(() ->
                target("print-state", "gid", "groups").user(54_321).group(group).groups(group));
        if (gid.isEmpty()) {
            assertThat(state).isEmpty();
        } else if (Capability.CHANGE_IDS.isHere()) {
            String number = gid.get().toString();
            assertThat(state.orElseThrow()).containsEntry("gid", number).containsEntry("groups", number);
        }
    }

    @Provide
    Arbitrary<String> paths() {
        Arbitrary<String> right = Arbitraries.of("/", "/tmp", "/usr/../tmp", "/proc/self", "//tmp//.", "/usr/bin");
        Arbitrary<String> odd = Arbitraries.of(
                "", "/nonexistent", "/etc/passwd", "/etc/passwd/x", "a\0b", "nosuch", "/tmp/\ud800", "/root/\u00e9");
        return Arbitraries.oneOf(
                right, odd, Arbitraries.strings().ofMaxLength(8).map(s -> "/" + s));
    }

    @Property(tries = 200)
    void directory(@ForAll("paths") String path) throws Exception {
        boolean right;
        try {
            right = !path.isEmpty() && Files.isDirectory(Path.of(path)) && Files.isExecutable(Path.of(path));
        } catch (InvalidPathException e) {
            right = false;
        }
        Optional<Map<String, String>> state = state(
                () -> Command.of(everybodys.toString(), "print-state", "cwd").directory(Path.of(path)));
        assertThat(state.isPresent()).isEqualTo(right);
        if (right && !path.startsWith("/proc")) {
            assertThat(state.orElseThrow())
                    .containsEntry("cwd", Path.of(path).toRealPath().toString());
        }
    }

    @Provide
    Arbitrary<String> variables() {
        Arbitrary<String> right = Arbitraries.strings()
                .withCharRange('!', '~')
                .excludeChars('=')
                .ofMinLength(1)
                .ofMaxLength(9);
        return Arbitraries.oneOf(
                right,
                Arbitraries.of("", "A=B", "=", "A\0", "a b", "\ud800"),
                Arbitraries.strings().ofMaxLength(5));
    }

    @Property(tries = 200)
    void variable(@ForAll("variables") String name) throws Exception {
        boolean wrong = name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0;
        try {
            Result result = Command.of(everybodys.toString(), "print-env")
                    .clearEnv()
                    .env(name, "v")
                    .run();
            assertThat(wrong).isFalse();
            if (name.chars().allMatch(c -> c >= ' ' && c <= '~')) {
                assertThat(result.stdout()).contains(name + "=v");
            }
        } catch (IllegalArgumentException e) {
            assertThat(wrong || !name.chars().allMatch(c -> c <= '~'))
                    .as("%s: %s", name, e.getMessage())
                    .isTrue();
        }
    }

    @Property(tries = 200)
    void limit(
            @ForAll @LongRange(min = -3, max = 1L << 40) long soft,
            @ForAll @LongRange(min = -3, max = 1L << 40) long hard)
            throws Exception {
        boolean right = soft >= -1 && hard >= -1 && (hard == -1 || (soft != -1 && soft <= hard));
        try {
            SpawnSpec spec =
                    SpawnSpec.of(everybodys.toString(), "exit", "0").limit(new Limit(Limit.Resource.CORE, soft, hard));
            assertThat(right).isTrue();
            try (Child child = Spawner.system().spawn(spec)) {
                assertThat(child.await().exitValue()).isZero();
            }
        } catch (IllegalArgumentException e) {
            assertThat(right).isFalse();
            assertThat(e).hasMessageContaining("CORE");
        } catch (SpawnException e) { // above the JVM's own hard limit
            assertThat(e.step()).isEqualTo(Step.LIMIT);
        }
    }

    @Provide
    Arbitrary<Integer> signals() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(1, 64), Arbitraries.of(0, -1, 65, 128), Arbitraries.integers());
    }

    @Property(tries = 150)
    void signal(@ForAll("signals") int number) throws Exception {
        boolean right = number >= 1 && number <= 64;
        Signal signal;
        try {
            signal = new Signal(number);
            assertThat(right).isTrue();
        } catch (IllegalArgumentException e) {
            assertThat(right).isFalse();
            assertThat(e).hasMessageContaining(Integer.toString(number));
            return;
        }
        try (Child child = Spawner.system().spawn(SpawnSpec.of(everybodys.toString(), "sleep", "forever"))) {
            child.signal(signal);
            child.signal(Signal.KILL);
            assertThat(child.await()).isInstanceOf(ExitStatus.Signaled.class);
        }
    }
}
