package io.muontrap.internal.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.internal.jni.Probe;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Rounds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TRAPS 7: both returns of a clone that shares memory, thousands of times, on each path, beside a busy JVM. */
@Tag("trap-7")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("host")
class ManySpawnsTest {

    private static final int THREADS = 4;

    @Test
    @Needs(Capability.CLONE3)
    void thousandsOfSpawnsByClone3() throws Exception {
        thousandsOfSpawns(Plan.CLONE3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Plan.OWN_MEMORY})
    void thousandsOfSpawns(int way) throws Exception {
        int each = Rounds.of(way == Plan.OWN_MEMORY ? 50 : 500); // its page tables are copied
        int flags = Launches.usualFlags() & ~Plan.CLONE3
                | way
                | (way == Plan.OWN_MEMORY && Probe.has(NativeHost.CLONE3) ? Plan.CLONE3 : 0);
        Launches.end(Launcher.get().launch(Launches.target(flags, Launches.NO_FDS, "exit", "0"), Launcher.DEADLINE));
        Leftovers before = Leftovers.before();
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Integer>> all = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int number = thread;
                all.add(pool.submit((Callable<Integer>) () -> spawnAndFail(flags, number, each)));
            }
            for (Future<Integer> one : all) {
                assertThat(one.get()).isEqualTo(each);
            }
        } finally {
            pool.shutdown();
        }
        before.assertNone();
    }

    /** One in ten runs, the others fail at their exec, which takes the same way and less time. */
    private static int spawnAndFail(int flags, int thread, int each) throws Exception {
        Plan runs = Launches.target(flags, Launches.NO_FDS, "exit", Integer.toString(thread));
        Plan fails = Launches.plan("/nonexistent", Launches.strings("x"), flags, Launches.NO_FDS);
        int good = 0;
        for (int i = 0; i < each; i++) {
            Outcome outcome = Launcher.get().launch(i % 10 == 0 ? runs : fails, Launcher.DEADLINE);
            if (i % 10 == 0) {
                assertThat(outcome.running()).isTrue();
                assertThat(Launches.end(outcome)).containsExactly(1L, (long) thread);
                good++;
            } else if (outcome.step() == Steps.EXEC && outcome.errno() == Errno.ENOENT) {
                good++;
            }
        }
        return good;
    }
}
