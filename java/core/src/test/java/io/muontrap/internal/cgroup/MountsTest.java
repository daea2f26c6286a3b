package io.muontrap.internal.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Powers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountsTest {

    private static final String NO_MEMBER = "";

    private static Hierarchy only(String mountinfo, String cgroup) {
        List<Hierarchy> all = Mounts.parse(mountinfo, cgroup).all();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private static Hierarchy v1(String mountinfo, String cgroup, String controller) {
        return Mounts.parse(mountinfo, cgroup).v1(controller).orElseThrow();
    }

    @Test
    void version2() {
        String own = "user.slice/user-1000.slice/user@1000.service/app.slice/run-u3.service";
        Hierarchy v2 = only(MountTexts.V2, MountTexts.V2_MEMBER);
        assertThat(v2).isEqualTo(new Hierarchy(2, List.of(), Path.of("/sys/fs/cgroup"), "/", Optional.of(own), false));
        assertThat(v2.name()).isEqualTo("cgroup v2");
        assertThat(v2.kernelPath(own + "/leaf")).isEqualTo("/" + own + "/leaf");
        assertThat(v2.kernelPath("")).isEqualTo("/");
        assertThat(v2.directory("a/b")).isEqualTo(Path.of("/sys/fs/cgroup/a/b"));
        assertThat(v2.directory("")).isEqualTo(Path.of("/sys/fs/cgroup"));
    }

    @Test
    void hybrid() {
        Mounts mounts = Mounts.parse(MountTexts.HYBRID, MountTexts.HYBRID_MEMBER);
        assertThat(mounts.all())
                .extracting(Hierarchy::name)
                .containsExactly(
                        "cgroup v2",
                        "cgroup v1 (cpu,cpuacct)",
                        "cgroup v1 (cpuset)",
                        "cgroup v1 (memory)",
                        "cgroup v1 (name=systemd)",
                        "cgroup v1 (net_cls,net_prio)",
                        "cgroup v1 (pids)");
        assertThat(mounts.v1("cpuacct")).isEqualTo(mounts.v1("cpu"));
        assertThat(mounts.v1("cpuacct").orElseThrow().mount()).isEqualTo(Path.of("/sys/fs/cgroup/cpu,cpuacct"));
        assertThat(mounts.v1("cpu").orElseThrow().own()).contains("user.slice");
        assertThat(mounts.v1("cpuset").orElseThrow().own()).contains("");
        assertThat(mounts.v1("name=systemd")).isPresent();
        assertThat(mounts.v1("seclabel")).isEmpty();
        assertThat(mounts.v1("blkio")).as("disabled, or nowhere mounted").isEmpty();
        assertThat(mounts.all()).noneMatch(Hierarchy::readOnly);
        assertThat(mounts.v2().orElseThrow().own()).contains("user.slice/user-1000.slice/session-2.scope");
    }

    @Test
    void everyControllerApart() {
        Mounts mounts = Mounts.parse(MountTexts.APART, MountTexts.APART_MEMBER);
        assertThat(mounts.all()).hasSize(7);
        assertThat(mounts.v2().orElseThrow().mount()).isEqualTo(Path.of("/sys/fs/cgroup/unified"));
        assertThat(mounts.v1("memory").orElseThrow().own()).contains("supervisor/8cae0795");
        assertThat(mounts.v1("cpuacct")).isNotEqualTo(mounts.v1("cpu"));
    }

    @Test
    void version1AloneHasNoVersion2WhateverTheKernelShows() {
        Mounts mounts = Mounts.parse(MountTexts.V1, MountTexts.V1_MEMBER);
        assertThat(mounts.v2()).isEmpty();
        assertThat(mounts.all())
                .extracting(Hierarchy::controllers)
                .containsExactly(List.of("cpu"), List.of("cpuset"), List.of("name=openrc"));
        assertThat(mounts.v1("name=openrc").orElseThrow().own()).contains("sshd");
    }

    @Test
    void aContainerSeesOnlyItsPart() {
        Hierarchy memory = v1(MountTexts.DOCKER_V1, MountTexts.DOCKER_V1_MEMBER, "memory");
        assertThat(memory.own()).contains("");
        assertThat(memory.readOnly()).isTrue();
        assertThat(memory.kernelPath("leaf")).isEqualTo("/docker/1f0a/leaf");
        assertThat(memory.kernelPath("")).isEqualTo("/docker/1f0a");
        assertThat(Mounts.parse(MountTexts.DOCKER_V1, MountTexts.DOCKER_V1_MEMBER)
                        .v2())
                .isEmpty();
    }

    @Test
    void aContainerWithANamespaceSeesARoot() {
        Hierarchy memory = v1(MountTexts.DOCKER_V1_PRIVATE, MountTexts.DOCKER_V1_PRIVATE_MEMBER, "memory");
        assertThat(memory.own()).contains("");
        assertThat(memory.kernelPath("leaf")).isEqualTo("/leaf");
        Hierarchy v2 = only(MountTexts.DOCKER_V2, "0::/\n");
        assertThat(v2.own()).contains("");
        assertThat(v2.root()).isEqualTo("/");
        assertThat(v2.readOnly()).isTrue();
    }

    @Test
    void podman() {
        Hierarchy v2 = only(MountTexts.PODMAN, MountTexts.PODMAN_MEMBER);
        assertThat(v2.own()).contains("jvm");
        assertThat(v2.readOnly()).isFalse();
        assertThat(v2.kernelPath("jvm/leaf")).endsWith("libpod-77.scope/container/jvm/leaf");
    }

    @Test
    void lxcMountsItsPartWritableInsideTheReadOnlyWhole() {
        Hierarchy memory = v1(MountTexts.LXC, MountTexts.LXC_MEMBER, "memory");
        assertThat(memory.mount()).isEqualTo(Path.of("/sys/fs/cgroup/memory/lxc/box"));
        assertThat(memory.own()).contains("init.scope");
        assertThat(memory.readOnly()).isFalse();
    }

    @Test
    void wsl() {
        Mounts mounts = Mounts.parse(MountTexts.WSL, MountTexts.WSL_MEMBER);
        assertThat(mounts.all()).extracting(Hierarchy::name).containsExactly("cgroup v2", "cgroup v1 (memory)");
    }

    /** Alone at a mount point that nobody would guess. */
    private static String at(int id, int parent, String root, String point, String how) {
        return id + " " + parent + " 0:25 " + root + " " + point + " " + how + " - cgroup2 none rw\n";
    }

    @Test
    void octalEscapesAreUndone() {
        Hierarchy v2 = only(at(5, 1, "/a\\040b", "/mnt/my\\040cgroups\\134\\011\\012", "rw"), "0::/a b/c d\n");
        assertThat(v2.mount()).isEqualTo(Path.of("/mnt/my cgroups\\\t\n"));
        assertThat(v2.own()).contains("c d");
        assertThat(v2.kernelPath("x")).isEqualTo("/a b/x");
    }

    @Test
    void ofManyMountsTheBestIsTaken() {
        String readOnly = at(5, 1, "/", "/sys/fs/cgroup", "ro");
        String beside = at(6, 1, "/other", "/mnt/other", "rw");
        String part = at(7, 1, "/jvm", "/mnt/a", "rw");
        String whole = at(8, 1, "/", "/mnt/some-long-name", "rw");
        String again = at(9, 1, "/", "/mnt/b", "rw");
        String member = "0::/jvm/x\n";
        assertThat(only(readOnly + beside, member).mount()).isEqualTo(Path.of("/mnt/other"));
        assertThat(only(readOnly + beside + part, member).own()).contains("x");
        assertThat(only(readOnly + beside + part + whole, member).own()).contains("jvm/x");
        assertThat(only(readOnly + beside + part + whole + again, member).mount())
                .isEqualTo(Path.of("/mnt/b"));
        assertThat(only(again + whole + part + beside + readOnly, member).mount())
                .isEqualTo(Path.of("/mnt/b"));
        assertThat(only(readOnly, member).readOnly()).isTrue();
    }

    @Test
    void whatIsMountedOverCannotBeReached() {
        String first = at(5, 1, "/", "/sys/fs/cgroup", "rw");
        String over = "6 5 0:30 / /sys/fs/cgroup rw - tmpfs none rw\n";
        String above = "7 1 0:31 / /sys/fs rw - tmpfs none rw\n";
        String later = "8 1 0:32 / /sys/fs/cgroup rw - tmpfs none rw\n";
        assertThat(Mounts.parse(first + over, NO_MEMBER).all()).isEmpty();
        assertThat(Mounts.parse(first + above, NO_MEMBER).all()).isEmpty();
        assertThat(Mounts.parse(first + later, NO_MEMBER).all()).isEmpty();
        assertThat(only(first + over + at(9, 6, "/x", "/sys/fs/cgroup", "rw"), NO_MEMBER)
                        .root())
                .isEqualTo("/x");
        assertThat(only(first + over + at(9, 6, "/x", "/sys/fs/cgroup/x", "rw"), NO_MEMBER)
                        .root())
                .isEqualTo("/x");
        assertThat(Mounts.parse(
                                "3 2 0:9 / /sys rw - sysfs sysfs rw\n4 3 0:30 / /sys rw - tmpfs none rw\n"
                                        + at(5, 3, "/", "/sys/fs/cgroup", "rw"),
                                NO_MEMBER)
                        .all())
                .as("hidden with what it is mounted on")
                .isEmpty();
    }

    @Test
    void theFirstRootIsItsOwnParent() {
        String roots = "1 1 0:2 / / rw - rootfs rootfs rw\n28 1 8:1 / / rw - ext4 /dev/sda1 rw\n";
        assertThat(only(roots + at(30, 28, "/", "/cg", "rw"), NO_MEMBER).mount())
                .isEqualTo(Path.of("/cg"));
        assertThat(Mounts.parse(roots + at(30, 1, "/", "/cg", "rw"), NO_MEMBER).all())
                .isEmpty();
    }

    /** In a cgroup namespace paths are told from its root. */
    @ParameterizedTest
    @CsvSource({
        "/, /../other, ",
        "/, /.., ",
        "/, /../.., ",
        "/.., /, ",
        "/.., /../other, other",
        "/.., /../../other, ",
        "/docker/a, /docker/ab, ",
        "/docker/a, /docker, ",
        "/docker/a, /docker/a/..b, ..b",
        "/, /a, a",
        "/, /, ''"
    })
    void groupsAboveOrBesideAreNotBelow(String root, String member, String own) {
        Optional<String> found =
                only(at(5, 1, root, "/cg", "rw"), "0::" + member + "\n").own();
        assertThat(found).isEqualTo(Optional.ofNullable(own));
    }

    @Test
    void aGroupThatIsGoneIsNoPlace() {
        assertThat(only(at(5, 1, "/", "/cg", "rw"), "0::/a/b (deleted)\n").own())
                .isEmpty();
    }

    @Test
    void membershipIsToldByController() {
        assertThat(Mounts.membership("4:cpu,cpuacct:/a:b\n1:name=x:/\n0::/c d (deleted)\n\nnonsense\n3:memory\n"))
                .isEqualTo(Map.of("cpu", "/a:b", "cpuacct", "/a:b", "name=x", "/", "", "/c d"));
        assertThat(Mounts.membership("2:pids:/a (deleted)\n"))
                .as("version 1 never says so: it is a name")
                .isEqualTo(Map.of("pids", "/a (deleted)"));
    }

    @Test
    void thisProcessIsWhereTheKernelSays() throws IOException {
        Map<String, String> member = Mounts.membership(Files.readString(Path.of("/proc/self/cgroup")));
        for (Hierarchy h : Mounts.read().all()) {
            String key = h.version() == 2 ? "" : h.controllers().get(0);
            h.own().ifPresent(own -> {
                assertThat(h.kernelPath(own)).isEqualTo(member.get(key));
                assertThat(h.directory(own).resolve("cgroup.procs")).isRegularFile();
            });
        }
        assertThat(Mounts.read().all()).isSortedAccordingTo(Comparator.comparingInt(h -> -h.version()));
    }

    @Test
    @Needs(Capability.CGROUP_V2)
    void theMountOfVersion2IsFound() throws IOException {
        assertThat(Mounts.read().v2()).isPresent();
        assertThat(Powers.cgroupV2()).isPresent();
    }
}
