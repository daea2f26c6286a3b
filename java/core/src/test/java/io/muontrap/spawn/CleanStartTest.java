package io.muontrap.spawn;

import static io.muontrap.testing.Spawned.state;
import static io.muontrap.testing.Spawned.status;
import static io.muontrap.testing.Spawned.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.testing.ChildJvm;
import io.muontrap.testing.Powers;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever the JVM was started with or has done to itself, a child begins clean (TRAPS 8, 19, 20, 22, 24; SCENARIO 39).
 * The static methods are the checks; child JVMs in a bent state run them too.
 */
@Tag("trap-8")
@Tag("trap-19")
@Tag("trap-20")
@Tag("trap-22")
@Tag("trap-24")
@Tag("scenario-39")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("host")
class CleanStartTest {

    private static final String NO_SIGNALS = "0000000000000000";

    static void startsClean() throws Exception {
        assertClean(state(UnaryOperator.identity()));
    }

    static void startsCleanInItsOwnMemory() throws Exception {
        assertClean(state(spec -> spec.ownMemory(true)));
    }

    private static void assertClean(Map<String, String> child) throws IOException {
        assertThat(child)
                .containsEntry("fds", "0,1,2")
                .containsEntry("sigblocked", NO_SIGNALS)
                .containsEntry("sigignored", NO_SIGNALS)
                .containsEntry("sigcaught", NO_SIGNALS)
                .containsEntry("sigpending", NO_SIGNALS)
                .containsEntry("sigpending_process", NO_SIGNALS)
                .containsEntry("pgid", child.get("pid"))
                .containsEntry("sid", child.get("pid"))
                .containsEntry("tty", "0")
                .containsEntry("ppid", Integer.toString(NativeHost.pid()))
                .containsEntry("pdeathsig", "9")
                .containsEntry("nnp", "0")
                .containsEntry("keepcaps", "0")
                .containsEntry("subreaper", "0")
                .containsEntry("dumpable", "1")
                .containsEntry("umask", Powers.status("Umask"))
                .containsEntry("capeff", Powers.status("CapEff"));
        for (int fd = 0; fd < 3; fd++) {
            assertThat(child.get("fd." + fd).charAt(1))
                    .as("fd %d is not close-on-exec", fd)
                    .isEqualTo('-');
        }
        String hard = child.get("limit.nofile").split(":")[1];
        long soft = hard.equals("unlimited") ? 1024 : Math.min(1024, Long.parseLong(hard));
        assertThat(child).containsEntry("limit.nofile", soft + ":" + hard);
    }

    /** Without a session of its own it stays in ours, in our group. */
    static void sharesTheSessionWhenAsked() throws Exception {
        Map<String, String> child = state(spec -> spec.session(false).diesWithOwner(false));
        assertThat(child.get("sid")).isNotEqualTo(child.get("pid"));
        assertThat(child.get("pgid")).isNotEqualTo(child.get("pid"));
        assertThat(child).containsEntry("pdeathsig", "0");
    }

    /** TRAPS 20: 1100 open descriptors, more than the child's own limit. */
    static void startsCleanBesideManyDescriptors() throws Exception {
        List<Fd> many = new ArrayList<>();
        try {
            Path file = Path.of("/dev/null");
            while (many.size() < 1100) {
                many.add(Fd.openRead(file));
            }
            assertClean(state(UnaryOperator.identity()));
            Map<String, String> high = state(spec -> spec.fd(1050, many.get(7)).oomScore(900));
            assertThat(high)
                    .containsEntry("fds", "0,1,2,1050")
                    .containsEntry("limit.nofile", "1024:" + hardNofile(high));
        } finally {
            many.forEach(Fd::close);
        }
    }

    private static String hardNofile(Map<String, String> child) {
        return child.get("limit.nofile").split(":")[1];
    }

    /** That the bent JVM is bent: else the other checks would say nothing. */
    static void thisJvmIsBent() throws Exception {
        long ignored = Long.parseUnsignedLong(Powers.status("SigIgn"), 16);
        long blocked = Long.parseUnsignedLong(
                Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                        .filter(line -> line.startsWith("SigBlk:"))
                        .findFirst()
                        .orElseThrow()
                        .substring(7)
                        .trim(),
                16);
        // 17, SIGCHLD, is ignored at first too, until a process class of the JDK is loaded
        for (int sig : new int[] {1, 2, 10, 34, 64}) {
            assertThat(ignored >> (sig - 1) & 1).as("signal %d is ignored", sig).isEqualTo(1);
        }
        for (int sig : new int[] {10, 14, 40}) {
            assertThat(blocked >> (sig - 1) & 1).as("signal %d is blocked", sig).isEqualTo(1);
        }
        assertThat(Path.of("/proc/self/fd/7")).exists();
        assertThat(Path.of("/proc/self/fd/9")).exists();
        assertThat(Files.readString(Path.of("/proc/self/fdinfo/7"))).doesNotContain("flags:\t02");
    }

