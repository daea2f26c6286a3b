package io.muontrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.cli.Cli.Ran;
import io.muontrap.testing.Capability;
import io.muontrap.testing.GroupBase;
import io.muontrap.testing.Groups;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs in control groups: in the group that was asked for, with its limits, and nothing of either is left. */
@Needs(Capability.CGROUPS)
@Timeout(300)
class GroupTest {

    @TempDir
    Path directory;

    private GroupBase base;
    private String group;

    @BeforeEach
    void makeBase() throws IOException {
        base = GroupBase.of("cpu", "memory", "pids", "freezer");
        group = base.path() + "/test";
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(base.leaves()).isEmpty();
        base.close();
    }

    private void runs(String line, List<String> controllers, List<String> says) throws Exception {
        new GroupLine(base, line).runs(controllers, says);
    }

    private void refused(Ran ran, String... said) {
        assertThat(ran.err()).startsWith("muontrap: CGROUP: ").contains(said).hasLineCount(1);
        assertThat(ran.out()).as("it never ran").isEmpty();
        assertThat(ran.code()).isEqualTo(125);
    }

    @Test
    @Needs({Capability.CGROUP_V1_CPU, Capability.CGROUP_V1_MEMORY})
    void memoryAndProcessorOfVersion1() throws Exception {
        runs(
                "-p mycgroup/test -c memory -c cpu -s memory.limit_in_bytes=268435456 -- myprogram myargs",
                List.of("memory", "cpu"),
                List.of("memory.limit_in_bytes=268435456"));
    }

    @Test
    @Needs({Capability.CPU_CONTROLLER, Capability.MEMORY_CONTROLLER})
    void memoryAndProcessorOfVersion2() throws Exception {
        runs(
                "-p mycgroup/test -c memory -c cpu -s memory.max=268435456 -s cpu.max=\"50000 100000\""
                        + " -- myprogram myargs",
                List.of(""),
                List.of("memory.max=268435456", "cpu.max=50000 100000"));
    }

    @Test
    @Needs({Capability.CPU_CONTROLLER, Capability.MEMORY_CONTROLLER})
    void aFileNamesItsControllerInVersion2() throws Exception {
        runs(
                "-p mycgroup/test --set memory.max=256M --set=cpu.max=50000 -- myprogram myargs",
                List.of(""),
                List.of("memory.max=268435456", "cpu.max=50000 100000"));
    }

    @Test
    @Needs({Capability.CGROUP_V1_CPU, Capability.CGROUP_V1_MEMORY})
    void aFileNamesItsControllerInVersion1() throws Exception {
        runs(
                "-p mycgroup/test -s memory.limit_in_bytes=256M -s cpu.shares=512 -- myprogram myargs",
                List.of("memory", "cpu"),
                List.of("memory.limit_in_bytes=268435456", "cpu.shares=512"));
    }

    /** Of this base: in no hierarchy that has it not. */
    @Test
    @Needs({Capability.CGROUP_V1_CPU, Capability.CGROUP_V1_MEMORY, Capability.CGROUP_V1_PIDS})
    void aPathAloneIsEveryHierarchyOfVersion1ThatHasTheBase() throws Exception {
        runs("-p mycgroup/test -- myprogram myargs", List.of("memory", "cpu", "pids"), List.of());
    }

    @Tag("scenario-7")
    @Test
    @Needs(Capability.DEFAULT_SIGNALS)
    void aTreeIsGoneWithItsGroupWhenMuontrapGetsASignal() throws Exception {
        try (Cli cli = Cli.start("-p", group, Target.PATH, "tree15")) {
            List<Integer> pids = cli.pids();
            assertThat(base.leaves()).isNotEmpty();
            cli.signal("TERM");
            assertThat(cli.await().code()).isEqualTo(143);
            assertThat(Procs.alive(pids)).isEmpty();
            assertThat(base.leaves()).isEmpty();
        }
    }

    /** What no session finds: here nothing is missed, and the statistics say by what. */
    @Tag("scenario-6")
    @Test
    void aDaemonIsGoneWhenTheLeaderHasEnded() throws Exception {
        try (Cli cli =
                Cli.start("--stats", "-g", group, Target.PATH, "with-daemon", "sleep", "forever", "--", "exit", "3")) {
            Ran ran = cli.await();
            assertThat(ran.code()).isEqualTo(3);
            assertThat(cli.living()).isEmpty();
            assertThat(ran.err().lines())
                    .contains("muontrap: exit code 3, ended by itself", "muontrap: containment SESSION CGROUP")
                    .anyMatch(line -> line.startsWith("muontrap: 1 process killed with it: "));
        }
    }

    @Test
    void aTimeoutIs124() throws Exception {
        assertThat(Cli.run("--timeout", "1s", "-p", group, Target.PATH, "ready", "sleep", "forever"))
                .isEqualTo(new Ran(124, "ready\n", ""));
    }

