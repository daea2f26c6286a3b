package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.Step;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Powers;
import io.muontrap.testing.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program as another user (scenario 43; TRAPS 27, 28). */
@Tag("host")
@Timeout(120)
class UserTest {

    private static final String NONE = "0000000000000000";

    private Path everybodys;
    private Leftovers before;

    @BeforeEach
    void copyTarget() throws Exception {
        everybodys = Powers.targetForAll();
        before = Leftovers.before();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        before.assertNone();
        Files.delete(everybodys);
        Files.delete(everybodys.getParent());
    }

    private Command target(String... args) {
        return Command.of(everybodys.toString(), args).directory(everybodys.getParent());
    }

    private static Map<String, String> state(Command command) throws Exception {
        return Target.state(command.run().orThrow().stdout());
    }

    /** Of a state: what does not differ from start to start. */
    private static Map<String, String> rights(Command command) throws Exception {
        Map<String, String> state = state(command);
        state.keySet().removeIf(key -> !key.matches("[es]?[ug]id|groups|cap.*|nnp|securebits|pdeathsig"));
        return state;
    }

    private static SpawnException refused(Command command) throws Exception {
        SpawnException e =
                catchThrowableOfType(SpawnException.class, () -> command.start().close());
        assertThat(e).isNotNull();
        assertThat(e.step()).isEqualTo(Step.USER);
        return e;
    }

    private static String line(String file, String beginning) throws Exception {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(one -> one.startsWith(beginning))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Tag("trap-27")
    @Tag("scenario-43")
    @Needs(Capability.CHANGE_IDS)
    void aNameBringsTheUidTheGroupAndTheGroups() throws Exception {
        String[] nobody = line("/etc/passwd", "nobody:").split(":");
        Map<String, String> state = state(target("print-state").user("nobody"));
        assertThat(state)
                .containsEntry("uid", nobody[2])
                .containsEntry("euid", nobody[2])
                .containsEntry("suid", nobody[2])
                .containsEntry("gid", nobody[3])
                .containsEntry("egid", nobody[3])
                .containsEntry("sgid", nobody[3])
                .containsEntry("groups", nobody[3])
                .containsEntry("capprm", NONE)
                .containsEntry("capamb", NONE)
                .containsEntry("pdeathsig", "9");
        assertThat(rights(target("print-state").user(Long.parseLong(nobody[2]))))
                .isEqualTo(rights(target("print-state").user("nobody")))
                .hasSizeGreaterThan(12);
    }

    @Test
    @Needs(Capability.CHANGE_IDS)
    void groupsCanBeSaid() throws Exception {
        assertThat(state(target("print-state").user("nobody").group(4711)))
                .containsEntry("gid", "4711")
                .containsEntry("groups", "4711");
        assertThat(state(target("print-state").user("nobody").groups("21", "22")))
                .containsEntry("groups", "21,22");
        assertThat(state(target("print-state").user("nobody").groups())).containsEntry("groups", "");
        assertThat(state(target("print-state").user(54_321).group("daemon")))
                .as("a number without an account")
                .containsEntry("uid", "54321")
                .containsEntry("gid", line("/etc/group", "daemon:").split(":")[2]);
    }

    @Test
    @Needs(Capability.CHANGE_IDS)
    void groupAloneLeavesTheUser() throws Exception {
        Map<String, String> mine = state(target("print-state"));
        assertThat(state(target("print-state").group(4711)))
                .containsEntry("uid", mine.get("uid"))
                .containsEntry("gid", "4711")
                .containsEntry("groups", mine.get("groups"));
    }

    @Test
    @Tag("trap-28")
    void whoIsNotThereIsNamedBeforeAnythingRuns() throws Exception {
        assertThat(refused(target("exit", "0").user("nobodyatall")))
                .hasMessageContaining("nobodyatall")
                .hasMessageContaining("/etc/passwd");
        assertThat(refused(target("exit", "0").group("nogroupatall"))).hasMessageContaining("nogroupatall");
        assertThat(refused(target("exit", "0").groups("nogroupatall"))).hasMessageContaining("nogroupatall");
        assertThat(refused(target("exit", "0").user(54_321)).fix()).contains("say group() too (--gid)");
    }

    @Test
    void rootIsNamedOnlyOnPurpose() throws Exception {
        assertThat(refused(target("exit", "0").user("root")).fix()).contains("say allowRoot() too (--allow-root)");
        assertThat(refused(target("exit", "0").user(0)).errnoName()).isEqualTo("EPERM");
    }

    @Test
    @Needs(Capability.CHANGE_IDS)
    void rootOnPurpose() throws Exception {
        assertThat(state(target("print-state").user("root").allowRoot())).containsEntry("uid", "0");
    }

    /** No right is needed to be who one is. */
    @Test
    void oneself() throws Exception {
        Map<String, String> mine = state(target("print-state"));
        String[] groups = mine.get("groups").isEmpty()
                ? new String[0]
                : mine.get("groups").split(",");
        Command command = target("print-state")
                .user(Long.parseLong(mine.get("uid")))
                .group(Long.parseLong(mine.get("gid")))
                .groups(groups)
                .allowRoot();
        assertThat(rights(command)).isEqualTo(rights(target("print-state")));
    }

    /** Its tree is stopped, whoever it has become. */
    @Test
    @Needs(Capability.CHANGE_IDS)
    void itsTreeEndsWithUs() throws Exception {
        try (ContainedProcess p = target("fork-tree", "2").user("nobody").start()) {
            assertThat(Target.pidsUntilReady(p.getInputStream())).isNotEmpty();
            Result result = p.stop();
            assertThat(result.usage().wall()).isLessThan(Duration.ofSeconds(60));
        }
    }
}
