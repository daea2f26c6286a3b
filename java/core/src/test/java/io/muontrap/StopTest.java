package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Signal;
import io.muontrap.spawn.StopPolicy;
import io.muontrap.testing.Marked;
import io.muontrap.testing.NothingLeft;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How one program is stopped. */
@Timeout(120)
@Tag("host")
@ExtendWith(NothingLeft.class)
class StopTest {

    private static final Duration LONG = Duration.ofSeconds(100);
    private static final ExitStatus KILLED = new ExitStatus.Signaled(Signal.KILL, false);
    private static final ExitStatus TERMED = new ExitStatus.Signaled(Signal.TERM, false);

    /** The JDK keeps a descriptor of its own from the first socket on. */
    @BeforeAll
    static void openTheNetwork() throws IOException {
        new ServerSocket(0, 1, InetAddress.getLoopbackAddress()).close();
    }

    private static Command target(String... words) {
        return Command.of(Target.PATH, words);
    }

    private static ContainedProcess ready(Command command) throws IOException {
        ContainedProcess p = command.start();
        Target.untilReady(p.getInputStream());
        return p;
    }

    /** Where the rest lives on, the pipes do too: they are the user's to close. */
    private static void closeOutputs(ContainedProcess p) throws IOException {
        p.getInputStream().close();
        p.getErrorStream().close();
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    /** The best of five: what the library takes, rather than what the machine was at. */
    private static long fastestOfFive(Callable<Long> millis) throws Exception {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            fastest = Math.min(fastest, millis.call());
        }
        return fastest;
    }

    @Test
    @Tag("scenario-1")
    void aProgramThatDoesNothingIsGoneWhenItsOwnerClosesIt() throws Exception {
        long millis = fastestOfFive(() -> {
            ContainedProcess p = target("sleep", "forever").start();
            long from = System.nanoTime();
            p.close();
            assertThat(Procs.gone((int) p.pid())).isTrue();
            assertThat(p.result().join().status()).isEqualTo(TERMED);
            return millisSince(from);
        });
        assertThat(millis).isLessThan(20 * 20);
    }

    @Test
    @Tag("scenario-2")
    void aProgramThatBlocksTermIsKilledAfterAShortGrace() throws Exception {
        long millis = fastestOfFive(() -> {
            ContainedProcess p = ready(target("block", "TERM", "ready", "sleep", "forever")
                    .stopPolicy(StopPolicy.termThenKill(Duration.ofMillis(1))));
            long from = System.nanoTime();
            p.close();
            assertThat(Procs.gone((int) p.pid())).isTrue();
            assertThat(p.result().join().status()).isEqualTo(KILLED);
            return millisSince(from);
        });
        assertThat(millis).isLessThan(20 * 20);
    }

    @Test
    @Tag("scenario-3")
    void theGraceIsGranted() throws Exception {
        try (ContainedProcess p = ready(target("block", "TERM", "ready", "sleep", "forever")
                .stopPolicy(StopPolicy.termThenKill(Duration.ofMillis(250))))) {
            long from = System.nanoTime();
            p.destroy();
            boolean gone = p.waitFor(100, TimeUnit.MILLISECONDS);
            if (millisSince(from) < 250) {
                assertThat(gone).isFalse();
                assertThat(p.isAlive()).isTrue();
            }
            Result result = p.stop();
            assertThat(millisSince(from)).isBetween(250L, 20 * 300L);
            assertThat(result.status()).isEqualTo(KILLED);
            assertThat(result.cause()).isEqualTo(Cause.STOP_ASKED);
        }
    }

    @Test
    @Tag("scenario-5")
    void aChattyProgramWithItsOutputHandledIsGoneEachTime() throws Exception {
        for (int round = 0; round < 5; round++) {
            AtomicInteger lines = new AtomicInteger();
            ContainedProcess p = target("chatter", "100")
                    .stdout(Output.lines(line -> lines.incrementAndGet()))
                    .start();
            Procs.await("lines", LONG, () -> lines.get() > 50);
            Result result = p.stop();
            assertThat(Procs.gone((int) p.pid())).isTrue();
            assertThat(result.status()).isEqualTo(TERMED);
            assertThat(result.handlerFailure()).isEmpty();
            int served = lines.get();
            assertThat(p.isAlive()).isFalse();
            assertThat(lines).hasValue(served); // the one moment is after the last line
        }
    }

