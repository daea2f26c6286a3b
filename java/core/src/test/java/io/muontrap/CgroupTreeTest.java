package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.cgroup.Cgroup;
import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.testing.Capability;
import io.muontrap.testing.GroupBase;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Powers;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tree in a group: it is in it, stays in it, and is gone with it (scenarios 6, 7). */
@Needs(Capability.CGROUPS)
@Tag("host")
@Tag("place")
@Timeout(120)
class CgroupTreeTest {

    private GroupBase base;
    private Leftovers before;

    @BeforeEach
    void makeBase() throws Exception {
        before = Leftovers.before();
        base = GroupBase.of("pids", "memory", "freezer", "cpu");
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(base.leaves()).isEmpty();
        base.close();
        before.assertNone();
    }

    @Test
    void itIsInTheGroupAndBothAreGone() throws Exception {
        Cgroup group;
        long pid;
        try (ContainedProcess p = Command.of(Target.PATH, "ready", "sleep", "60")
                .cgroup(CgroupSpec.under(base.path()))
                .start()) {
            assertThat(p.containment()).containsExactlyInAnyOrder(Containment.SESSION, Containment.CGROUP);
            group = p.cgroup().orElseThrow();
            pid = p.pid();
            assertThat(group.paths()).isNotEmpty().allMatch(Files::isDirectory);
            for (Path path : group.paths()) {
                assertThat(Files.readString(path.resolve("cgroup.procs")).trim())
                        .isEqualTo(Long.toString(pid));
            }
            assertThat(base.leaves()).containsExactlyInAnyOrderElementsOf(group.paths());
        }
        assertThat(Procs.state((int) pid)).isIn('X', 'Z');
        assertThat(group.paths()).noneMatch(Files::exists);
    }

    @Test
    void aTreeOfThirtyOneIsGone() throws Exception {
        List<Integer> pids = new ArrayList<>();
        try (ContainedProcess p = Command.of(Target.PATH, "fork-tree", "4")
                .cgroup(CgroupSpec.at(base.path() + "/tree"))
                .start()) {
            BufferedReader lines = p.inputReader();
            for (int i = 0; i < 31; i++) {
                pids.add(Integer.parseInt(lines.readLine().replaceAll("[^0-9]", "")));
            }
            Result result = p.stop();
            assertThat(result.usage().killedWith()).hasSize(30);
        }
        for (int pid : pids) {
            assertThat(Procs.state(pid)).isIn('X', 'Z');
        }
    }

    @Test
    void theLeadersOwnEndEndsItsDaemons() throws Exception {
        Result result = Command.of(Target.PATH, "with-daemon", "sleep", "60", "--", "exit", "7")
                .cgroup(CgroupSpec.under(base.path()))
                .timeout(Duration.ofSeconds(60))
                .run();
        assertThat(result.status().exitValue()).isEqualTo(7);
        assertThat(result.cause()).isEqualTo(Cause.SELF);
        assertThat(result.usage().killedWith()).hasSize(1);
    }

    /** Who has made a base in version 1 alone, as MuonTrap's users do, has cgroup.kill all the same. */
    @Test
    @Needs({Capability.ROOT, Capability.CGROUP_V1_PIDS, Capability.CGROUP_V2})
    void theSideOfVersion2IsMadeAndRemovedWithIt() throws Exception {
        Path v2 = Powers.cgroupV2().orElseThrow();
        try (GroupBase one = GroupBase.in(Powers.cgroupV1("pids").orElseThrow())) {
            Path above = v2.resolve(one.path()).resolve("above");
            Files.createDirectory(one.directories().get(0).resolve("above"));
            CgroupSpec spec = CgroupSpec.under(one.path() + "/above");
            try (ContainedProcess p =
                            Command.of(Target.PATH, "sleep", "60").cgroup(spec).start();
                    ContainedProcess q =
                            Command.of(Target.PATH, "sleep", "60").cgroup(spec).start()) {
                assertThat(p.cgroup().orElseThrow().paths()).hasSize(2).anyMatch(path -> path.startsWith(above));
                p.stop();
                assertThat(above).as("another leaf is in it").isDirectory();
                assertThat(q.isAlive()).isTrue();
            }
            assertThat(v2.resolve(one.path())).doesNotExist();
            Files.delete(one.directories().get(0).resolve("above"));
        }
    }
}
