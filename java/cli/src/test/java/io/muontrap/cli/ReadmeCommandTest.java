package io.muontrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.testing.Capability;
import io.muontrap.testing.GroupBase;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The command lines that README.md shows, run as they stand there, by this class path instead of the jar. */
@Needs(Capability.SOURCES)
class ReadmeCommandTest {

    private static final String JAR = "java -jar java/cli/target/muontrap.jar ";

    @Test
    void everyOneRunsAndSaysWhatItSays() throws Exception {
        List<String> commands = commands();
        assertThat(commands).hasSize(6);
        Cli.Ran main = Cli.run(GroupLine.words(commands.get(0)));
        assertThat(main.code()).as(main.err()).isZero();
        assertThat(main.out()).matches("[0-9a-f]{64}  -\n");
        assertThat(main.err()).contains("1 process killed with it: sleep 600");
        Cli.Ran second = Cli.run(GroupLine.words(commands.get(1)));
        assertThat(second).isEqualTo(new Cli.Ran(0, "ready\n", ""));
    }

    /** The two of the first MuonTrap's README, and the second in the words of version 2. */
    @Test
    @Needs({Capability.CGROUP_V1_CPU, Capability.CGROUP_V1_MEMORY})
    void theFirstWithAGroupInVersion1() throws Exception {
        runs(2, List.of("cpu", "memory"), List.of());
    }

    @Test
    @Needs({Capability.CPU_CONTROLLER, Capability.MEMORY_CONTROLLER})
    void theFirstWithAGroupInVersion2() throws Exception {
        runs(2, List.of(""), List.of());
    }

    @Test
    @Needs(Capability.CGROUP_V1_CPU)
    void theSecondWithAGroupInVersion1() throws Exception {
        runs(3, List.of("cpu"), List.of("cpu.cfs_period_us=100000", "cpu.cfs_quota_us=50000"));
    }

    @Test
    @Needs(Capability.CPU_CONTROLLER)
    void theThirdWithAGroupInVersion2() throws Exception {
        runs(4, List.of(""), List.of("cpu.max=50000 100000"));
    }

    @Test
    @Needs(Capability.CHANGE_IDS)
    void asAnotherUser() throws Exception {
        Cli.Ran id = Cli.run(GroupLine.words(commands().get(5)));
        assertThat(id.err()).isEmpty();
        assertThat(id.out()).startsWith("uid=").contains("(nobody)").doesNotContain("root");
    }

    private static void runs(int command, List<String> controllers, List<String> says) throws Exception {
        try (GroupBase base = GroupBase.of("cpu", "memory")) {
            new GroupLine(base, commands().get(command)).runs(controllers, says);
        }
    }

    private static List<String> commands() throws IOException {
        return Files.readString(Sources.root().orElseThrow().resolve("README.md"))
                .lines()
                .filter(line -> line.contains(JAR))
                .map(line -> line.substring(line.indexOf(JAR) + JAR.length()))
                .toList();
    }
}