    @Test
    @Tag("scenario-27")
    void aShellsTrapIsRunWhenTheWholeTreeGetsTerm() throws Exception {
        Command shell = Command.of("/bin/sh", "-c", "trap 'echo Got signal; exit 7' TERM; echo ready; sleep 15")
                .stopPolicy(StopPolicy.termTree(LONG));
        ContainedProcess p = shell.start();
        BufferedReader out = Target.reader(p.getInputStream());
        Target.untilReady(out);
        // the shell runs its trap when the command that it waits for is gone
        Procs.await("sleep", LONG, () -> p.descendants().count() == 1);
        assertThat(p.stop().status()).isEqualTo(new ExitStatus.Exited(7));
        assertThat(out.readLine()).isEqualTo("Got signal");
    }

    @Test
    @Tag("scenario-27")
    void whoLivesOnAfterTermIsKilledWhenTheGraceIsOver() throws Exception {
        Command program =
                target("trap-sleep", "Got signal", "3600").stopPolicy(StopPolicy.termThenKill(Duration.ofSeconds(1)));
        ContainedProcess p = program.start();
        BufferedReader out = Target.reader(p.getInputStream());
        Target.untilReady(out);
        long from = System.nanoTime();
        assertThat(p.stop().status()).isEqualTo(KILLED);
        assertThat(millisSince(from)).isGreaterThanOrEqualTo(1000);
        assertThat(out.readLine()).isEqualTo("Got signal");
        assertThat(out.readLine()).isNull(); // one TERM, and no other
    }

    @Test
    @Tag("scenario-28")
    void whenTheLeaderExitsItsGroupDiesByTerm() throws Exception {
        ContainedProcess p = target("with-child", "on-term", "bye", "0", "--", "read-then", "exit", "5")
                .stdin(Input.pipe())
                .stopPolicy(StopPolicy.termThenKill(LONG))
                .start();
        BufferedReader out = Target.reader(p.getInputStream());
        int child = Integer.parseInt(Target.untilReady(out).get(0));
        p.getOutputStream().write('\n');
        p.getOutputStream().flush();
        Result result = p.result().get();
        assertThat(Procs.gone(child)).isTrue();
        assertThat(out.readLine()).isEqualTo("bye");
        assertThat(result.status()).isEqualTo(new ExitStatus.Exited(5));
        assertThat(result.cause()).isEqualTo(Cause.SELF);
        // only its name where it ended before its command line was read
        assertThat(result.usage().killedWith()).singleElement().asString().contains("target");
    }

    @Test
    @Tag("scenario-40")
    @Tag("trap-51")
    void withoutGraceItIsKilledAtOnce() throws Exception {
        for (StopPolicy policy : List.of(
                StopPolicy.termThenKill(Duration.ZERO),
                StopPolicy.leaderThenKill(Duration.ZERO),
                StopPolicy.termTree(Duration.ZERO),
                StopPolicy.kill())) {
            ContainedProcess p = ready(target("on-term", "bye", "0").stopPolicy(policy));
            assertThat(p.stop().status()).isEqualTo(KILLED);
        }
    }

    @Test
    @Tag("scenario-40")
    @Tag("trap-51")
    void oneNanosecondOfGraceIsTermAndThenKill() throws Exception {
        ContainedProcess p = ready(target("ignore", "TERM", "ready", "sleep", "forever")
                .stopPolicy(StopPolicy.termThenKill(Duration.ofNanos(1))));
        assertThat(p.stop().status()).isEqualTo(KILLED);
    }

