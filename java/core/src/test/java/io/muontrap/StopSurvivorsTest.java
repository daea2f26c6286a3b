package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muontrap.spawn.Child;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Signal;
import io.muontrap.spawn.SpawnSpec;
import io.muontrap.spawn.Spawner;
import io.muontrap.spawn.StopPolicy;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Groups;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Powers;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What nothing kills. Real D states cannot be ordered; a process in a frozen v1 cgroup is as deaf: SIGKILL reaches it
 * when it is thawed.
 */
@Timeout(120)
@Tag("trap-47")
@Needs(Capability.CGROUP_V1_FREEZER)
@Tag("host")
class StopSurvivorsTest {

    private Path group;

    @BeforeEach
    void make() throws IOException {
        group = Files.createDirectory(Powers.cgroupV1("freezer").orElseThrow().resolve(Groups.name()));
    }

    @AfterEach
    void remove() throws IOException {
        thaw();
        Procs.await("empty", Duration.ofSeconds(20), () -> {
            try {
                return Files.readString(group.resolve("cgroup.procs")).isEmpty();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        Files.delete(group);
    }

    private void freeze(List<Integer> pids) throws IOException {
        for (int pid : pids) {
            Files.writeString(group.resolve("cgroup.procs"), "" + pid);
        }
        Files.writeString(group.resolve("freezer.state"), "FROZEN");
    }

    private void thaw() throws IOException {
        Files.writeString(group.resolve("freezer.state"), "THAWED");
    }

    @Test
    void closeNamesWhoOutlivedIt() throws Exception {
        ContainedProcess p = Command.of(
                        Target.PATH, "with-child", "sleep", "forever", "--", "ready", "sleep", "forever")
                .stopPolicy(StopPolicy.termThenKill(Duration.ofMillis(1)))
                .start();
        int child = Target.pidsUntilReady(p.getInputStream()).get(0);
        freeze(List.of((int) p.pid(), child));

        long from = System.nanoTime();
        SurvivorsException survivors = catchThrowableOfType(SurvivorsException.class, p::close);
        assertThat(System.nanoTime() - from).isBetween(TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(100));
        assertThat(survivors.survivors())
                .extracting(SurvivorsException.Survivor::pid)
                .containsExactlyInAnyOrder(p.pid(), (long) child);
        assertThat(survivors.survivors()).allSatisfy(s -> {
            assertThat(s.state()).isNotIn('Z', 'X');
            assertThat(s.command()).contains("target");
        });
        assertThat(survivors).hasMessageContaining("pid " + child);
        assertThat(p.isAlive()).isTrue();

        thaw();
        p.close();
        // both are pending in it
        assertThat(p.result().get().status())
                .isIn(new ExitStatus.Signaled(Signal.TERM, false), new ExitStatus.Signaled(Signal.KILL, false));
        assertThat(Procs.gone(child)).isTrue();
    }

    /** The low-level layer has the same patience, and says the same. */
    @Test
    void stopOfTheLowLevelLayerNamesWhoOutlivedIt() throws Exception {
        try (Child child = Spawner.system().spawn(SpawnSpec.of(Target.PATH, "sleep", "forever"))) {
            freeze(List.of((int) child.pid()));
            assertThatThrownBy(() -> child.stop(StopPolicy.kill()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("still alive after SIGKILL: " + child.pid())
                    .hasMessageContaining("target");
            assertThat(child.poll()).isEmpty();
            thaw();
            assertThat(child.await()).isEqualTo(new ExitStatus.Signaled(Signal.KILL, false));
        }
    }

    /** The leader dies, its child does not: it is looked for until it does. */
    @Test
    void whatThawsLateIsKilledLate() throws Exception {
        ContainedProcess p = Command.of(
                        Target.PATH, "with-child", "sleep", "forever", "--", "ready", "sleep", "forever")
                .stopPolicy(StopPolicy.kill())
                .start();
        int child = Target.pidsUntilReady(p.getInputStream()).get(0);
        freeze(List.of(child));
        p.destroy();
        Procs.await("leader gone", Duration.ofSeconds(20), () -> !p.leaderAlive());
        assertThat(p.waitFor(50, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(Procs.gone(child)).isFalse();
        thaw();
        assertThat(p.waitFor()).isEqualTo(137);
        assertThat(Procs.gone(child)).isTrue();
    }
}
