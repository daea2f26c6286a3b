package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.testing.Capability;
import io.muontrap.testing.GroupBase;
import io.muontrap.testing.Jvm;
import io.muontrap.testing.Marked;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Rounds;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A JVM that is killed leaves its trees' groups; the next start in the same base ends them, and a living JVM's trees there
 * are not touched (scenarios 45 and 49).
 */
@Needs(Capability.CGROUPS)
@Tag("host")
@Tag("jvm")
@Timeout(1200)
class CgroupOwnerDeathTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** A JVM that has started its trees; what it said are their processes. */
    private record Owner(Process jvm, List<Integer> pids) {

        static Owner start(String word, String base) throws IOException {
            Process jvm = new ProcessBuilder(Jvm.commandLine(
                            OwnerHarness.class, List.of("-XX:-UsePerfData", "-Xss512k"), "groups", word, base))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String line = Target.reader(jvm.getInputStream()).readLine();
            assertThat(line).isNotNull();
            return new Owner(
                    jvm, Stream.of(line.split(" ")).map(Integer::valueOf).toList());
        }

        void kill() throws InterruptedException {
            jvm.destroyForcibly().waitFor();
        }
    }

    @Test
    void theNextStartEndsWhatAKilledOwnerLeft() throws Exception {
        String word = "groups-" + ProcessHandle.current().pid();
        try (GroupBase base = GroupBase.of("pids", "freezer");
                ContainedProcess neighbour = Command.of(Target.PATH, "tree15")
                        .cgroup(CgroupSpec.under(base.path()))
                        .start()) {
            List<Integer> ours = Target.pidsUntilReady(neighbour.getInputStream());
            int mine = base.leaves().size();
            Owner owner = Owner.start(word, base.path());
            for (int round = 0; round < Rounds.ofStorm(200); round++) {
                assertThat(owner.pids()).hasSize(30);
                owner.kill();
                assertThat(Procs.alive(owner.pids())).as("the groups hold them").isNotEmpty();
                Owner next = Owner.start(word, base.path());
                List<Integer> before = owner.pids();
                Procs.await("swept", SOON, () -> Procs.alive(before).isEmpty());
                assertThat(base.leaves()).hasSize(3 * mine);
                assertThat(Procs.alive(ours)).as("a living owner's").hasSize(15);
                owner = next;
            }
            owner.kill();
            CgroupSpec.under(base.path()).sweep();
            assertThat(Marked.alive(word)).isEmpty();
            assertThat(base.leaves()).hasSize(mine);
            neighbour.close();
            assertThat(base.leaves()).isEmpty();
        }
    }

    /** The same path again and again: a crash must not make the next start fail. */
    @Test
    void aFixedPathIsThereAgainAfterACrash() throws Exception {
        try (GroupBase base = GroupBase.of("pids", "freezer")) {
            String path = base.path();
            Process crashed = new ProcessBuilder(Jvm.commandLine(
                            OwnerHarness.class, List.of("-XX:-UsePerfData"), "fixed", "fixed-path", path + "/fixed"))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String line = Target.reader(crashed.getInputStream()).readLine();
            crashed.destroyForcibly().waitFor();
            try (ContainedProcess again = Command.of(Target.PATH, "ready", "sleep", "60")
                    .cgroup(CgroupSpec.at(path + "/fixed"))
                    .start()) {
                assertThat(again.inputReader().readLine()).isEqualTo("ready");
                assertThat(Procs.alive(List.of(Integer.valueOf(line)))).isEmpty();
            }
            assertThat(base.leaves()).isEmpty();
        }
    }
}
