package io.muontrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.cli.Cli.Ran;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Powers;
import io.muontrap.testing.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who the program is, and in whose session. */
@Timeout(300)
class UserOptionsTest {

    private Path everybodys;

    @BeforeEach
    void copyTarget() throws Exception {
        everybodys = Powers.targetForAll();
    }

    @AfterEach
    void remove() throws Exception {
        Files.delete(everybodys);
        Files.delete(everybodys.getParent());
    }

    private Map<String, String> state(String... options) throws Exception {
        List<String> line = new ArrayList<>(List.of(options));
        line.addAll(List.of("--cwd", "/", "--", everybodys.toString(), "print-state"));
        Ran ran = Cli.run(line.toArray(String[]::new));
        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
        return Target.state(ran.out());
    }

    private void refused(String said, String... options) throws Exception {
        List<String> line = new ArrayList<>(List.of(options));
        line.addAll(List.of("--", everybodys.toString(), "echo", "it ran"));
        Ran ran = Cli.run(line.toArray(String[]::new));
        assertThat(ran.err()).contains(said).hasLineCount(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.code()).isEqualTo(125);
    }

    @Test
    @Tag("scenario-51")
    @Needs(Capability.CHANGE_IDS)
    void aUserBringsItsGroups() throws Exception {
        String[] nobody = Files.readAllLines(Path.of("/etc/passwd")).stream()
                .filter(line -> line.startsWith("nobody:"))
                .findFirst()
                .orElseThrow()
                .split(":");
        assertThat(state("-u", "nobody"))
                .containsEntry("uid", nobody[2])
                .containsEntry("gid", nobody[3])
                .containsEntry("groups", nobody[3]);
        assertThat(state("--uid=nobody", "-a", "4711", "-G", "21,22"))
                .containsEntry("uid", nobody[2])
                .containsEntry("gid", "4711")
                .containsEntry("groups", "21,22");
        assertThat(state("-u", "nobody", "-G", "")).containsEntry("groups", "");
        assertThat(state("-u", "0", "--allow-root")).containsEntry("uid", "0");
    }

    @Test
    void whoCannotBeIsNamedInOneLine() throws Exception {
        refused("nobodyatall", "-u", "nobodyatall");
        refused("--allow-root", "-u", "root");
        refused("--uid: user must have no leading zeros", "-u", "010");
        refused("--groups: group 2 must not be empty", "-G", "a,");
        refused("--gid", "--uid", "54321");
        refused("--allow-root needs a user", "--allow-root");
    }

    @Test
    @Tag("trap-72")
    void inTheForegroundItHasOurSession() throws Exception {
        String session = Files.readString(Path.of("/proc/self/stat"))
                .replaceFirst(".*\\) ", "")
                .split(" ")[3];
        assertThat(state("--foreground")).containsEntry("sid", session);
        assertThat(state().get("sid")).isNotEqualTo(session);
        Ran ran = Cli.run("--foreground", "--stats", "--", everybodys.toString(), "exit", "0");
        assertThat(ran.err()).contains("containment none");
    }
}
