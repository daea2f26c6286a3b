package io.muontrap.internal.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.internal.jni.NativeProcess;
import io.muontrap.spawn.Fd;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Spawned;
import io.muontrap.testing.Target;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The child asks its owner's pidfd, writes to join files and execs a descriptor after the handed-over descriptors were
 * put at numbers that the caller chose: also at the numbers of these (TRAPS 23), and a dead owner is found (TRAPS 4).
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("host")
class NeededDescriptorsTest {

    @TempDir
    Path directory;

    private Leftovers before;

    @BeforeEach
    void before() throws Exception {
        assertThat(Owner.THIS_JVM.pidfd()).isPositive(); // it stays open
        before = Leftovers.before();
    }

    @AfterEach
    void after() throws Exception {
        before.assertNone();
    }

    private static Map<String, String> state(Plan.Fds fds) throws Exception {
        try (Fd.Pipe out = Fd.pipe()) {
            List<Plan.Move> moves = new ArrayList<>(fds.moves());
            moves.add(new Plan.Move(out.write().number(), 1));
            Plan.Fds all = new Plan.Fds(moves, fds.joins(), fds.cgroup(), fds.exec(), fds.terminal());
            Outcome outcome =
                    Launches.spawn(Launches.target(Launches.usualFlags(), all, "print-state"), Owner.THIS_JVM);
            assertThat(outcome.running()).as("%s", outcome).isTrue();
            out.write().close();
            String printed = new String(Spawned.readAll(out.read().number()), StandardCharsets.UTF_8);
            assertThat(Launches.end(outcome)).containsExactly(1L, 0L);
            return Target.state(printed);
        }
    }

    /** A file is readable, so that the owner would look dead; an empty pipe is not: it would look alive for ever. */
    @Test
    @Tag("trap-23")
    void theOwnersNumberGivenAsTarget() throws Exception {
        int owner = Owner.THIS_JVM.pidfd();
        assertThat(owner).isPositive();
        try (Fd zero = Fd.openRead(Path.of("/dev/zero"));
                Fd.Pipe silent = Fd.pipe()) {
            for (Fd source : List.of(zero, silent.read())) {
                Map<String, String> child = state(Plan.Fds.of(List.of(new Plan.Move(source.number(), owner))));
                assertThat(child).containsEntry("fds", "0,1,2," + owner);
                assertThat(child.get("fd." + owner)).isEqualTo("r-- " + link(source.number()));
            }
            // and a dead one is still found when a silent pipe takes its number
            int dead = deadPidfd();
            Plan plan = Launches.target(
                    Launches.usualFlags(),
                    Plan.Fds.of(List.of(new Plan.Move(silent.read().number(), dead))),
                    "exit",
                    "0");
            assertOwnerFoundDead(Launches.spawn(plan, new Owner(dead, NativeHost.pid())));
            NativeFiles.close(dead);
        }
    }

    @Test
    @Tag("trap-23")
    void aJoinFilesNumberGivenAsTarget() throws Exception {
        Path file = directory.resolve("tasks");
        try (Fd join = Fd.openWrite(file);
                Fd zero = Fd.openRead(Path.of("/dev/zero"))) {
            int number = join.number();
            Map<String, String> child = state(new Plan.Fds(
                    List.of(new Plan.Move(zero.number(), number), new Plan.Move(number, 200)),
                    List.of(number),
                    -1,
                    -1,
                    -1));
            assertThat(Files.readString(file)).isEqualTo("0");
            assertThat(child.get("fd." + number)).isEqualTo("r-- /dev/zero");
            assertThat(child.get("fd.200")).isEqualTo("w-- " + file);
        }
    }

    @Test
    @Tag("trap-23")
    void theExecDescriptorsNumberGivenAsTarget() throws Exception {
        try (Fd program = Fd.openRead(Path.of(Target.PATH));
                Fd zero = Fd.openRead(Path.of("/dev/zero"))) {
            int number = program.number();
            Map<String, String> child =
                    state(new Plan.Fds(List.of(new Plan.Move(zero.number(), number)), List.of(), -1, number, -1));
            assertThat(child.get("fd." + number)).isEqualTo("r-- /dev/zero");
            assertThat(child).containsEntry("fds", "0,1,2," + number).containsEntry("exe", Target.PATH);
        }
    }

    /** Not a terminal; but it is this descriptor that is asked, not what was put at its number. */
    @Test
    @Tag("trap-23")
    void aTerminalsNumberGivenAsTarget() throws Exception {
        try (Fd.Pipe pipe = Fd.pipe();
                Fd zero = Fd.openRead(Path.of("/dev/zero"))) {
            int number = pipe.read().number();
            Plan.Fds fds = new Plan.Fds(List.of(new Plan.Move(zero.number(), number)), List.of(), -1, -1, number);
            Outcome outcome = Launches.spawn(
                    Launches.target(Launches.usualFlags() | Plan.TERMINAL, fds, "exit", "0"), Owner.THIS_JVM);
            assertThat(outcome.running()).isFalse();
            assertThat(Steps.NAMES.get(outcome.step())).isEqualTo("TERMINAL");
            assertThat(outcome.errno()).isEqualTo(25); // ENOTTY
        }
    }

    @Test
    @Tag("trap-4")
    @Tag("trap-13")
    void aDeadOwnersChildDoesNotRunTheProgram() throws Exception {
        Path marker = directory.resolve("marker");
        Plan plan = Launches.target(Launches.usualFlags(), Launches.NO_FDS, "succeed-second-time", marker.toString());
        int dead = deadPidfd();
        assertOwnerFoundDead(Launches.spawn(plan, new Owner(dead, NativeHost.pid())));
        NativeFiles.close(dead);
        assertOwnerFoundDead(Launches.spawn(plan, new Owner(-1, NativeHost.pid() + 1)));
        assertThat(marker).doesNotExist();
        // asked of nobody, or of one that lives, it runs
        Launches.end(Launches.spawn(plan, new Owner(-1, 0)));
        Launches.end(Launches.spawn(plan, Owner.THIS_JVM));
        assertThat(Files.size(marker)).isEqualTo(2);
    }

    private static void assertOwnerFoundDead(Outcome outcome) {
        assertThat(outcome.running()).isFalse();
        assertThat(Steps.NAMES.get(outcome.step())).isEqualTo("OWNER_ALIVE");
        assertThat(outcome.errno()).isEqualTo(Errno.ESRCH);
    }

    /** Of a process that has ended and was reaped. */
    private static int deadPidfd() {
        Outcome outcome =
                Launches.spawn(Launches.target(Launches.usualFlags(), Launches.NO_FDS, "exit", "0"), Owner.THIS_JVM);
        assertThat(NativeProcess.await(outcome.pidfd(), 0, new long[5])).isZero();
        return outcome.pidfd();
    }

    @Test
    void aNumberAboveTheLimit() throws Exception {
        try (Fd zero = Fd.openRead(Path.of("/dev/zero"))) {
            Plan plan = Launches.target(
                    Launches.usualFlags(),
                    Plan.Fds.of(List.of(new Plan.Move(zero.number(), Integer.MAX_VALUE))),
                    "exit",
                    "0");
            Outcome outcome = Launches.spawn(plan, Owner.THIS_JVM);
            assertThat(Steps.NAMES.get(outcome.step())).isEqualTo("KEEP_FDS");
            assertThat(outcome.errno()).isEqualTo(Errno.EINVAL);
        }
    }

    private static String link(int fd) throws Exception {
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
    }
}
