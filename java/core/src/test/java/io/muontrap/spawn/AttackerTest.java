package io.muontrap.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.testing.Capability;
import io.muontrap.testing.ChildJvm;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Powers;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Between the change of its user and its exec a child shares the JVM's memory, and belongs to somebody else. Who is that
 * user may not read that memory through it, and may stop it only until the start's deadline. The window, else of some
 * microseconds, is held open by strace.
 */
@Tag("host")
@Tag("jvm")
@Tag("trap-10")
@Needs({Capability.CHANGE_IDS, Capability.STRACE, Capability.OTHER_USERS})
@Timeout(240)
class AttackerTest {

    private static final int UID = 23_461;
    private static final int GID = 23_462;
    private static final Duration LONG = Duration.ofSeconds(100);

    /** Seconds for which strace holds the child; more where an emulated machine has a traced JVM in it. */
    private static final int HELD =
            Integer.getInteger("muontrap.test.held", System.getProperty("muontrap.cell") == null ? 5 : 25);

    /** Seconds after which the start is over. */
    private static final int DEADLINE = HELD + HELD / 2 + 1;

    private static final String SETRESUID = Capability.AARCH64.isHere() ? "147 " : "117 ";
    private static final String EXECVE = Capability.AARCH64.isHere() ? "221 " : "59 ";

