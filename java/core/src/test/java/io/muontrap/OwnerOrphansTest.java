package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.NativeHost;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Spawner;
import io.muontrap.spawn.StopPolicy;
import io.muontrap.testing.Capability;
import io.muontrap.testing.ChildJvm;
import io.muontrap.testing.Marked;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Orphans: whose zombies they become, and who reaps them. */
@Timeout(300)
@Tag("host")
class OwnerOrphansTest {

    private static final Duration LONG = Duration.ofSeconds(100);

    private static Command target(String... words) {
        return Command.of(Target.PATH, words);
    }

    /**
     * Under a PID 1 that never reaps: this JVM is the subreaper of another that runs the checks, and lets its orphans lie.
     * They exist, kill -0 finds them, and they are dead.
     */
    @Test
    @Tag("jvm")
    @Tag("trap-52")
    void zombiesThatNobodyReapsAreDead() throws Exception {
        Spawner.system();
        List<Integer> before = Procs.children();
        assertThat(NativeHost.setSubreaper(true)).isZero();
        try {
            ChildJvm.plain().passes(OwnerOrphansTest.class, "treesEndThoughNobodyReaps");
        } finally {
            NativeHost.setSubreaper(false);
            List<Integer> orphans = new ArrayList<>(Procs.children());
            orphans.removeAll(before);
            for (int pid : orphans) {
                Procs.await("zombie", LONG, () -> Procs.gone(pid));
                Marked.reap(pid);
            }
        }
    }

    static void treesEndThoughNobodyReaps() throws Exception {
        int zombies = 0;
        for (StopPolicy policy : List.of(StopPolicy.DEFAULT, StopPolicy.kill(), StopPolicy.termTree(LONG))) {
            ContainedProcess p = target("tree15").stopPolicy(policy).start();
            List<Integer> pids = Target.pidsUntilReady(p.getInputStream());
            p.stop();
            assertThat(Procs.alive(pids)).isEmpty();
            zombies +=
                    (int) pids.stream().filter(pid -> Procs.state(pid) == 'Z').count();
        }
        // the leader's own end: its group and session are in use for as long as the zombies lie there
        Result result = target("orphans", "20", "20")
                .stopPolicy(StopPolicy.termThenKill(LONG))
                .run();
        assertThat(result.status()).isEqualTo(new ExitStatus.Exited(0));
        assertThat(zombies).isGreaterThan(20); // else this has shown nothing
        ContainedProcess closed = target("fork-tree", "3").start();
        Target.untilReady(closed.getInputStream());
        closed.close();
    }

    @Test
    @Tag("jvm")
    @Tag("trap-53")
    void asASubreaperItReapsWhatWasOfItsTrees() throws Exception {
        ChildJvm.plain().options("-Dmuontrap.subreaper=true").passes(OwnerOrphansTest.class, "orphansAreReaped");
    }

    @Test
    @Tag("jvm")
    @Tag("trap-53")
    @Tag("scenario-38")
    @Needs(Capability.PID_NAMESPACE)
    void asPid1ItReapsWhatWasOfItsTrees() throws Exception {
        ChildJvm.plain()
                .wrapped("unshare", "-p", "-f", "--kill-child", "--mount-proc")
                .passes(OwnerOrphansTest.class, "isPid1", "orphansAreReaped");
    }

    static void isPid1() {
        assertThat(ProcessHandle.current().pid()).isEqualTo(1);
    }

    /** Ours are reaped one by one; what belongs to others in this JVM is not touched. */
    static void orphansAreReaped() throws Exception {
        Spawner.system();
        Process others =
                new ProcessBuilder(Target.PATH, "with-orphan", "exit", "0", "--", "read-then", "exit", "7").start();
        int stranger = Integer.parseInt(Target.reader(others.getInputStream()).readLine());
        Procs.await("a zombie of ours", LONG, () -> Procs.state(stranger) == 'Z');

        List<Integer> pids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Result result = target("orphans", "100", "20").run(); // some end before the leader, some after it
            assertThat(result.status()).isEqualTo(new ExitStatus.Exited(0));
            result.stdout()
                    .lines()
                    .filter(line -> !line.equals("ready"))
                    .forEach(line -> pids.add(Integer.valueOf(line)));
        }
        for (StopPolicy policy : List.of(StopPolicy.DEFAULT, StopPolicy.kill())) {
            ContainedProcess p = target("tree15").stopPolicy(policy).start();
            pids.addAll(Target.pidsUntilReady(p.getInputStream()));
            p.stop();
        }
        assertThat(pids).hasSize(330);
        List<Integer> children = Procs.children();
        children.retainAll(pids);
        assertThat(children).as("not reaped").isEmpty();

        assertThat(Procs.state(stranger)).isEqualTo('Z');
        others.getOutputStream().write('\n');
        others.getOutputStream().close();
        assertThat(others.waitFor()).isEqualTo(7);
        assertThat(Marked.reap(stranger)).isTrue();
    }
}
