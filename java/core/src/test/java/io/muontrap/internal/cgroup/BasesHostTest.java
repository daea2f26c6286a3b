package io.muontrap.internal.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.internal.cgroup.Bases.Verdict;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** On real groups: what is called unusable does fail, what is called usable does work. */
class BasesHostTest {

    private static Verdict examine(OwnGroup group, String... controllers) throws IOException {
        Hierarchy h = Mounts.read().all().stream()
                .filter(each -> group.directory().startsWith(each.mount()))
                .findFirst()
                .orElseThrow();
        return Bases.examine(h, h.mount().relativize(group.directory()).toString(), Set.of(controllers));
    }

    private static void makes(OwnGroup base) throws IOException {
        Path leaf = base.directory().resolve("leaf");
        Files.delete(Files.createDirectory(leaf));
    }

    @Test
    @Needs(Capability.CGROUP_V2)
    void aFreshGroupIsUsable() throws IOException {
        try (OwnGroup base = OwnGroup.v2()) {
            assertThat(examine(base)).isEqualTo(Verdict.USABLE);
            makes(base);
        }
    }

    @Test
    @Needs(Capability.CGROUP_V2)
    void frozenAbove() throws IOException {
        try (OwnGroup above = OwnGroup.v2();
                OwnGroup base = above.child("base")) {
            above.write("cgroup.freeze", "1");
            assertThat(base.read("cgroup.freeze")).isEqualTo("0\n");
            assertThat(examine(base).reason()).isEqualTo(base.directory() + " is frozen by " + above.directory());
            above.write("cgroup.freeze", "0");
            assertThat(examine(base)).isEqualTo(Verdict.USABLE);
        }
    }

    @Test
    @Needs(Capability.CGROUP_V2)
    void neitherDeeperNorMore() throws IOException {
        try (OwnGroup above = OwnGroup.v2();
                OwnGroup base = above.child("base")) {
            above.write("cgroup.max.depth", "1");
            assertThat(examine(base).reason()).contains("as deep as");
            assertThatThrownBy(() -> makes(base)).isInstanceOf(IOException.class);
            above.write("cgroup.max.depth", "2");
            assertThat(examine(base)).isEqualTo(Verdict.USABLE);
            makes(base);
            above.write("cgroup.max.descendants", "1");
            assertThat(examine(base).reason()).contains("as many as");
            assertThatThrownBy(() -> makes(base)).isInstanceOf(IOException.class);
            above.write("cgroup.max.descendants", "max");
            makes(base);
        }
    }

    @Test
    @Needs(Capability.CGROUP_V2)
    void threaded() throws IOException {
        try (OwnGroup above = OwnGroup.v2();
                OwnGroup thread = above.child("thread");
                OwnGroup beside = above.child("beside")) {
            thread.write("cgroup.type", "threaded");
            for (OwnGroup each : List.of(above, thread, beside)) {
                assertThat(examine(each).reason())
                        .contains(each.read("cgroup.type").strip());
            }
        }
    }

    @Test
    @Needs(Capability.CGROUP_V2)
    void controllersOfV1AreNamed() throws IOException {
        try (OwnGroup base = OwnGroup.v2()) {
            for (Hierarchy h : Mounts.read().all()) {
                for (String controller : h.controllers()) {
                    if (controller.startsWith("name=")) continue;
                    assertThat(examine(base, controller).reason())
                            .isEqualTo("the " + Limits.nameIn(2, controller)
                                    + " controller is bound to cgroup v1 on this host, so "
                                    + Mounts.read().v2().orElseThrow().mount() + " does not have it");
                }
            }
            assertThat(examine(base, "nonsense").usable()).isFalse();
        }
    }

    @Test
    @Needs(Capability.CGROUP_V2)
    void whatIsNotHandedDownIsNotThere() throws IOException {
        Hierarchy v2 = Mounts.read().v2().orElseThrow();
        try (OwnGroup base = OwnGroup.v2()) {
            String relative = v2.mount().relativize(base.directory()).toString();
            for (String controller : Base.words(v2.mount(), "cgroup.controllers")) {
                List<Path> lacking = Bases.lacking(v2, relative, controller);
                assertThat(lacking).endsWith(base.directory());
                boolean here =
                        Base.words(base.directory(), "cgroup.controllers").contains(controller);
                assertThat(lacking.size() == 1).isEqualTo(here);
                Verdict verdict = examine(base, controller);
                assertThat(verdict.usable()).as(verdict.reason()).isEqualTo(here);
                if (!here) assertThat(verdict.fix()).contains("+" + controller, "cgroup.subtree_control");
            }
        }
    }

    @Test
    @Needs(Capability.CGROUP_V1_FREEZER)
    void frozenInVersion1() throws IOException {
        try (OwnGroup above = OwnGroup.v1("freezer");
                OwnGroup base = above.child("base")) {
            assertThat(examine(base)).isEqualTo(Verdict.USABLE);
            above.write("freezer.state", "FROZEN");
            assertThat(examine(base).reason()).isEqualTo(base.directory() + " is frozen by " + above.directory());
            assertThat(examine(base).fix()).contains(above.directory() + "/freezer.state");
            above.write("freezer.state", "THAWED");
            assertThat(examine(base)).isEqualTo(Verdict.USABLE);
        }
    }

    @Test
    @Needs(Capability.EMPTY_CPUSETS)
    void aFreshCpusetIsEmpty() throws IOException {
        try (OwnGroup base = OwnGroup.v1("cpuset")) {
            Verdict verdict = examine(base);
            assertThat(verdict.reason()).contains(base.directory() + "/cpuset.cpus is empty");
            for (String file : List.of("cpuset.cpus", "cpuset.mems")) {
                base.write(file, Files.readString(base.directory().resolveSibling(file)));
            }
            assertThat(examine(base)).isEqualTo(Verdict.USABLE);
        }
    }

    @Test
    @Needs(Capability.CGROUP_V1_MEMORY)
    void aFreshGroupOfVersion1IsUsable() throws IOException {
        try (OwnGroup base = OwnGroup.v1("memory")) {
            assertThat(examine(base, "memory")).isEqualTo(Verdict.USABLE);
            makes(base);
        }
    }
}
