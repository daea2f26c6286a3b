package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong by itself is refused where it is said, by the argument's name. */
class CommandValidationTest {

    private static final Command TOOL = Command.of("tool");
    private static final Duration LESS = Duration.ofNanos(-1);

    static List<Arguments> wrong() {
        List<Arguments> all = new ArrayList<>();
        add(all, "program", () -> Command.of(""));
        add(all, "program", () -> Command.of("a\0b"));
        add(all, "program", () -> Command.of("\ud83d"));
        add(all, "command", () -> Command.of(List.of()));
        add(all, "command", () -> Command.from(new ProcessBuilder(List.of())));
        add(all, "argument 2", () -> Command.of("tool", "a", "b\0"));
        add(all, "argument 2", () -> Command.of("tool", "a").arg("\ude00"));
        add(all, "arg0", () -> TOOL.arg0(""));
        add(all, "arg0", () -> TOOL.arg0("\0"));
        add(all, "environment name", () -> TOOL.env("", "secret"));
        add(all, "environment name", () -> TOOL.env("A=B", "secret"));
        add(all, "environment name", () -> TOOL.env(Map.of("A\0", "secret")));
        add(all, "environment variable A", () -> TOOL.env("A", "secret\0"));
        add(all, "environment variable A", () -> TOOL.env("A", "secret\ud83d"));
        add(all, "environment name", () -> TOOL.unsetEnv(""));
        add(all, "environment name", () -> TOOL.inheritEnv("A", "="));
        add(all, "names", () -> TOOL.inheritEnv());
        add(all, "directory", () -> TOOL.directory(Path.of("")));
        add(all, "path", () -> Output.file(Path.of("")));
        add(all, "path", () -> Output.appendTo(Path.of("")));
        add(all, "path", () -> Input.file(Path.of("")));
        add(all, "output", () -> TOOL.stdout(Output.toStdout()));
        add(all, "timeout", () -> TOOL.timeout(LESS));
        add(all, "drain", () -> TOOL.drain(LESS));
        add(all, "codes", () -> TOOL.successCodes());
        add(all, "codes", () -> TOOL.successCodes(0, 256));
        add(all, "codes", () -> TOOL.successCodes(-1));
        add(all, "containment", () -> TOOL.require());
        add(all, "uid", () -> TOOL.user(-1));
        add(all, "uid", () -> TOOL.user(4294967295L));
        add(all, "gid", () -> TOOL.group(4294967296L));
        add(all, "group 2", () -> TOOL.groups("a", "010"));
        add(all, "max", () -> Output.capture(-1));
        add(all, "max", () -> Output.capture(Long.MAX_VALUE));
        add(all, "redirect", () -> Output.from(Redirect.from(Path.of("x").toFile())));
        add(all, "redirect", () -> Input.from(Redirect.to(Path.of("x").toFile())));
        add(all, "text", () -> Input.text("\ud83d"));
        add(all, "text", () -> Input.text("\u20ac", StandardCharsets.ISO_8859_1));
        add(all, "charset", () -> Output.discard().charset(StandardCharsets.UTF_8));
        return all;
    }

    private static void add(List<Arguments> all, String name, ThrowingCallable what) {
        all.add(Arguments.of(name, Named.of(name + " " + all.size(), what)));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void refusedByName(String name, ThrowingCallable what) {
        assertThatThrownBy(what)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "010",
                "00",
                "-1",
                "+1",
                "4294967295",
                "4294967296",
                "4294967297",
                "99999999999999999999",
                "18446744073709551616",
                "a:b",
                "a,b",
                " a",
                "a ",
                "a\n",
                "a\0",
                "\ud83d"
            })
    void usersAreNamesOrPlainNumbers(String word) {
        assertThatThrownBy(() -> TOOL.user(word))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("user ");
        assertThatThrownBy(() -> TOOL.group(word))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("group ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nobody", "0", "1000", "4294967294", "Domain Users", "user@example.org", "0x10", "DOM\\user"})
    void theseAre(String word) {
        assertThat(TOOL.user(word).spec().user()).isEqualTo(word);
    }

    @Test
    void nullsAreRefusedByName() {
        assertThatThrownBy(() -> TOOL.arg(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("argument 1");
        assertThatThrownBy(() -> TOOL.env("A", null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("A");
        assertThatThrownBy(() -> TOOL.timeout(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("timeout");
        assertThatThrownBy(() -> Command.of("a", "b", null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("argument 2");
        assertThatThrownBy(() -> Command.from(null)).hasMessage("builder");
        assertThatThrownBy(() -> TOOL.stdin(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> TOOL.directory(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("directory");
    }

    static List<Arguments> later() {
        return List.of(
                Arguments.of("isolatePids()", TOOL.isolatePids()),
                Arguments.of("onOwnerDeath(LEAVE)", TOOL.onOwnerDeath(OwnerDeath.LEAVE)),
                Arguments.of("ownedBy()", TOOL.ownedBy(Thread.currentThread())),
                Arguments.of("require(PID_NAMESPACE)", TOOL.require(Containment.SESSION, Containment.PID_NAMESPACE)));
    }

    @ParameterizedTest
    @MethodSource("later")
    void wordsOfLaterVersionsAreRefusedAtTheStart(String word, Command command) {
        for (ThrowingCallable start : List.<ThrowingCallable>of(command::start, command::run)) {
            assertThatThrownBy(start)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage("Command." + word + " is not in this version");
        }
    }

    @Test
    void whatHoldsAlreadyIsNot() {
        assertThat(TOOL.require(Containment.SESSION)
                        .onOwnerDeath(OwnerDeath.KILL_LEADER)
                        .allowRoot()
                        .spec()
                        .unsupported())
                .isEmpty();
    }

    @Test
    void factoriesOfLaterVersionsNameThemselves() {
        Map<String, ThrowingCallable> later = Map.of(
                "HostReport.probe()", HostReport::probe,
                "ProcessScope.open()", ProcessScope::open);
        later.forEach((name, call) -> assertThatThrownBy(call)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(name + " is not in this version"));
    }
}
