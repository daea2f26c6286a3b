package io.muontrap.internal.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.testing.Capability;
import io.muontrap.testing.Disabled;
import io.muontrap.testing.GroupBase;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Killing by hand, step by step. */
@Tag("host")
@Timeout(60)
class KillingTest {

    private static final int CROWD = 60;

    private static List<Process> busy(int count, String... before) throws IOException {
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(List.of(Target.PATH, "cpu", "600"));
        List<Process> all = new ArrayList<>();
        for (int i = 0; i < count; i++) all.add(new ProcessBuilder(command).start());
        return all;
    }

    private static void join(Leaf leaf, List<Process> crowd) throws IOException {
        for (Process busy : crowd) {
            for (Path path : leaf.paths()) {
                Files.writeString(path.resolve("cgroup.procs"), Long.toString(busy.pid()));
            }
        }
    }

    /** In version 1 the frozen do not die: who is frozen at each step has no time for it where the steps are long. */
    @Test
    @Needs(Capability.CGROUP_V1_FREEZER)
    void whoIsKilledAlreadyIsNotFrozenAgain() throws Exception {
        try (Disabled kernel = Disabled.of("cgroup_kill");
                Disabled companion = Disabled.of("cgroup_companion");
                GroupBase base = GroupBase.of("pids", "freezer");
                Leaf leaf = LeafMaker.make(
                        new Wish(Wish.Place.UNDER, base.path(), Set.of("freezer"), Map.of(), Map.of(), Map.of()),
                        false)) {
            List<Process> rivals = busy(2 * Runtime.getRuntime().availableProcessors());
            try {
                List<Process> crowd = busy(CROWD, "nice", "-n", "19");
                join(leaf, crowd);
                end(leaf);
                for (Process busy : crowd) assertThat(busy.waitFor()).isEqualTo(137);
            } finally {
                rivals.forEach(Process::destroyForcibly);
                LeafEnd.now(leaf);
            }
        }
    }

    private static void end(Leaf leaf) throws Exception {
        Killing killing = new Killing(leaf);
        while (killing.step() == Killing.Next.SOON) Thread.onSpinWait();
        int steps = 0;
        for (; !leaf.isEmpty(); steps++) {
            assertThat(killing.step()).as("a step on those that die").isEqualTo(Killing.Next.LATER);
        }
        assertThat(steps).as("they did not all die at once").isPositive();
        killing.end();
    }

    /** cgroup.kill reaches those that are in it at that moment; who comes later is reached by the next. */
    @Test
    @Tag("trap-36")
    @Needs(Capability.CGROUP_KILL)
    void whoIsMovedInAfterTheKillIsKilledToo() throws Exception {
        try (GroupBase base = GroupBase.of();
                Leaf leaf = LeafMaker.make(
                        new Wish(Wish.Place.UNDER, base.path(), Set.of(), Map.of(), Map.of(), Map.of()), false)) {
            Killing killing = new Killing(leaf);
            try {
                for (int i = 0; i < 3; i++) {
                    List<Process> one = busy(1);
                    join(leaf, one);
                    killing.step();
                    assertThat(one.get(0).waitFor()).isEqualTo(137);
                }
            } finally {
                killing.end();
                LeafEnd.now(leaf);
            }
        }
    }
}
