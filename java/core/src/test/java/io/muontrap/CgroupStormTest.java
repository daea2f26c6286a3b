package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.Step;
import io.muontrap.spawn.StopPolicy;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Disabled;
import io.muontrap.testing.GroupBase;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Marked;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Rounds;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many trees in groups, and trees that fight: none survives, nothing is left (scenario 54). */
@Needs(Capability.CGROUPS)
@Tag("host")
@Tag("load")
@Timeout(1800)
class CgroupStormTest {

    /** A breeder that may have 200 processes, stopped while it breeds; by cgroup.kill and without it. */
    @ParameterizedTest
    @ValueSource(strings = {"", "cgroup_kill"})
    @Needs(Capability.LIMIT_PIDS)
    void aForkBombAgainstStop(String disabled) throws Exception {
        Leftovers before = Leftovers.before();
        String word = "bomb-" + ProcessHandle.current().pid() + "-" + disabled;
        try (Disabled without = Disabled.of(disabled);
                GroupBase base = GroupBase.of("pids", "freezer", "cpu")) {
            int rounds = Rounds.ofStorm(500);
            for (int round = 0; round < rounds; round++) {
                bomb(base, word, round % 2 == 0 ? StopPolicy.kill() : StopPolicy.termTree(Duration.ofMillis(5)));
                assertThat(base.leaves()).as("round %d", round).isEmpty();
            }
            assertThat(Marked.alive(word)).isEmpty();
        }
        before.assertNone();
    }

    private static void bomb(GroupBase base, String word, StopPolicy policy) throws Exception {
        CgroupSpec spec = CgroupSpec.under(base.path()).pidsMax(200);
        if (!Capability.TWO_PROCESSORS.isHere() && Capability.LIMIT_CPU.isHere()) {
            spec = spec.controller("cpu"); // else a bomb of 60 leaves us a sixtieth of the one there is
        }
        try (ContainedProcess p =
                Command.of(Target.PATH, "breeder", "60").arg0(word).cgroup(spec).start()) {
            assertThat(p.inputReader().readLine()).isEqualTo("ready");
            Result result = p.stop(policy);
            assertThat(result.cause()).isEqualTo(Cause.STOP_ASKED);
            assertThat(result.usage().wall()).isLessThan(Duration.ofSeconds(60));
        }
    }

    /** Starts from four threads, one in twenty with a limit that is refused, one in twenty with a program that is not there. */
    @Test
    @Needs(Capability.LIMIT_PIDS)
    void tenThousandStarts() throws Exception {
        Leftovers before = Leftovers.before();
        int starts = Rounds.ofStorm(10_000);
        AtomicInteger ran = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        Set<String> names = ConcurrentHashMap.newKeySet();
        try (GroupBase base = GroupBase.of("pids")) {
            ExecutorService four = Executors.newFixedThreadPool(4);
            try {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    Random random = new Random(i);
                    all.add(four.submit((Callable<Void>) () -> {
                        for (int n = 0; n < starts / 4; n++) {
                            one(base, random.nextInt(20), names, ran, failed);
                        }
                        return null;
                    }));
                }
                for (Future<?> one : all) {
                    one.get();
                }
            } finally {
                four.shutdownNow();
            }
            assertThat(ran.get() + failed.get()).isEqualTo(starts / 4 * 4);
            assertThat(failed.get()).isPositive();
            assertThat(names).as("each in a group of its own").hasSize(ran.get());
            assertThat(base.leaves()).isEmpty();
        }
        before.assertNone();
    }

    private static void one(GroupBase base, int kind, Set<String> names, AtomicInteger ran, AtomicInteger failed)
            throws Exception {
        CgroupSpec spec = CgroupSpec.under(base.path()).pidsMax(10);
        if (kind == 0) {
            refused(Command.of(Target.PATH, "exit", "0").cgroup(spec.set("pids.max", "-7")), Step.CGROUP);
            failed.incrementAndGet();
        } else if (kind == 1) {
            refused(Command.of("/nonesuch").cgroup(spec), Step.EXEC);
            failed.incrementAndGet();
        } else {
            try (ContainedProcess p = Command.of(Target.PATH, "cat")
                    .stdin(Input.pipe())
                    .cgroup(spec)
                    .start()) {
                for (Path group : p.cgroup().orElseThrow().paths()) {
                    assertThat(members(group)).containsExactly(Long.toString(p.pid()));
                }
                names.add(p.cgroup().orElseThrow().paths().get(0).getFileName().toString());
                p.getOutputStream().close();
                assertThat(p.waitFor()).isZero();
                ran.incrementAndGet();
            }
        }
    }

    /** A program that is gone again before its membership was looked at has run in its group. */
    @Test
    void programsThatEndAtOnce() throws Exception {
        try (GroupBase base = GroupBase.of("pids", "memory")) {
            Command command = Command.of(Target.PATH, "exit", "5").cgroup(CgroupSpec.under(base.path()));
            for (int i = 0; i < Rounds.of(300); i++) {
                try (ContainedProcess p = command.start()) {
                    assertThat(p.waitFor()).isEqualTo(5);
                }
            }
            assertThat(base.leaves()).isEmpty();
        }
    }

    private static List<String> members(Path group) throws IOException {
        try (Stream<String> lines = Files.lines(group.resolve("cgroup.procs"))) {
            return lines.toList();
        }
    }

    private static void refused(Command command, Step step) {
        SpawnException e = catchThrowableOfType(SpawnException.class, command::start);
        assertThat(e).isNotNull();
        assertThat(e.step()).isEqualTo(step);
    }
}