    @Test
    @Tag("scenario-40")
    @Tag("trap-51")
    void hugeTimesNeitherWrapNorFireEarly() throws Exception {
        Duration huge = Duration.ofSeconds(Long.MAX_VALUE);
        ContainedProcess p = ready(target("on-term", "bye", "3", "50")
                .stopPolicy(StopPolicy.termThenKill(huge).then(Signal.INT, StopPolicy.Scope.TREE, huge))
                .timeout(huge)
                .drain(huge));
        assertThat(p.waitFor(Long.MIN_VALUE, TimeUnit.DAYS)).isFalse();
        assertThat(p.waitFor(0, TimeUnit.DAYS)).isFalse();
        p.close(); // its bound is the policy's, and five seconds
        assertThat(p.waitFor(Long.MAX_VALUE, TimeUnit.DAYS)).isTrue();
        assertThat(p.exitValue()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1_000_000})
    @Tag("scenario-40")
    @Tag("trap-51")
    void aTinyTimeoutEndsIt(long nanos) throws Exception {
        Result result =
                target("sleep", "forever").timeout(Duration.ofNanos(nanos)).run();
        assertThat(result.cause()).isEqualTo(Cause.TIMEOUT);
        assertThat(result.status()).isEqualTo(TERMED);
    }

    enum State {
        RUNNING,
        STOPPED,
        DEAD
    }

    /** The rows of scenario 41 that need no cgroup: kill and close in each state. */
    @ParameterizedTest
    @EnumSource
    @Tag("scenario-41")
    @Tag("trap-44")
    @Tag("trap-45")
    void killAndCloseInEachState(State state) throws Exception {
        for (boolean kill : new boolean[] {true, false}) {
            ContainedProcess p = ready(target("ready", "sleep", "forever").stopPolicy(StopPolicy.termThenKill(LONG)));
            if (state == State.STOPPED) {
                p.signal(Signal.STOP);
                Procs.await("stopped", LONG, () -> Procs.state((int) p.pid()) == 'T');
            } else if (state == State.DEAD) {
                p.signal(Signal.INT);
                p.waitFor();
            }
            long from = System.nanoTime();
            if (kill) {
                p.destroyForcibly().waitFor();
            }
            p.close();
            p.close();
            assertThat(millisSince(from)).isLessThan(LONG.toMillis()); // a stopped one gets its CONT
            assertThat(Procs.gone((int) p.pid())).isTrue();
            Signal by = state == State.DEAD ? Signal.INT : kill ? Signal.KILL : Signal.TERM;
            Result result = p.result().get();
            assertThat(result.status()).isEqualTo(new ExitStatus.Signaled(by, false));
            assertThat(result.cause()).isEqualTo(state == State.DEAD ? Cause.SELF : Cause.STOP_ASKED);
        }
    }

