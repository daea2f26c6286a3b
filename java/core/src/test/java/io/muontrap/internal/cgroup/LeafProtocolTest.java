package io.muontrap.internal.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.internal.jni.Library;
import io.muontrap.testing.Capability;
import io.muontrap.testing.GroupBase;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Rounds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Mark, lock and base lock: what lives is never swept, what is not ours is never touched (TRAPS 39, 40). */
@Needs(Capability.CGROUPS)
@Timeout(180)
class LeafProtocolTest {

    private GroupBase base;

    @BeforeEach
    void makeBase() throws Exception {
        Library.load();
        base = GroupBase.of("pids", "freezer");
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        base.close();
    }

    private Wish under() {
        return new Wish(Wish.Place.UNDER, base.path(), Set.of(), Map.of(), Map.of(), Map.of());
    }

    private Wish at(String name) {
        return new Wish(Wish.Place.AT, base.path() + "/" + name, Set.of(), Map.of(), Map.of(), Map.of());
    }

    private static void end(Leaf leaf) throws Exception {
        LeafEnd.now(leaf);
        leaf.close();
    }

    @Test
    void aLivingOwnersLeafIsNotSweptAndADeadOnesIs() throws Exception {
        Leaf living = LeafMaker.make(under(), false);
        Leaf dead = LeafMaker.make(under(), false);
        List<Path> paths = dead.paths();
        dead.close(); // as the kernel does it with a dead owner's descriptors
        assertThat(LeafMaker.sweep(under())).containsExactlyInAnyOrderElementsOf(paths);
        assertThat(living.paths()).allMatch(Files::isDirectory);
        end(living);
        assertThat(base.leaves()).isEmpty();
    }

    @Test
    void whatIsNotMarkedIsNeverTouched() throws Exception {
        List<Path> strangers = new ArrayList<>();
        for (Path directory : base.directories()) {
            strangers.add(Files.createDirectory(directory.resolve("stranger")));
            strangers.add(Files.createDirectory(directory.resolve("muontrap-0123456789abcdef")));
        }
        assertThat(LeafMaker.sweep(under())).isEmpty();
        assertThatThrownBy(() -> LeafMaker.make(at("stranger"), false))
                .isInstanceOf(CgroupException.class)
                .hasMessageContaining("not ours")
                .hasMessageContaining("stranger");
        assertThat(strangers).allMatch(Files::isDirectory);
        for (Path stranger : strangers) {
            Files.delete(stranger);
        }
    }

    @Test
    void aFixedPathOfADeadOwnerIsTakenAgainAndALivingOnesIsNot() throws Exception {
        Leaf dead = LeafMaker.make(at("fixed"), false);
        dead.close();
        Leaf again = LeafMaker.make(at("fixed"), false);
        assertThatThrownBy(() -> LeafMaker.make(at("fixed"), false))
                .isInstanceOf(CgroupException.class)
                .hasMessageContaining("belongs to a tree of process "
                        + ProcessHandle.current().pid());
        assertThat(again.paths()).allMatch(Files::isDirectory);
        end(again);
    }

    /** A crash of a tree in one hierarchy must not endanger a tree of the same name in another one. */
    @Test
    @Needs({Capability.CGROUP_V1_PIDS, Capability.CGROUP_V1_FREEZER})
    void theLockOfOneTreeSaysNothingOfAnotherOfTheSameName() throws Exception {
        Mounts mounts = Mounts.read();
        Hierarchy freezer = mounts.v1("freezer").orElseThrow();
        Hierarchy pids = mounts.v1("pids").orElseThrow();
        LeafMark deadMark = new LeafMark("0000000000000001", 1, false);
        LeafMark livingMark = new LeafMark("0000000000000002", 2, false);
        Path dead = Files.createDirectory(freezer.directory(base.path()).resolve("same"));
        Path living = Files.createDirectory(pids.directory(base.path()).resolve("same"));
        try (Directory first = Directory.open(dead);
                Directory second = Directory.open(living)) {
            assertThat(first.mark(deadMark)).isZero();
            assertThat(second.mark(livingMark)).isZero();
            assertThat(second.lock(2 | 4)).isZero();
            assertThat(LeafMaker.sweep(at("same"))).containsExactly(dead);
            assertThat(living).isDirectory();
        }
        assertThat(LeafMaker.sweep(at("same"))).containsExactly(living);
    }

    @Test
    void aKeptLeafIsSweptOnlyWhenItIsEmpty() throws Exception {
        Leaf kept = LeafMaker.make(under(), true);
        assertThat(kept.kept()).isTrue();
        Path procs = kept.paths().get(0).resolve("cgroup.procs");
        Process tenant = new ProcessBuilder("sleep", "60").start();
        try {
            Files.writeString(procs, Long.toString(tenant.pid()));
            kept.close();
            assertThat(LeafMaker.sweep(under())).isEmpty();
            assertThat(tenant.isAlive()).isTrue();
        } finally {
            tenant.destroyForcibly().waitFor();
        }
        assertThat(LeafMaker.sweep(under())).isNotEmpty();
        assertThat(base.leaves()).isEmpty();
    }

    /**
     * Two makers and two sweepers against each other. Without the base's lock, a sweeper finds leaves between their mkdir
     * and their lock: measured at 545 of 16 800.
     */
    @Test
    void makersAndSweepersDoNotMeet() throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(Rounds.ofStorm(60));
        AtomicInteger made = new AtomicInteger();
        AtomicInteger swept = new AtomicInteger();
        ExecutorService four = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                all.add(four.submit(maker(until, made)));
                all.add(four.submit(sweeper(until, swept)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            four.shutdownNow();
        }
        swept.addAndGet(LeafMaker.sweep(under()).size());
        assertThat(base.leaves()).isEmpty();
        assertThat(made.get()).isPositive();
        assertThat(swept.get()).isPositive();
    }

    /** Every other leaf is left as by a dead owner, so that the sweepers have something to do. */
    private Callable<Void> maker(long until, AtomicInteger made) {
        return () -> {
            while (System.nanoTime() - until < 0) {
                Leaf leaf = LeafMaker.make(under(), false);
                assertThat(leaf.paths()).as("made, and not swept meanwhile").allMatch(Files::isDirectory);
                if (made.incrementAndGet() % 2 == 0) {
                    end(leaf);
                } else {
                    leaf.close();
                }
            }
            return null;
        };
    }

    private Callable<Void> sweeper(long until, AtomicInteger swept) {
        return () -> {
            while (System.nanoTime() - until < 0) {
                swept.addAndGet(LeafMaker.sweep(under()).size());
            }
            return null;
        };
    }
}
