package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.StopPolicy;
import io.muontrap.testing.Disabled;
import io.muontrap.testing.Marked;
import io.muontrap.testing.NothingLeft;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Rounds;
import io.muontrap.testing.Target;
import java.io.BufferedReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How whole trees are stopped, and what SESSION cannot reach. */
@Timeout(300)
@Tag("host")
@ExtendWith(NothingLeft.class)
class TreeStopTest {

    /** An emulated machine forks as fast as it looks, and has few of them. */
    private static final String BREEDERS = Integer.toString(Math.max(6, Rounds.of(40)));

    private static final Duration LONG = Duration.ofSeconds(100);

    private static final List<StopPolicy> POLICIES = List.of(
            StopPolicy.DEFAULT,
            StopPolicy.kill(),
            StopPolicy.leaderThenKill(LONG),
            StopPolicy.termTree(LONG),
            StopPolicy.termThenKill(Duration.ofNanos(1)));

    private static Command target(String... words) {
        return Command.of(Target.PATH, words);
    }

    /** Counted on return, by /proc: also what was orphaned, and what made sessions and groups of its own. */
    @Test
    @Tag("scenario-7")
    void twoHundredTreesOfFifteenLeaveNobody() throws Exception {
        stopManyTimes(Rounds.of(200), 15, "tree15");
    }

    @Test
    @Tag("scenario-7")
    void aForkTreeOf31LeavesNobody() throws Exception {
        stopManyTimes(10, 31, "fork-tree", "4");
    }

