package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.spawn.Child;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Fd;
import io.muontrap.spawn.Rights;
import io.muontrap.spawn.SpawnSpec;
import io.muontrap.spawn.Spawner;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Jvm;
import io.muontrap.testing.Marked;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Powers;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Rounds;
import io.muontrap.testing.Target;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the kernel does for us when the JVM gets SIGKILL. */
@Timeout(600)
@Tag("host")
@Tag("jvm")
class OwnerDeathTest {

    /** The named bound is 1 s; twenty times that for a busy machine. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final AtomicInteger WORDS = new AtomicInteger();

    /** A JVM that has said its first line. */
    private record Owner(String word, Process process, String said) {

        static Owner start(String mode, String... options) throws IOException {
            String word = "owner-" + ProcessHandle.current().pid() + "-" + WORDS.incrementAndGet() + "-";
            List<String> all = new ArrayList<>(List.of("-XX:-UsePerfData", "-Xss512k"));
            all.addAll(List.of(options));
            Process process = new ProcessBuilder(Jvm.commandLine(OwnerHarness.class, all, mode, word))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return new Owner(
                    word, process, Target.reader(process.getInputStream()).readLine());
        }

        /** All its threads are gone when it can be reaped, and with them every signal that their ends send. */
        void kill() throws InterruptedException {
            process.destroyForcibly();
            process.waitFor();
        }

        List<Integer> left() throws IOException {
            return Marked.alive(word);
        }

        void assertNobodyLeft() {
            Procs.await("nobody left of " + word, SOON, () -> {
                try {
                    return left().isEmpty();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        }

        void killLeft() throws IOException {
            for (int pid : left()) {
                Marked.kill(pid);
            }
        }
    }

    /** A hundred times, at any moment: while children are cloned, before their exec, while they are stopped. */
    @Test
    @Tag("scenario-45")
    @Tag("trap-2")
    @Tag("trap-13")
    void noLeaderOutlivesItsJvm() throws Exception {
        int kills = Integer.getInteger("muontrap.test.kills", Rounds.of(100));
        long seed = System.nanoTime();
        Random random = new Random(seed);
        AtomicInteger left = new AtomicInteger(kills);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Void>> all = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                all.add(threads.submit(() -> {
                    while (left.getAndDecrement() > 0) {
                        Owner owner = Owner.start("churn");
                        try {
                            assertThat(owner.said()).isEqualTo("up");
                            LockSupport.parkNanos(random.nextInt(40_000_000));
                            owner.kill();
                            owner.assertNobodyLeft();
                        } finally {
                            owner.kill();
                            owner.killLeft();
                        }
                    }
                    return null;
                }));
            }
            for (Future<Void> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** The negative control: what the test above counts would be there to count. */
    @Test
    @Tag("trap-2")
    void withoutTheKernelsSignalTheyOutliveIt() throws Exception {
        Owner owner = Owner.start("churn", "-Dmuontrap.disable=owner_signal");
        try {
            assertThat(owner.said()).isEqualTo("up");
            owner.kill();
            assertThat(owner.left()).hasSizeGreaterThanOrEqualTo(3);
        } finally {
            owner.kill();
            owner.killLeft();
        }
        assertThat(owner.left()).isEmpty();
    }

    /** What SESSION promises: the leader. The others are for a cgroup or a pid namespace. */
    @Test
    @Tag("scenario-45")
    @Tag("trap-6")
    void theLeaderOfATreeIsGone() throws Exception {
        Owner owner = Owner.start("tree");
        try {
            String[] said = owner.said().split(" ");
            assertThat(said[1]).isEqualTo("15");
            owner.kill();
            int leader = Integer.parseInt(said[0]);
            Procs.await("leader gone", SOON, () -> Procs.gone(leader));
        } finally {
            owner.kill();
            owner.killLeft();
        }
    }

    @Test
    @Tag("scenario-46")
    void aStoppedLeaderIsGoneToo() throws Exception {
        Owner owner = Owner.start("stopped");
        try {
            assertThat(owner.said()).endsWith(" stopped");
            owner.kill();
            owner.assertNobodyLeft();
        } finally {
            owner.kill();
            owner.killLeft();
        }
    }

    @Test
    @Tag("trap-2")
    void everyProgramHasTheSignal() throws Exception {
        Command state = Command.of(Target.PATH, "print-state", "pdeathsig");
        assertThat(state.run().stdout()).isEqualTo("pdeathsig=9\n");
        assertThat(printed(SpawnSpec.of(Target.PATH, "print-state", "pdeathsig")))
                .isEqualTo("pdeathsig=9\n");
        assertThat(printed(SpawnSpec.of(Target.PATH, "print-state", "pdeathsig").diesWithOwner(false)))
                .isEqualTo("pdeathsig=0\n");
    }

    /** A change of ids clears it. */
    @Test
    @Tag("trap-2")
    @Tag("scenario-43")
    @Needs(Capability.CHANGE_IDS)
    void itSurvivesAChangeOfIds() throws Exception {
        Path target = Powers.targetForAll();
        try {
            String printed = printed(SpawnSpec.of(target.toString(), "print-state", "pdeathsig", "uid")
                    .rights(Rights.ids(2000, 2000, List.of())));
            assertThat(printed.lines()).containsExactlyInAnyOrder("pdeathsig=9", "uid=2000");
        } finally {
            Files.delete(target);
            Files.delete(target.getParent());
        }
    }

    private static String printed(SpawnSpec spec) throws IOException, InterruptedException {
        try (Fd.Pipe pipe = Fd.pipe();
                Child child = Spawner.system().spawn(spec.stdout(pipe.write()))) {
            pipe.write().close();
            Path mine = Path.of("/proc/self/fd/" + pipe.read().number());
            try (FileInputStream in = new FileInputStream(mine.toFile())) {
                String text = Target.reader(in).lines().collect(Collectors.joining("\n", "", "\n"));
                assertThat(child.await()).isEqualTo(new ExitStatus.Exited(0));
                return text;
            }
        }
    }
}
