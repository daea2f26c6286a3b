package io.muontrap.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.testing.Capability;
import io.muontrap.testing.ChildJvm;
import io.muontrap.testing.Needs;
import io.muontrap.testing.PlainJvm;
import io.muontrap.testing.Powers;
import io.muontrap.testing.Rounds;
import io.muontrap.testing.Spawned;
import io.muontrap.testing.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A child has exactly what was asked for and else what every child has, whatever is combined: by clone3 and by clone, from
 * a JVM of root's, of a user's, and of a user's with some capabilities.
 */
@Tag("host")
@Tag("jvm")
@Timeout(300)
class StateTest {

    private static final int UID = 23_471;
    private static final int GID = 23_472;

    /** CAP_NET_BIND_SERVICE, CAP_SYS_CHROOT. */
    private static final long GIVEN = 1L << 10 | 1L << 18;

    private static final long CHANGES_IDS = 1L << Powers.CAP_SETUID | 1L << Powers.CAP_SETGID | 1L << Powers.CAP_KILL;

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

    @ParameterizedTest
    @ValueSource(strings = {"", "clone3"})
    void fromThisUser(String disabled) throws Exception {
        ChildJvm.plain()
                .options("-Dmuontrap.disable=" + disabled, "-Dmuontrap.target=" + everybodys)
                .passes(StateTest.class, "withTheRightsOfThisJvm");
    }

    static void withTheRightsOfThisJvm() throws Exception {
        boolean ids = Powers.capable(Powers.CAP_SETUID) && Powers.capable(Powers.CAP_SETGID);
        combinations(ids ? GIVEN : 0, ids);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "clone3"})
    @Needs({Capability.CHANGE_IDS, Capability.OTHER_USERS})
    void fromAPlainUser(String disabled) throws Exception {
        PlainJvm.passes(
                UID, GID, 0, everybodys, List.of("-Dmuontrap.disable=" + disabled), StateTest.class, "withoutRights");
    }

    static void withoutRights() throws Exception {
        assertThat(Powers.capable(Powers.CAP_SETUID)).isFalse();
        combinations(0, false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "clone3"})
    @Needs({Capability.CHANGE_IDS, Capability.OTHER_USERS})
    void fromAPlainUserWithCapabilities(String disabled) throws Exception {
        PlainJvm.passes(
                UID,
                GID,
                GIVEN,
                everybodys,
                List.of("-Dmuontrap.disable=" + disabled),
                StateTest.class,
                "capabilitiesOnly");
    }

    static void capabilitiesOnly() throws Exception {
        combinations(GIVEN, false);
    }

    @Test
    @Needs({Capability.CHANGE_IDS, Capability.OTHER_USERS})
    void fromAPlainUserWhoMayBecomeAnother() throws Exception {
        PlainJvm.passes(UID, GID, GIVEN | CHANGES_IDS, everybodys, StateTest.class, "becomingAnother");
    }

    static void becomingAnother() throws Exception {
        combinations(GIVEN, true, true);
    }

    private static void combinations(long capabilities, boolean ids) throws Exception {
        combinations(capabilities, ids, false);
    }

    /** @param unbounded it may not cut the bounding set */
    private static void combinations(long capabilities, boolean ids, boolean unbounded) throws Exception {
        Spawner.system();
        try (Fd nothing = Fd.openRead(Path.of("/dev/null"))) {
            Map<String, String> plain = state(spec -> spec, nothing);
            assertThat(plain)
                    .as("the start is clean")
                    .containsEntry("fds", "0,1,2")
                    .containsEntry("pdeathsig", "9");
            JqwikSession.run(() -> Asked.arbitrary(plain, capabilities, ids)
                    .filter(asked -> !unbounded || !asked.who().bounded())
                    .sampleStream()
                    .limit(Rounds.of(150))
                    .forEach(asked -> check(asked, plain, nothing)));
        }
    }

    private static void check(Asked asked, Map<String, String> plain, Fd nothing) {
        Map<String, String> state;
        try {
            state = state(spec -> asked.apply(spec, nothing), nothing);
        } catch (Exception e) {
            throw new AssertionError(asked.toString(), e);
        }
        String session = state.get("sid");
        assertThat(session.equals(state.get("pid")) && session.equals(state.get("pgid")))
                .as("a session of its own: %s", asked)
                .isEqualTo(asked.session());
        assertThat(comparable(state)).as(asked.toString()).isEqualTo(comparable(asked.expected(plain)));
    }

    private interface How {
        SpawnSpec change(SpawnSpec spec);
    }

    private static Map<String, String> state(How how, Fd nothing) throws Exception {
        SpawnSpec spec = SpawnSpec.of(Target.PATH, "print-state").stdin(nothing).stderr(nothing);
        Spawned.Run run = Spawned.run(how.change(spec));
        assertThat(run.status()).isEqualTo(new ExitStatus.Exited(0));
        return Target.state(run.text());
    }

    private static Map<String, String> comparable(Map<String, String> state) {
        Map<String, String> rest = new LinkedHashMap<>(state);
        rest.keySet().removeAll(Asked.OWN);
        return rest;
    }
}