    /** TRAPS 23: the numbers 0 to 2 are free in the JVM, so its own pipes get them. */
    static void pipesThatLandOnTheStandardNumbersWork() throws Exception {
        Path zero = Path.of("/dev/zero");
        Fd.openRead(zero).close();
        startsClean(); // all classes are loaded now, so that no jar is opened between the next lines
        for (int fd = 0; fd < 3; fd++) {
            assertThat(NativeFiles.close(fd)).isZero();
        }
        try (Fd.Pipe pipe = Fd.pipe();
                Fd third = Fd.openRead(zero)) {
            assertThat(List.of(pipe.read().number(), pipe.write().number(), third.number()))
                    .containsExactly(0, 1, 2);
            // each in its own place, then all changed about
            assertPiped(pipe, target("print-state").stdout(pipe.write()).stdin(third), "0,1");
            assertPiped(
                    pipe,
                    target("print-state").stdin(third).stdout(pipe.write()).stderr(pipe.write()),
                    "0,1,2");
            assertPiped(
                    pipe,
                    target("print-state")
                            .stdin(pipe.read())
                            .stdout(pipe.write())
                            .stderr(third)
                            .fd(3, pipe.write()),
                    "0,1,2,3");
        }
        // none at all: the child has none either
        assertThat(status(target("exit", "5")).exitValue()).isEqualTo(5);
    }

    private static void assertPiped(Fd.Pipe pipe, SpawnSpec spec, String fds) throws Exception {
        assertThat(status(spec).exitValue()).isZero();
        Map<String, String> child = Target.state(available(pipe.read().number()));
        // a descriptor that was not given is the JVM's own of that number, all of which are close-on-exec here
        assertThat(child).containsEntry("fds", fds).containsEntry("sigblocked", NO_SIGNALS);
        assertThat(child.get("fd.0").charAt(1)).isEqualTo('-');
        assertThat(child.get("fd.1")).startsWith("w-").contains("pipe:");
    }

    private static String available(int fd) {
        ByteBuffer text = ByteBuffer.allocateDirect(65536);
        int n = NativeFiles.read(fd, NativeFiles.address(text), text.capacity());
        assertThat(n).isPositive();
        byte[] bytes = new byte[n];
        text.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static final String[] CHECKS = {
        "startsClean", "startsCleanInItsOwnMemory", "sharesTheSessionWhenAsked", "startsCleanBesideManyDescriptors"
    };

    @Test
    void fromThisJvm() throws Exception {
        startsClean();
        startsCleanInItsOwnMemory();
        sharesTheSessionWhenAsked();
        startsCleanBesideManyDescriptors();
    }

    @ParameterizedTest
    @Tag("jvm")
    @ValueSource(strings = {"", "clone3", "close_range", "clone3,close_range"})
    @Tag("trap-17")
    @Tag("scenario-44")
    void fromAJvmThatWasStartedBent(String disabled) throws Exception {
        List<String> checks = new ArrayList<>(List.of("thisJvmIsBent"));
        checks.addAll(List.of(CHECKS));
        checks.add("thisJvmIsBent");
        ChildJvm.plain()
                .wrapped("/bin/sh", "-c", "exec 7</dev/null 9>/dev/null; exec \"$@\"", "sh")
                .wrapped(Target.PATH, "ignore", "HUP,INT,CHLD,USR1,34,64", "block", "USR1,ALRM,40", "exec")
                .options("-Dmuontrap.disable=" + disabled)
                .passes(CleanStartTest.class, checks.toArray(String[]::new));
    }

    @ParameterizedTest
    @Tag("jvm")
    @ValueSource(strings = {"", "clone3,close_range"})
    @Tag("trap-23")
    void fromAJvmWithoutStandardStreams(String disabled) throws Exception {
        ChildJvm.plain()
                .options("-Dmuontrap.disable=" + disabled)
                .passes(CleanStartTest.class, "pipesThatLandOnTheStandardNumbersWork");
    }

    /** All closed before the JVM began, so that files of its own have the numbers. */
    @Test
    @Tag("jvm")
    @Tag("trap-23")
    void fromAJvmThatWasStartedWithEverythingClosed() throws Exception {
        ChildJvm.plain().wrapped(Target.PATH, "close-all", "exec").passes(CleanStartTest.class, "worksWithoutStreams");
    }

    static void worksWithoutStreams() throws Exception {
        try (Fd in = Fd.openRead(Path.of("/dev/null"))) {
            Map<String, String> child = state(spec -> spec.stdin(in).stderr(in));
            assertThat(child).containsEntry("fds", "0,1,2").containsEntry("fd.0", "r-- /dev/null");
        }
    }
}