    @Tag("scenario-47")
    @Test
    @Needs(Capability.CGROUP_V1_PIDS)
    void aLimitThatTheKernelRefusesInVersion1Is125() throws Exception {
        refused(
                Cli.run("-p", group, "-s", "pids.max=lots", Target.PATH, "echo", "ran"),
                "CGROUP: EINVAL: ",
                "'lots'",
                "/" + group + "/pids.max");
    }

    @Tag("scenario-47")
    @Test
    @Needs(Capability.PIDS_CONTROLLER)
    void aLimitThatTheKernelRefusesInVersion2Is125() throws Exception {
        refused(
                Cli.run("-p", group, "-s", "pids.max=lots", Target.PATH, "echo", "ran"),
                "CGROUP: EINVAL: ",
                "'lots'",
                "/" + group + "/pids.max");
    }

    @Test
    void aControllerThatNoKernelHasIs125() throws Exception {
        refused(Cli.run("-p", group, "-c", "nosuch", Target.PATH, "echo", "ran"), "nosuch");
    }

    @Test
    @Needs(Capability.CGROUP_V1_PIDS)
    void aBaseThatIsNotThereIs125() throws Exception {
        String nowhere = Groups.name();
        refused(
                Cli.run("-p", nowhere + "/test", "-c", "pids", Target.PATH, "echo", "ran"),
                "CGROUP: ENOENT: ",
                "/" + nowhere);
    }

    /** Another's group is never touched. */
    @Test
    void aGroupThatIsThereIs125AndStays() throws Exception {
        Path there = base.directories().get(0).resolve("test");
        Files.createDirectory(there);
        try {
            refused(
                    Cli.run("-p", group, Target.PATH, "echo", "ran"),
                    "CGROUP: EEXIST: ",
                    there.toString(),
                    "; name a path that is not there, or remove it");
            assertThat(there).exists();
        } finally {
            Files.delete(there);
        }
    }

    @Tag("scenario-49")
    @Test
    void aGroupOfALivingOwnerIs125() throws Exception {
        try (Cli living = Cli.start("-p", group, Target.PATH, "fork-tree", "1")) {
            List<Integer> pids = living.pids();
            refused(Cli.run("-p", group, Target.PATH, "echo", "ran"), "CGROUP: EEXIST: ", "which lives");
            assertThat(Procs.alive(pids)).hasSize(3);
            living.signal("TERM");
            living.await();
        }
    }

    /** The code is the program's, whatever was made for it. */
    @Test
    void aProgramThatIsNotThereIs127AndItsGroupIsGone() throws Exception {
        Ran ran = Cli.run("-p", group, "/no/such/program");
        assertThat(ran.code()).isEqualTo(127);
        assertThat(ran.err()).hasLineCount(1).contains("EXEC: ENOENT");
        assertThat(base.leaves()).isEmpty();
    }

    @Test
    @Needs(Capability.CGROUP_V1_MEMORY)
    void whatTheKernelKillsForMemoryInVersion1IsSaid() throws Exception {
        outOfMemory("memory.limit_in_bytes=32M", "memory.swappiness=0");
    }

    @Test
    @Needs(Capability.MEMORY_CONTROLLER)
    void whatTheKernelKillsForMemoryInVersion2IsSaid() throws Exception {
        outOfMemory("memory.max=32M", "memory.swap.max=0");
    }

    private void outOfMemory(String limit, String noSwap) throws Exception {
        Ran ran = Cli.run("--stats", "-p", group, "-s", limit, "-s", noSwap, Target.PATH, "eat", "100M");
        assertThat(ran.code()).isEqualTo(137);
        assertThat(ran.err())
                .startsWith("muontrap: killed by SIGKILL, killed by the kernel for want of memory\n")
                .contains("\nmuontrap: cgroup: memory peak ");
    }

    @Test
    @Needs(Capability.CGROUP_V1_MEMORY)
    void theFileSaysWhatAGroupOfVersion1HasUsed() throws Exception {
        assertThat(used("memory", "eat", "32M", "exit", "0"))
                .extractingByKey("memoryPeak", InstanceOfAssertFactories.BIG_DECIMAL)
                .isGreaterThanOrEqualTo(BigDecimal.valueOf(32 << 20));
    }

    @Test
    @Needs(Capability.CPU_CONTROLLER)
    void theFileSaysWhatAGroupOfVersion2HasUsed() throws Exception {
        assertThat(used("cpu", "cpu", "0.2"))
                .extractingByKey("cpu", InstanceOfAssertFactories.BIG_DECIMAL)
                .isGreaterThanOrEqualTo(new BigDecimal("0.2"));
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> used(String controller, String... verb) throws Exception {
        Path file = directory.resolve("stats.json");
        String[] options = {"--stats-file", file.toString(), "-p", group, "-c", controller, "--", Target.PATH};
        String[] line = new String[options.length + verb.length];
        System.arraycopy(options, 0, line, 0, options.length);
        System.arraycopy(verb, 0, line, options.length, verb.length);
        assertThat(Cli.run(line).code()).isZero();
        Map<String, Object> stats = JsonReader.object(Files.readString(file));
        assertThat(stats).containsEntry("containment", List.of("SESSION", "CGROUP"));
        return (Map<String, Object>) stats.get("cgroup");
    }
}
