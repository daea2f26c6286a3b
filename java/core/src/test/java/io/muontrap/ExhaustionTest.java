package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.spawn.SpawnException;
import io.muontrap.testing.BentJvm;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a limit is reached a start fails by name, leaves nothing, and works again when there is room. */
@Timeout(240)
@Tag("scenario-58")
@Tag("host")
class ExhaustionTest {

    /** Takes all descriptors, then gives them back one by one and tries to run a program with each number of free ones. */
    static final class FullTable {

        private FullTable() {}

        public static void main(String[] args) throws Exception {
            Command command = Command.of(Target.PATH, "cat").stdin(Input.bytes(new byte[] {'x'}));
            command.run();
            attempt(Command.of("/no/such/program")); // a class is a file: those of a failure are needed before
            List<String> before = ours();
            Deque<FileInputStream> taken = takeAll();
            Map<String, Integer> outcomes = new TreeMap<>();
            for (int free = 0; ; free++) {
                String outcome = attempt(command);
                outcomes.merge(outcome, 1, Integer::sum);
                if (outcome.equals("ran")) {
                    break;
                }
                taken.pop().close();
            }
            taken.forEach(FullTable::close);
            command.run().orThrow();
            System.out.println(outcomes);
            List<String> more = ours();
            more.removeAll(before);
            System.out.println(more);
            System.out.println(Procs.children());
        }

        /** Pipes, pidfds and the like; the JVM itself opens files now and then. */
        private static List<String> ours() throws IOException {
            return new ArrayList<>(
                    Procs.fds().stream().filter(fd -> !fd.contains("/")).toList());
        }

        private static Deque<FileInputStream> takeAll() throws IOException {
            Deque<FileInputStream> taken = new ArrayDeque<>();
            try {
                while (true) {
                    taken.push(new FileInputStream("/dev/null"));
                }
            } catch (FileNotFoundException tooManyOpenFiles) {
                return taken;
            }
        }

        private static void close(FileInputStream stream) {
            try {
                stream.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private static String attempt(Command command) throws InterruptedException {
            try {
                return command.run().stdout().equals("x") ? "ran" : "lost";
            } catch (SpawnException e) {
                return e.step() + " " + e.errnoName();
            } catch (IOException e) {
                return e.toString();
            }
        }
    }

    @Test
    @Tag("jvm")
    @Tag("scenario-32")
    void tooManyOpenFilesIsAnErrorAndNotAHang() throws Exception {
        List<String> said = BentJvm.run("ulimit -n 200; ", FullTable.class, List.of("-XX:-UseContainerSupport"))
                .ok()
                .lines();
        assertThat(said).hasSize(3);
        assertThat(said.get(0)).contains("PIPE EMFILE=").contains("ran=1");
        assertThat(said.get(0).replaceAll("(PIPE|CLONE|OPEN|KEEP_FDS|PLACE_FDS) EMFILE=\\d+", "ok"))
                .matches("\\{(ok, )+ran=1}");
        assertThat(said.get(1)).isEqualTo("[]");
        assertThat(said.get(2)).isEqualTo("[]");
    }

    /** Starts programs until the kernel says no, ends them, and runs one more. */
    static final class FullUser {

        private FullUser() {}

        public static void main(String[] args) throws Exception {
            Command sleeper = Command.of(Target.PATH, "sleep", "forever")
                    .stdout(Output.discard())
                    .stderr(Output.discard());
            sleeper.start().close();
            List<ContainedProcess> all = new ArrayList<>();
            try {
                while (all.size() < 1000) {
                    all.add(sleeper.start());
                }
                System.out.println("no limit");
            } catch (SpawnException e) {
                System.out.println(e.step() + " " + e.errnoName());
                System.out.println(e.fix().orElse("no fix"));
            }
            System.out.println(all.size() > 10);
            all.forEach(ContainedProcess::destroyForcibly);
            for (ContainedProcess process : all) {
                process.waitFor();
            }
            System.out.println(Command.of(Target.PATH, "exit", "9").run().status());
            System.out.println(Procs.children());
        }
    }

    @Test
    @Tag("jvm")
    @Tag("trap-29")
    @Needs(Capability.OTHER_USERS)
    void tooManyProcessesOfAUserIsAnErrorWithAFix() throws Exception {
        int uid = ThreadLocalRandom.current().nextInt(200_000, 2_000_000);
        String alone = "setpriv --reuid=" + uid + " --regid=" + uid + " --clear-groups ";
        List<String> said = BentJvm.run(
                        "prlimit --nproc=120:120 " + alone, FullUser.class, List.of("-Djava.io.tmpdir=/tmp"))
                .ok()
                .lines();
        assertThat(said.get(0)).isEqualTo("CLONE EAGAIN");
        assertThat(said.get(1)).contains("RLIMIT_NPROC");
        assertThat(said.subList(2, said.size())).containsExactly("true", "Exited[code=9]", "[]");
    }
}