    private static void stopManyTimes(int times, int pids, String... verb) throws Exception {
        AtomicInteger next = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<Void>> all = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                all.add(threads.submit(() -> {
                    for (int i = next.getAndIncrement(); i < times; i = next.getAndIncrement()) {
                        stopOnce(POLICIES.get(i % POLICIES.size()), i % 3 == 0, pids, verb);
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

    private static void stopOnce(StopPolicy policy, boolean close, int count, String... verb) throws Exception {
        ContainedProcess p = target(verb).stdin(Input.pipe()).stopPolicy(policy).start();
        List<Integer> pids = Target.pidsUntilReady(p.getInputStream());
        assertThat(pids).hasSize(count).doesNotHaveDuplicates();
        if (close) {
            p.close();
        } else {
            p.stop();
        }
        assertThat(Procs.alive(pids)).as("alive after %s", policy).isEmpty();
        assertThat(p.result().get().cause()).isEqualTo(Cause.STOP_ASKED);
    }

    /** The leader's own end, with others left in its group and session. */
    @Test
    @Tag("scenario-28")
    void whatIsLeftInTheLeadersSessionDiesWithIt() throws Exception {
        Result result = target(
                        "with-child",
                        "sleep",
                        "forever",
                        "--",
                        "with-group",
                        "sleep",
                        "forever",
                        "--",
                        "with-orphan",
                        "sleep",
                        "forever",
                        "--",
                        "exit",
                        "3")
                .run();
        List<Integer> pids = result.stdout().lines().map(Integer::valueOf).toList();
        assertThat(pids).hasSize(3);
        assertThat(Procs.alive(pids)).isEmpty();
        assertThat(result.status()).isEqualTo(new ExitStatus.Exited(3));
        assertThat(result.cause()).isEqualTo(Cause.SELF);
        assertThat(result.usage().killedWith())
                .hasSize(3)
                .allSatisfy(name -> assertThat(name).contains("sleep"));
    }

    /**
     * The limit of SESSION: at the leader's own end its children have another parent already, and one that has made a
     * session of its own is findable by nothing. The report says what held the tree: no more than SESSION.
     */
    @Test
    @Tag("scenario-7")
    @Tag("trap-71")
    void whatLeftTheSessionSurvivesTheLeadersOwnEnd() throws Exception {
        for (String how : List.of("with-session", "with-daemon")) {
            Result result;
            try (Disabled noGroups = Disabled.of("cgroup")) {
                result = target(how, "close-all", "sleep", "forever", "--", "exit", "0")
                        .run();
            }
            int survivor = Integer.parseInt(result.stdout().strip());
            try {
                assertThat(Procs.gone(survivor)).as(how).isFalse();
                assertThat(result.containment()).containsExactly(Containment.SESSION);
                assertThat(result.cause()).isEqualTo(Cause.SELF);
                assertThat(result.usage().killedWith()).isEmpty();
            } finally {
                Marked.kill(survivor);
            }
        }
    }

    /** A stop comes while the leader lives, by whom its descendants are found. */
    @Test
    @Tag("trap-71")
    void whatLeftTheSessionDoesNotSurviveAStop() throws Exception {
        ContainedProcess p = target("with-session", "close-all", "sleep", "forever", "--", "ready", "sleep", "forever")
                .start();
        List<Integer> pids = Target.pidsUntilReady(p.getInputStream());
        p.stop();
        assertThat(pids).hasSize(1);
        assertThat(Procs.alive(pids)).isEmpty();
    }

    /** The limit's other half: a daemon whose parent was gone before anybody looked is nobody's, stopped or not. */
    @Test
    @Tag("trap-71")
    void aDaemonThatWasNeverSeenSurvivesAStop() throws Exception {
        ContainedProcess p;
        try (Disabled noGroups = Disabled.of("cgroup")) {
            p = target("with-daemon", "close-all", "sleep", "forever", "--", "ready", "sleep", "forever")
                    .start();
        }
        int daemon = Target.pidsUntilReady(p.getInputStream()).get(0);
        try {
            Result result = p.stop();
            assertThat(result.containment()).containsExactly(Containment.SESSION);
            assertThat(Procs.gone(daemon)).isFalse();
        } finally {
            Marked.kill(daemon);
        }
    }

    /**
     * In a session of its own, it forks another when TERM comes and ends before the leader does. When the leader is
     * reaped nothing of its number is left, and nobody is watched: only the remembered session leads there.
     */
    @Test
    @Tag("scenario-7")
    void whoIsForkedAtTheStopInARememberedSessionIsFound() throws Exception {
        ContainedProcess p = target(
                        "with-session",
                        "exec",
                        "/bin/sh",
                        "-c",
                        "trap 'sleep 3600 & echo $!; exit 0' TERM; echo ready; while :; do sleep 0.02; done",
                        "--",
                        "on-term",
                        "leader",
                        "0",
                        "1000")
                .stopPolicy(StopPolicy.termTree(Duration.ofSeconds(3)))
                .start();
        BufferedReader out = Target.reader(p.getInputStream());
        Target.untilReady(out);
        Target.untilReady(out); // the shell's and the leader's
        p.destroy();
        int forked = 0;
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.matches("[0-9]+")) {
                forked = Integer.parseInt(line);
            }
        }
        p.waitFor();
        assertThat(forked).isPositive();
        boolean survived = !Procs.gone(forked);
        Marked.kill(forked);
        assertThat(survived).as("survived").isFalse();
    }

    /** Of pids that move all the time, in the leader's group; TERM is ignored by all. */
    @Test
    @Tag("scenario-54")
    void aForkBombLosesTheRace() throws Exception {
        for (StopPolicy policy : List.of(StopPolicy.kill(), StopPolicy.termThenKill(Duration.ofMillis(50)))) {
            ContainedProcess p = target("ignore", "TERM", "breeder", BREEDERS)
                    .stopPolicy(policy)
                    .start();
            Target.untilReady(p.getInputStream());
            p.stop();
            assertThat(Marked.inSession(p.pid())).isEmpty();
        }
    }

    /** The same in a session of its own, where no one signal reaches all of it. */
    @Test
    @Tag("scenario-54")
    @Tag("load") // by what an emulated machine can look at in time
    void aForkBombInAnotherSessionLosesTheRace() throws Exception {
        ContainedProcess p = target("with-session", "ignore", "TERM", "breeder", BREEDERS, "--", "sleep", "forever")
                .stopPolicy(StopPolicy.termThenKill(Duration.ofMillis(20)))
                .start();
        int bomb = Target.pidsUntilReady(p.getInputStream()).get(0);
        p.stop();
        assertThat(Marked.inSession(bomb)).isEmpty();
    }
}
