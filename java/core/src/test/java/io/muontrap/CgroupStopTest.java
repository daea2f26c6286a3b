package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.cgroup.Cgroup;
import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.spawn.Signal;
import io.muontrap.spawn.StopPolicy;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Disabled;
import io.muontrap.testing.GroupBase;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A tree in a group is ended in whatever state it is, by each way that there is to kill a group: all its processes, and
 * the group's directories (scenarios 41 and 42; TRAPS 34, 35, 37).
 */
@Needs(Capability.CGROUPS)
@Tag("host")
@Tag("place")
@Timeout(300)
class CgroupStopTest {

    /** How a group can be killed here. */
    enum Way {
        /** cgroup.kill. */
        BY_KERNEL("", "pids", "freezer"),
        /** Frozen and killed one by one, in version 2 where that is. */
        BY_HAND("cgroup_kill", "pids", "freezer"),
        /** Version 1 alone, as on hosts that have nothing else. */
        V1("cgroup_kill,cgroup_companion", "pids", "freezer"),
        /** Version 1 without a freezer and without a limit of processes. */
        V1_BARE("cgroup_kill,cgroup_companion", "cpu");

        final String disabled;
        final String[] controllers;

        Way(String disabled, String... controllers) {
            this.disabled = disabled;
            this.controllers = controllers;
        }
    }

    private Leftovers before;

    @BeforeEach
    void look() throws IOException {
        before = Leftovers.before();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        before.assertNone();
    }

    private interface Body {
        void run(ContainedProcess p, List<Integer> pids) throws Exception;
    }

    /** Fifteen processes of many sessions, in a group; afterwards none of them lives, and the group is gone. */
    private static void ended(Way way, Body body) throws Exception {
        try (Disabled disabled = Disabled.of(way.disabled);
                GroupBase base = GroupBase.of(way.controllers)) {
            ContainedProcess p = Command.of(Target.PATH, "tree15")
                    .cgroup(CgroupSpec.under(base.path()))
                    .stopPolicy(StopPolicy.termThenKill(Duration.ofMillis(100)))
                    .start();
            List<Integer> pids = Target.pidsUntilReady(p.getInputStream());
            assertThat(pids).hasSize(15);
            try {
                body.run(p, pids);
            } finally {
                p.destroyForcibly().waitFor();
            }
            p.close();
            assertThat(Procs.alive(pids)).isEmpty();
            assertThat(base.leaves()).isEmpty();
        }
    }

    private static Result stopped(ContainedProcess p) throws InterruptedException {
        Result result = p.stop();
        assertThat(result.cause()).isEqualTo(Cause.STOP_ASKED);
        return result;
    }

    @ParameterizedTest
    @EnumSource
    void running(Way way) throws Exception {
        ended(way, (p, pids) -> assertThat(stopped(p).usage().killedWith()).hasSize(14));
    }

    @ParameterizedTest
    @EnumSource
    void killedAtOnce(Way way) throws Exception {
        ended(way, (p, pids) -> {
            p.destroyForcibly();
            assertThat(p.result().get().usage().killedWith()).hasSize(14);
        });
    }

    @ParameterizedTest
    @EnumSource
    void stoppedBySignal(Way way) throws Exception {
        ended(way, (p, pids) -> {
            p.signalTree(Signal.STOP);
            Procs.await(
                    "all stand", Duration.ofSeconds(20), () -> pids.stream().allMatch(pid -> Procs.state(pid) == 'T'));
            stopped(p);
        });
    }

    @ParameterizedTest
    @EnumSource(names = "V1_BARE", mode = EnumSource.Mode.EXCLUDE)
    void frozen(Way way) throws Exception {
        ended(way, (p, pids) -> {
            p.cgroup().orElseThrow().freeze();
            Result result = stopped(p);
            assertThat(result.status().exitValue())
                    .as("TERM, seen after the thaw")
                    .isEqualTo(143);
        });
    }

    @ParameterizedTest
    @EnumSource(names = "V1_BARE", mode = EnumSource.Mode.EXCLUDE)
    void frozenAndKilledAtOnce(Way way) throws Exception {
        ended(way, (p, pids) -> {
            p.cgroup().orElseThrow().freeze();
            p.destroyForcibly().waitFor();
        });
    }

    @ParameterizedTest
    @EnumSource(names = "V1_BARE", mode = EnumSource.Mode.EXCLUDE)
    void frozenInAGroupBelow(Way way) throws Exception {
        ended(way, (p, pids) -> {
            for (Path group : p.cgroup().orElseThrow().paths()) {
                Path below = Files.createDirectory(group.resolve("below"));
                Files.writeString(below.resolve("cgroup.procs"), Integer.toString(pids.get(3)));
                write(below.resolve("cgroup.freeze"), "1");
                write(below.resolve("freezer.state"), "FROZEN");
            }
            stopped(p);
        });
    }

    private static void write(Path file, String text) throws IOException {
        if (Files.exists(file)) {
            Files.writeString(file, text);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("scenario-42")
    void groupsFiveDeep(Way way) throws Exception {
        ended(way, (p, pids) -> {
            for (Path group : p.cgroup().orElseThrow().paths()) {
                Path at = group;
                for (int depth = 0; depth < 5; depth++) {
                    at = Files.createDirectory(at.resolve("d" + depth));
                    Files.writeString(at.resolve("cgroup.procs"), Integer.toString(pids.get(2 * depth + 1)));
                }
                Files.createDirectory(group.resolve("empty"));
            }
            assertThat(stopped(p).usage().killedWith()).hasSize(14);
        });
    }

    @ParameterizedTest
    @EnumSource
    void alreadyDead(Way way) throws Exception {
        ended(way, (p, pids) -> {
            p.signalTree(Signal.KILL);
            p.waitFor();
            p.close();
        });
    }

    /** Who was moved out of the group, which only root can do, is still of the leader's session. */
    @Test
    @Needs(Capability.ROOT)
    void whoWasMovedOutOfTheGroupIsStillOfTheSession() throws Exception {
        try (GroupBase base = GroupBase.of("pids")) {
            ContainedProcess p = Command.of(Target.PATH, "with-child", "sleep", "600", "--", "ready", "sleep", "600")
                    .cgroup(CgroupSpec.under(base.path()))
                    .start();
            List<Integer> pids = Target.pidsUntilReady(p.getInputStream());
            for (Path group : p.cgroup().orElseThrow().paths()) {
                Files.writeString(group.getParent().resolve("cgroup.procs"), Integer.toString(pids.get(0)));
            }
            p.stop();
            assertThat(Procs.alive(pids)).isEmpty();
            assertThat(base.leaves()).isEmpty();
        }
    }

    @Test
    void frozenAndThawedItGoesOn() throws Exception {
        try (GroupBase base = GroupBase.of("freezer");
                ContainedProcess p = Command.of(Target.PATH, "first", "ready", "exit", "0", "--", "cat")
                        .stdin(Input.pipe())
                        .cgroup(CgroupSpec.under(base.path()))
                        .start()) {
            var lines = p.inputReader();
            assertThat(lines.readLine()).isEqualTo("ready");
            Cgroup group = p.cgroup().orElseThrow();
            group.freeze();
            p.outputWriter().append("said while frozen\n").flush();
            group.thaw();
            assertThat(lines.readLine()).isEqualTo("said while frozen");
            p.getOutputStream().close();
            assertThat(p.waitFor()).isZero();
        }
    }
}