    @ParameterizedTest
    @ValueSource(strings = {"heldAtItsIds", "heldAtItsExec"})
    void held(String where) throws Exception {
        inAJvm(where);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "clone3"})
    @Tag("trap-12")
    void stoppedBeforeTheExec(String disabled) throws Exception {
        inAJvm("stoppedAtItsDirectory", "-Dmuontrap.disable=" + disabled);
    }

    /** Where the kernel leaves who has changed his ids dumpable, the child has a copy of the memory, and that is closed too. */
    @ParameterizedTest
    @ValueSource(strings = {"heldAtItsIds", "heldAtItsExec", "stoppedAtItsDirectory"})
    @Needs(Capability.OWN_SYSCTLS)
    @Tag("suid-dumpable")
    void whereProgramsOfOtherUsersMayBeDumped(String where) throws Exception {
        Path sysctl = Path.of("/proc/sys/fs/suid_dumpable");
        String before = Files.readString(sysctl);
        Files.writeString(sysctl, "1");
        try {
            inAJvm(where);
        } finally {
            Files.writeString(sysctl, before);
        }
    }

    private static void inAJvm(String check, String... options) throws Exception {
        ChildJvm.plain()
                .options("-Dmuontrap.start.deadline=" + 1000 * DEADLINE, "-Dmuontrap.test.held=" + HELD)
                .options(options)
                .patience(LONG.multipliedBy(2))
                .passes(AttackerTest.class, check);
    }

    static void heldAtItsIds() throws Exception {
        heldAt("setresuid:delay_exit=" + HELD + "s", SETRESUID, Attack.Kind.LOOK);
    }

    static void heldAtItsExec() throws Exception {
        heldAt("execve:delay_enter=" + HELD + "s", EXECVE, Attack.Kind.STOP);
    }

    private static void heldAt(String hold, String call, Attack.Kind kind) throws Exception {
        try (Attack attack = new Attack(hold)) {
            Procs.await("it is there", LONG, () -> syscall(attack.child()).startsWith(call));
            assertMemoryIsClosed(attack.result(kind));
            try (Child child = attack.start().get(LONG.toSeconds(), TimeUnit.SECONDS)) {
                child.signal(Signal.KILL);
                child.await();
            }
        }
        assertThat(NativeHost.dumpable()).as("as before").isEqualTo(1);
    }

    static void stoppedAtItsDirectory() throws Exception {
        try (Attack attack = new Attack("chdir:delay_exit=" + HELD + "s")) {
            Map<String, String> result = attack.result(Attack.Kind.STOP);
            assertMemoryIsClosed(result);
            assertThat(result).as("it is that user's own process").containsEntry("stop", "0");
            SpawnException refused = attack.refusal();
            assertThat(refused.step()).isIn(Step.DIRECTORY, Step.OWNER_SIGNAL_AGAIN);
            assertThat(refused).hasMessageContaining("killed by " + Signal.KILL);
            assertThat(Procs.gone(attack.child())).isTrue();
        }
        assertThat(NativeHost.dumpable()).as("as before").isEqualTo(1);
    }

    /** The number of the system call that it is in, and arguments. */
    private static String syscall(int pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/syscall"));
        } catch (IOException e) {
            return "";
        }
    }

    private static void assertMemoryIsClosed(Map<String, String> result) {
        String eperm = Integer.toString(Errno.EPERM);
        assertThat(result.get("seize")).isEqualTo(eperm);
        assertThat(result.get("vm_readv")).isEqualTo(eperm);
        assertThat(result.get("mem")).isIn(eperm, Integer.toString(Errno.EACCES));
    }

    /** One start as another user, held by strace, and that user at work on it. */
    private static final class Attack implements AutoCloseable {

        /** What is tried: to see, or to stop it too. */
        enum Kind {
            LOOK,
            STOP
        }

        private final Path program = Powers.targetForAll();
        private final Path trace = Files.createTempFile("strace", ".out");
        private final Process attacker;
        private final BufferedReader said;
        private final Process strace;
        private final CompletableFuture<Child> start;
        private final int child;

        Attack(String hold) throws Exception {
            SpawnSpec spec =
                    SpawnSpec.of(program.toString(), "sleep", "forever").directory(Path.of("/"));
            try (Child first = Spawner.system().spawn(spec)) { // so that there is a spawner
                first.signal(Signal.KILL);
                first.await();
            }
            attacker = as(UID, program.toString(), "attack");
            said = Target.reader(attacker.getInputStream());
            Target.untilReady(said);
            strace = attached(hold);
            List<Integer> others = Procs.children();
            start = CompletableFuture.supplyAsync(() -> {
                try {
                    return Spawner.system().spawn(spec.rights(Rights.ids(UID, GID, List.of())));
                } catch (SpawnException e) {
                    throw new CompletionException(e);
                }
            });
            child = becomesTheirs(others);
        }

        private static Process as(int uid, String... command) throws IOException {
            List<String> line =
                    new ArrayList<>(List.of("setpriv", "--reuid=" + uid, "--regid=" + GID, "--clear-groups"));
            line.addAll(List.of(command));
            return new ProcessBuilder(line).start();
        }

        private Process attached(String hold) throws Exception {
            int spawner = spawner();
            String call = hold.substring(0, hold.indexOf(':'));
            Process process = new ProcessBuilder(
                            "strace",
                            "-f",
                            "-q",
                            "-o",
                            trace.toString(),
                            "-e",
                            "trace=" + call,
                            "-e",
                            "inject=" + hold,
                            "-p",
                            Integer.toString(spawner))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Procs.await(
                    "strace attaches",
                    LONG,
                    () -> Powers.line(spawner, "TracerPid:").equals("" + process.pid()));
            return process;
        }

        private static int spawner() throws IOException {
            try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
                return tasks.filter(task -> comm(task).startsWith("muontrap-spawn"))
                        .map(task -> Integer.valueOf(task.getFileName().toString()))
                        .findFirst()
                        .orElseThrow();
            }
        }

        private static String comm(Path task) {
            try {
                return Files.readString(task.resolve("comm"));
            } catch (IOException e) {
                return "";
            }
        }

        private static int becomesTheirs(List<Integer> others) {
            List<Integer> found = new ArrayList<>();
            Procs.await("the child has the other user's id", LONG, () -> {
                try {
                    List<Integer> children = new ArrayList<>(Procs.children());
                    children.removeAll(others);
                    children.removeIf(pid -> !Powers.line(pid, "Uid:").startsWith(UID + "\t"));
                    found.addAll(children);
                } catch (IOException e) {
                    return false; // a thread ended
                }
                return !found.isEmpty();
            });
            return found.get(0);
        }

        int child() {
            return child;
        }

        CompletableFuture<Child> start() {
            return start;
        }

        /** What the attacker could do, while the child was in the window. */
        Map<String, String> result(Kind kind) throws Exception {
            attacker.getOutputStream()
                    .write((child + (kind == Kind.STOP ? " stop\n" : "\n")).getBytes(StandardCharsets.US_ASCII));
            attacker.getOutputStream().flush();
            StringBuilder all = new StringBuilder();
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                all.append(line).append('\n');
            }
            assertThat(start).as("it was in the window all the time").isNotDone();
            return Target.state(all.toString());
        }

        SpawnException refusal() throws Exception {
            return start.handle(
                            (started, e) -> e instanceof CompletionException c ? (SpawnException) c.getCause() : null)
                    .get(LONG.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        public void close() throws Exception {
            attacker.destroyForcibly().waitFor();
            strace.destroyForcibly().waitFor();
            Files.delete(trace);
            Files.delete(program);
            Files.delete(program.getParent());
        }
    }
}
