package io.muontrap.internal.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.cgroup.Bases.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class V1BasesTest {

    private static final Verdict USABLE = new Verdict(true, "", "");

    @TempDir
    Path mount;

    @Test
    void aGroupThatOneMayWriteIsUsableWhereverTheJvmIs() throws IOException {
        Files.createDirectories(mount.resolve("a/b"));
        FakeTree tree = FakeTree.v1(mount, "memory").refuse("").own("elsewhere");
        assertThat(tree.examine("a/b", "memory")).isEqualTo(USABLE);
        assertThat(tree.examine("c"))
                .isEqualTo(new Verdict(
                        false,
                        "/cg/c does not exist",
                        "sudo mkdir -p /cg/c && sudo chown 1000 /cg/c /cg/c/cgroup.procs /cg/c/tasks"));
        assertThat(tree.examine(""))
                .isEqualTo(new Verdict(
                        false, "user 1000 may not make groups in /cg", "name a base below it that is the user's own"));
        assertThat(tree.readOnly().examine("a").reason()).isEqualTo("cgroup v1 (memory) is mounted read-only at /cg");
    }

    @Test
    void frozen() throws IOException {
        FakeTree tree = FakeTree.v1(mount, "freezer")
                .asRoot()
                .file("a", "freezer.state", "THAWED\n")
                .file("a", "freezer.self_freezing", "0\n")
                .file("a", "freezer.parent_freezing", "0\n")
                .file("a/b", "freezer.state", "THAWED\n")
                .file("a/b", "freezer.self_freezing", "0\n")
                .file("a/b", "freezer.parent_freezing", "0\n");
        assertThat(tree.examine("a/b")).isEqualTo(USABLE);
        assertThat(tree.examine("")).isEqualTo(USABLE);
        tree.file("a/b", "freezer.state", "FREEZING\n");
        assertThat(tree.examine("a/b").reason()).isEqualTo("/cg/a/b is frozen from above its mount point");
        tree.file("a/b", "freezer.parent_freezing", "1\n").file("a", "freezer.self_freezing", "1\n");
        assertThat(tree.examine("a/b"))
                .isEqualTo(new Verdict(false, "/cg/a/b is frozen by /cg/a", "echo THAWED > /cg/a/freezer.state"));
        assertThat(tree.examine("a"))
                .isEqualTo(new Verdict(false, "/cg/a is frozen", "echo THAWED > /cg/a/freezer.state"));
    }

    @Test
    void anEmptyCpusetTakesNobody() throws IOException {
        FakeTree tree = FakeTree.v1(mount, "cpuset")
                .asRoot()
                .file("", "cpuset.cpus", "0-1\n")
                .file("", "cpuset.mems", "0\n")
                .file("a", "cpuset.cpus", "\n")
                .file("a", "cpuset.mems", "\n")
                .file("a/b", "cpuset.cpus", "\n")
                .file("a/b", "cpuset.mems", "\n");
        assertThat(tree.examine("")).isEqualTo(USABLE);
        assertThat(tree.examine("a/b"))
                .isEqualTo(new Verdict(
                        false,
                        "/cg/a/cpuset.cpus is empty, so nothing can be put into a group below it",
                        "echo 0-1 > /cg/a/cpuset.cpus"));
        tree.file("a", "cpuset.cpus", "0\n").file("a", "cpuset.mems", "0\n").file("a/b", "cpuset.cpus", "0\n");
        assertThat(tree.examine("a")).isEqualTo(USABLE);
        assertThat(tree.examine("a/b").fix()).isEqualTo("echo 0 > /cg/a/b/cpuset.mems");
    }
}
