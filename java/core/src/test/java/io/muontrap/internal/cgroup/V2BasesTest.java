package io.muontrap.internal.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.cgroup.Bases.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class V2BasesTest {

    private static final Verdict USABLE = new Verdict(true, "", "");

    @TempDir
    Path mount;

    /** A user's own part, with the JVM in a child of it. */
    private FakeTree tree;

    @BeforeEach
    void delegated() throws IOException {
        tree = FakeTree.v2(mount)
                .refuse("")
                .refuse("", "cgroup.procs", "cgroup.subtree_control")
                .group("part", "cpu memory pids")
                .group("part/jvm", "")
                .file("part/jvm", "cgroup.procs", "77\n")
                .own("part/jvm");
    }

    private static void refused(Verdict verdict, String reason, String fix) {
        assertThat(verdict.usable()).isFalse();
        assertThat(verdict.reason()).isEqualTo(reason);
        assertThat(verdict.fix()).isEqualTo(fix);
    }

    @Test
    void aPartOfOnesOwnIsUsable() {
        assertThat(tree.examine("part")).isEqualTo(USABLE);
        assertThat(tree.examine("part", "memory", "pids")).isEqualTo(USABLE);
    }

    @Test
    void readOnly() {
        Verdict verdict = tree.readOnly().examine("part");
        assertThat(verdict.usable()).isFalse();
        assertThat(verdict.reason()).isEqualTo("cgroup v2 is mounted read-only at /cg");
        assertThat(verdict.fix()).contains("--cgroupns=private", "sudo mount -o remount,rw /cg");
    }

    @Test
    void missing() throws IOException {
        refused(
                tree.examine("part/a b"),
                "/cg/part/a b does not exist",
                "sudo mkdir -p '/cg/part/a b' && sudo chown 1000 '/cg/part/a b' '/cg/part/a b/cgroup.procs'"
                        + " '/cg/part/a b/cgroup.subtree_control' '/cg/part/a b/cgroup.threads'");
        refused(tree.asRoot().examine("part/x"), "/cg/part/x does not exist", "mkdir -p /cg/part/x");
        refused(
                tree.examine("part/cgroup.procs"),
                "/cg/part/cgroup.procs is no group, but a file",
                "name another base");
    }

    @Test
    void notOurs() {
        String give = "sudo chown 1000 /cg/part /cg/part/cgroup.procs /cg/part/cgroup.subtree_control"
                + " /cg/part/cgroup.threads";
        refused(tree.refuse("part").examine("part"), "user 1000 may not make groups in /cg/part", give);
    }

    @Test
    void nobodyIsGivenTheTop() {
        assertThat(tree.examine("").fix()).isEqualTo("name a base below it that is the user's own");
    }

    @Test
    void aGroupThatMayNotEnableIsUsableWithoutControllers() {
        tree.refuse("part", "cgroup.subtree_control");
        assertThat(tree.examine("part")).isEqualTo(USABLE);
        assertThat(tree.examine("part", "memory").reason())
                .isEqualTo("user 1000 may not enable memory in /cg/part/cgroup.subtree_control");
    }

    @Test
    void aJvmOutsideThePartMayPutNothingIntoIt() throws IOException {
        tree.group("session", "").own("session");
        Verdict verdict = tree.examine("part");
        assertThat(verdict.usable()).isFalse();
        assertThat(verdict.reason())
                .isEqualTo("the JVM in /cg/session may put no process into /cg/part:"
                        + " user 1000 may not write /cg/cgroup.procs");
        assertThat(verdict.fix())
                .contains("systemd-run --user --scope -p Delegate=yes", "sudo mkdir -p /cg/part/jvm && sudo chown 1000")
                .endsWith("echo " + ProcessHandle.current().pid() + " | sudo tee /cg/part/jvm/cgroup.procs");
    }

    @Test
    void aJvmInTheBaseOrBelowItNeedsTheBaseAlone() {
        assertThat(tree.own("part").examine("part")).isEqualTo(USABLE);
        assertThat(tree.own("part/jvm").examine("part")).isEqualTo(USABLE);
        assertThat(tree.refuse("part", "cgroup.procs").examine("part").reason())
                .endsWith("user 1000 may not write /cg/part/cgroup.procs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"threaded", "domain threaded", "domain invalid"})
    void threaded(String type) throws IOException {
        Verdict verdict = tree.file("part", "cgroup.type", type + "\n").examine("part");
        assertThat(verdict.reason())
                .isEqualTo("/cg/part is of type \"" + type + "\", so no process can be put below it");
    }

    @Test
    void frozen() throws IOException {
        tree.group("part/base", "").file("part/base", "cgroup.events", "populated 1\nfrozen 1\n");
        refused(tree.examine("part/base"), "/cg/part/base is frozen from above its mount point", "thaw it on the host");
        tree.file("part", "cgroup.freeze", "1\n");
        refused(
                tree.examine("part/base"),
                "/cg/part/base is frozen by /cg/part",
                "echo 0 | sudo tee /cg/part/cgroup.freeze");
        refused(tree.asRoot().examine("part"), "/cg/part is frozen", "echo 0 > /cg/part/cgroup.freeze");
    }

    @Test
    void controllersComeDownStepByStep() throws IOException {
        tree.group("part/a", "cpu")
                .file("part", "cgroup.subtree_control", "cpu\n")
                .group("part/a/b", "");
        refused(
                tree.examine("part/a", "memory"),
                "memory not enabled in /cg/part, so /cg/part/a does not have it",
                "echo +memory | sudo tee /cg/part/cgroup.subtree_control");
        refused(
                tree.asRoot().examine("part/a/b", "memory"),
                "memory not enabled in /cg/part, so /cg/part/a/b does not have it",
                "echo +memory > /cg/part/cgroup.subtree_control"
                        + " && echo +memory > /cg/part/a/cgroup.subtree_control");
        refused(
                tree.file("part", "cgroup.procs", "5\n").examine("part/a", "memory"),
                "/cg/part holds processes itself, such as 5, and a group that holds processes can give its children no"
                        + " controllers",
                "move them to a child group, or name another base by -Dmuontrap.cgroup.base=PATH");
    }

    @Test
    void whatTheTopDoesNotHandDownIsNamedThere() throws IOException {
        tree.file("", "cgroup.subtree_control", "cpu memory\n").group("part", "cpu memory");
        refused(
                tree.examine("part", "pids"),
                "pids not enabled in /cg, so /cg/part does not have it",
                "echo +pids | sudo tee /cg/cgroup.subtree_control");
    }

    private static final String OTHERWISE =
            "#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t0\t1\t0\nblkio\t7\t1\t1\nhugetlb\t0\t1\t1\n";

    @Test
    void controllersThatAreElsewhereOrNowhere() throws IOException {
        tree.procCgroups(OTHERWISE).file("", "cgroup.controllers", "cpu\n");
        refused(
                tree.examine("part", "memory"),
                "the memory controller is switched off in this kernel",
                "boot without cgroup_disable=memory (or with cgroup_enable=memory)");
        Verdict io = tree.examine("part", "io");
        assertThat(io.reason())
                .isEqualTo("the io controller is bound to cgroup v1 on this host, so /cg does not have it");
        assertThat(io.fix()).contains("cgroup_no_v1=blkio");
        assertThat(tree.examine("part", "blkio")).as("by its older name").isEqualTo(io);
        refused(tree.examine("part", "nonsense"), "this kernel has no nonsense controller in cgroup v2", "");
        tree.file("", "cgroup.events", "populated 1\nfrozen 0\n");
        Verdict hidden = tree.examine("part", "hugetlb");
        assertThat(hidden.reason()).isEqualTo("the hugetlb controller was not given to /cg");
        assertThat(hidden.fix()).contains("+hugetlb", "Delegate=yes");
    }

    @Test
    void theJvmItselfIsInTheWay() throws IOException {
        tree.own("part").file("part", "cgroup.procs", "77\n");
        Verdict verdict = tree.examine("part", "memory");
        assertThat(verdict.reason()).startsWith("the JVM itself is in /cg/part, and a group that holds processes");
        assertThat(verdict.fix()).contains("DelegateSubgroup=", "254", "-Dmuontrap.cgroup.base");
        assertThat(tree.examine("part")).as("without controllers").isEqualTo(USABLE);
        tree.file("part", "cgroup.subtree_control", "memory\n");
        assertThat(tree.examine("part", "memory")).as("enabled already").isEqualTo(USABLE);
    }

    @Test
    void theTopMayHoldProcesses() throws IOException {
        FakeTree root = FakeTree.v2(mount).own("").asRoot().file("", "cgroup.subtree_control", "\n");
        assertThat(root.examine("", "memory")).isEqualTo(USABLE);
        root.file("", "cgroup.events", "populated 1\nfrozen 0\n");
        assertThat(root.examine("", "memory").reason()).as("of a namespace").startsWith("the JVM itself is in /cg");
    }

    @Test
    void groupsAreNotWithoutNumber() throws IOException {
        tree.group("part/a", "");
        tree.file("part", "cgroup.max.depth", "1\n");
        assertThat(tree.examine("part")).isEqualTo(USABLE);
        refused(
                tree.examine("part/a"),
                "there are groups as deep as /cg/part/cgroup.max.depth allows",
                "echo max | sudo tee /cg/part/cgroup.max.depth");
        tree.file("part", "cgroup.max.depth", "max\n").file("part", "cgroup.max.descendants", "2\n");
        assertThat(tree.examine("part/a")).isEqualTo(USABLE);
        tree.file("part", "cgroup.stat", "nr_descendants 2\nnr_dying_descendants 0\n");
        assertThat(tree.examine("part/a").reason())
                .isEqualTo("there are groups as many as /cg/part/cgroup.max.descendants allows");
    }
}