    /** A blocking wait for the child would not come back while it is stopped. */
    @Test
    @Tag("trap-44")
    void aStoppedProgramIsAliveAndEverythingWorks() throws Exception {
        ContainedProcess p = target("stop-self", "exit", "3").start();
        Procs.await("stopped", LONG, () -> Procs.state((int) p.pid()) == 'T');
        assertThat(p.isAlive()).isTrue();
        assertThat(p.leaderAlive()).isTrue();
        assertThat(p.waitFor(1, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(target("exit", "4").run().status()).isEqualTo(new ExitStatus.Exited(4)); // others are served
        p.signal(Signal.CONT);
        assertThat(p.waitFor()).isEqualTo(3);
        assertThat(p.leaderAlive()).isFalse();
    }

    @Test
    @Tag("trap-45")
    @Tag("scenario-46")
    void aStoppedProgramGetsTheTermOfItsStop() throws Exception {
        ContainedProcess p = ready(target("on-term", "bye", "3").stopPolicy(StopPolicy.termThenKill(LONG)));
        p.signal(Signal.STOP);
        Procs.await("stopped", LONG, () -> Procs.state((int) p.pid()) == 'T');
        assertThat(p.stop().status()).isEqualTo(new ExitStatus.Exited(3));
    }

    /** Each rung's signal is followed by CONT, to the rest of the tree too. */
    @Test
    @Tag("trap-45")
    void aStoppedChildGetsTheTermOfTheRest() throws Exception {
        ContainedProcess p = target("with-child", "on-term", "bye", "0", "--", "sleep", "forever")
                .stopPolicy(StopPolicy.termThenKill(LONG))
                .start();
        BufferedReader out = Target.reader(p.getInputStream());
        int child = Integer.parseInt(Target.untilReady(out).get(0));
        p.signalTree(Signal.STOP);
        Procs.await("stopped", LONG, () -> Procs.state(child) == 'T' && Procs.state((int) p.pid()) == 'T');
        assertThat(p.stop().status()).isEqualTo(TERMED);
        assertThat(out.readLine()).isEqualTo("bye");
        assertThat(Procs.gone(child)).isTrue();
    }

    @Test
    @Tag("scenario-50")
    void stdinIsEmptyUnlessAskedFor() throws Exception {
        ContainedProcess p = target("count-stdin").start();
        assertThat(p.waitFor()).isZero();
        assertThat(Target.reader(p.getInputStream()).readLine()).isEqualTo("0");
        assertThat(target("count-stdin").run().stdout()).isEqualTo("0\n");
    }

    /** Leader, child and a session of its own: the one that listens closes late, and is not always the leader. */
    @ParameterizedTest
    @ValueSource(strings = {"port", "with-child port", "with-session port"})
    @Tag("scenario-55")
    @Tag("trap-50")
    void whenStopReturnsThePortIsFree(String who) throws Exception {
        List<String> words = new ArrayList<>(List.of(who.split(" ")));
        words.addAll(List.of("0", "200"));
        if (words.size() > 3) {
            words.addAll(List.of("--", "sleep", "forever"));
        }
        ContainedProcess p = target(words.toArray(String[]::new))
                .stopPolicy(StopPolicy.termThenKill(LONG))
                .start();
        List<String> lines = Target.untilReady(p.getInputStream());
        int port = Integer.parseInt(lines.get(lines.size() - 1));
        long from = System.nanoTime();
        p.stop();
        assertThat(millisSince(from)).isGreaterThanOrEqualTo(200);
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();
        }
    }

    @Test
    @Tag("scenario-56")
    @Tag("trap-48")
    void neitherWeNorProcessBuilderLoseAnExitCode() throws Exception {
        int each = 60;
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Void>> all = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                boolean ours = t % 2 == 0;
                all.add(threads.submit(() -> {
                    for (int code = 0; code < each; code++) {
                        Process p = ours
                                ? target("exit", "" + code).start()
                                : new ProcessBuilder(Target.PATH, "exit", "" + code).start();
                        assertThat(p.waitFor()).isEqualTo(code);
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
        assertThat(Procs.zombies()).isEmpty();
    }

    // ---- policies of one stop, and other ways to signal

    @Test
    void oneStopMayBringItsOwnLadder() throws Exception {
        ContainedProcess p =
                ready(target("ignore", "TERM", "ready", "sleep", "forever").stopPolicy(StopPolicy.termThenKill(LONG)));
        StopPolicy other = StopPolicy.kill()
                .then(Signal.TERM, StopPolicy.Scope.LEADER, Duration.ofMillis(20))
                .then(Signal.USR1, StopPolicy.Scope.TREE, LONG);
        assertThat(p.stop(other).status()).isEqualTo(new ExitStatus.Signaled(Signal.USR1, false));
    }

    @Test
    void aSecondStopCanOnlyBringTheEndNearer() throws Exception {
        ContainedProcess p =
                ready(target("ignore", "TERM", "ready", "sleep", "forever").stopPolicy(StopPolicy.termThenKill(LONG)));
        p.destroy();
        assertThat(p.waitFor(20, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(p.stop(StopPolicy.termThenKill(Duration.ofMillis(20))).status())
                .isEqualTo(KILLED);
    }

    /** What the leader's child has to say tells whether it got TERM. */
    @Test
    void leaderThenKillGivesTheRestNoGrace() throws Exception {
        ContainedProcess p = target("with-child", "on-term", "bye", "0", "--", "sleep", "forever")
                .stopPolicy(StopPolicy.leaderThenKill(LONG))
                .start();
        BufferedReader out = Target.reader(p.getInputStream());
        int child = Integer.parseInt(Target.untilReady(out).get(0));
        Result result = p.stop();
        assertThat(Procs.gone(child)).isTrue();
        assertThat(out.readLine()).isNull();
        assertThat(result.status()).isEqualTo(TERMED);
        assertThat(result.usage().killedWith()).hasSize(1);
    }

    @Test
    void termTreeReachesAllWhileTheLeaderLives() throws Exception {
        ContainedProcess p = target(
                        "with-session", "on-term", "bye", "0", "--", "ignore", "TERM", "ready", "sleep", "forever")
                .stopPolicy(StopPolicy.termTree(LONG))
                .start();
        BufferedReader out = Target.reader(p.getInputStream());
        int child = Integer.parseInt(Target.untilReady(out).get(0));
        Target.untilReady(out); // the other of the two
        p.destroy();
        assertThat(out.readLine()).isEqualTo("bye");
        Procs.await("child gone", LONG, () -> Procs.gone(child));
        assertThat(p.leaderAlive()).isTrue();
        assertThat(p.isAlive()).isTrue();
        assertThat(p.destroyForcibly().waitFor()).isEqualTo(128 + 9);
    }

    @Test
    void signalGoesToTheLeaderAlone() throws Exception {
        ContainedProcess p = target("with-child", "sleep", "forever", "--", "on-term", "bye", "6")
                .afterExit(AfterExit.LEAVE)
                .start();
        int child = Integer.parseInt(Target.untilReady(p.getInputStream()).get(0));
        p.signal(Signal.TERM);
        assertThat(p.waitFor()).isEqualTo(6);
        p.signal(Signal.TERM); // of the ended one: nothing
        assertThat(Procs.gone(child)).isFalse();
        Marked.kill(child);
        closeOutputs(p);
    }

    @Test
    void signalTreeGoesToAll() throws Exception {
        ContainedProcess p = target("with-session", "sleep", "forever", "--", "trap-sleep", "bye", "3600")
                .start();
        int child = Integer.parseInt(Target.untilReady(p.getInputStream()).get(0));
        p.signalTree(Signal.TERM);
        Procs.await("child gone", LONG, () -> Procs.gone(child));
        assertThat(p.leaderAlive()).isTrue();
        p.signalTree(Signal.KILL);
        assertThat(p.waitFor()).isEqualTo(128 + 9);
        p.signalTree(Signal.KILL);
    }

    /** What was left alone is nobody's any more: a later close does not reach it. */
    @Test
    void leaveLetsTheRestLive() throws Exception {
        ContainedProcess p = target("with-child", "sleep", "forever", "--", "exit", "2")
                .afterExit(AfterExit.LEAVE)
                .start();
        int child = Integer.parseInt(Target.reader(p.getInputStream()).readLine());
        assertThat(p.waitFor()).isEqualTo(2);
        assertThat(p.leaderAlive()).isFalse();
        p.close();
        assertThat(p.stop().usage().killedWith()).isEmpty();
        assertThat(p.destroyForcibly().isAlive()).isFalse();
        assertThat(Procs.gone(child)).isFalse();
        Marked.kill(child);
        closeOutputs(p);
    }

    /** LEAVE speaks of the leader's own end: a stop is a stop. */
    @Test
    void leaveDoesNotOutliveAStop() throws Exception {
        ContainedProcess p = target(
                        "with-child", "ignore", "TERM", "ready", "sleep", "forever", "--", "sleep", "forever")
                .afterExit(AfterExit.LEAVE)
                .stopPolicy(StopPolicy.termThenKill(Duration.ofMillis(20)))
                .start();
        int child = Integer.parseInt(Target.untilReady(p.getInputStream()).get(0));
        p.stop();
        assertThat(Procs.gone(child)).isTrue();
    }

    @Test
    void theFirstCauseStays() throws Exception {
        ContainedProcess p = target("trap-sleep", "bye", "3600")
                .stopPolicy(StopPolicy.termThenKill(Duration.ofMillis(500)))
                .timeout(Duration.ofMillis(500))
                .start();
        BufferedReader out = Target.reader(p.getInputStream());
        Target.untilReady(out);
        assertThat(out.readLine()).isEqualTo("bye");
        Result result = p.stop();
        assertThat(result.status()).isEqualTo(KILLED);
        assertThat(result.cause()).isEqualTo(Cause.TIMEOUT);
        assertThat(target("exit", "9").timeout(LONG).run().cause()).isEqualTo(Cause.SELF);
    }
}
