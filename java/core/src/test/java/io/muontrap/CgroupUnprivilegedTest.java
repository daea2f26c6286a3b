package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.Step;
import io.muontrap.testing.Capability;
import io.muontrap.testing.ChildJvm;
import io.muontrap.testing.GroupBase;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Powers;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A JVM without rights, in a group that is its own and outside of it. In version 2 a process may be moved only by who may
 * write to the group above both places: what is refused fails the start, and the program never runs (scenario 48;
 * TRAPS 30).
 */
@Needs({Capability.ROOT, Capability.OTHER_USERS, Capability.CGROUP_V2})
@Tag("host")
@Tag("jvm")
@Timeout(240)
class CgroupUnprivilegedTest {

    private static final int NOBODY = 65534;

    /** The class path may lie where only its owner can go: he may read all, and do nothing else of root's. */
    private static final String AS_NOBODY = "exec setpriv --reuid=65534 --regid=65534 --clear-groups"
            + " --inh-caps=+dac_read_search --ambient-caps=+dac_read_search \"$@\"";

    private GroupBase base;

    @BeforeEach
    void giveABaseAway() throws Exception {
        base = GroupBase.in(Powers.cgroupV2().orElseThrow());
        Path directory = base.directories().get(0);
        Path jvm = Files.createDirectory(directory.resolve("jvm"));
        for (Path group : new Path[] {directory, jvm}) {
            give(group);
            for (String file : new String[] {"cgroup.procs", "cgroup.threads", "cgroup.subtree_control"}) {
                give(group.resolve(file));
            }
        }
    }

    private static void give(Path file) throws IOException {
        Files.setAttribute(file, "unix:uid", NOBODY);
    }

    @AfterEach
    void takeItBack() throws Exception {
        Path directory = base.directories().get(0);
        Files.delete(directory.resolve("jvm"));
        assertThat(base.leaves()).isEmpty();
        base.close();
    }

    private ChildJvm nobody(String... shell) {
        return ChildJvm.plain()
                .wrapped("sh", "-c", String.join("; ", shell) + (shell.length == 0 ? "" : "; ") + AS_NOBODY, "sh")
                .options("-XX:-UsePerfData", "-Dtest.base=" + base.path(), "-Dmuontrap.cgroup.base=" + base.path());
    }

    @Test
    @Tag("trap-30")
    void fromOutsideTheStartIsRefused() throws Exception {
        nobody().passes(CgroupUnprivilegedTest.class, "isRefused");
    }

    static void isRefused() throws Exception {
        Path trace = Files.createTempDirectory("refused").resolve("ran");
        Command touch = Command.of("touch", trace.toString());
        SpawnException asked = catchThrowableOfType(
                SpawnException.class,
                () -> touch.cgroup(CgroupSpec.under(System.getProperty("test.base")))
                        .start());
        assertThat(asked.step()).isIn(Step.CLONE, Step.JOIN);
        assertThat(asked.errnoName()).isEqualTo("EACCES");
        assertThat(asked.fix()).isPresent();
        assertThat(trace).doesNotExist();
        nothingIsLeft();
        Files.delete(trace.getParent());
    }

    @Test
    void withoutBirthInGroupsItIsRefusedToo() throws Exception {
        nobody().options("-Dmuontrap.disable=clone_into_cgroup").passes(CgroupUnprivilegedTest.class, "isRefused");
    }

    @Test
    void inADelegatedGroupItWorks() throws Exception {
        String enter = "echo $$ > " + base.directories().get(0).resolve("jvm/cgroup.procs");
        nobody(enter).passes(CgroupUnprivilegedTest.class, "works");
        nobody(enter).options("-Dmuontrap.disable=clone_into_cgroup").passes(CgroupUnprivilegedTest.class, "works");
    }

    static void works() throws Exception {
        CgroupSpec spec = CgroupSpec.under(System.getProperty("test.base"));
        for (Command command : new Command[] {
            Command.of(Target.PATH, "with-daemon", "sleep", "600", "--", "ready", "sleep", "600")
                    .cgroup(spec),
            Command.of(Target.PATH, "with-daemon", "sleep", "600", "--", "ready", "sleep", "600") // unasked
        }) {
            try (ContainedProcess p = command.start()) {
                assertThat(p.containment()).contains(Containment.CGROUP);
                Target.pidsUntilReady(p.getInputStream());
                p.cgroup().orElseThrow().freeze();
                assertThat(p.stop().usage().killedWith()).hasSize(1);
            }
        }
        nothingIsLeft();
    }

    private static void nothingIsLeft() throws IOException {
        Path directory = Powers.cgroupV2().orElseThrow().resolve(System.getProperty("test.base"));
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries.filter(Files::isDirectory)).containsExactly(directory.resolve("jvm"));
        }
    }

    /** Its own group is delegated, so that nothing has to be named. */
    @Test
    void belowItsOwnGroupUnasked() throws Exception {
        String enter = "echo $$ > " + base.directories().get(0).resolve("jvm/cgroup.procs");
        ChildJvm.plain()
                .wrapped("sh", "-c", enter + "; " + AS_NOBODY, "sh")
                .options("-XX:-UsePerfData")
                .passes(CgroupUnprivilegedTest.class, "isInAGroupOfItsOwn");
    }

    static void isInAGroupOfItsOwn() throws Exception {
        try (ContainedProcess p = Command.of(Target.PATH, "sleep", "60").start()) {
            assertThat(p.containment()).contains(Containment.CGROUP);
            assertThat(p.cgroup().orElseThrow().paths())
                    .allSatisfy(path -> assertThat(path.toString()).contains("/jvm/"));
        }
    }

    /** cgroup.kill asks who may write the file, not whose processes they are (TRAPS 43). */
    @Test
    @Tag("trap-43")
    @Needs(Capability.CGROUP_KILL)
    void anotherUsersProcessInTheGroupIsKilledToo() throws Exception {
        Path meeting = Files.createTempDirectory("meeting");
        Files.setPosixFilePermissions(meeting, PosixFilePermissions.fromString("rwxrwxrwx"));
        Process roots = new ProcessBuilder("sleep", "600").start();
        try {
            Thread mover = new Thread(() -> move(roots.pid(), meeting));
            mover.start();
            String enter = "echo $$ > " + base.directories().get(0).resolve("jvm/cgroup.procs");
            nobody(enter)
                    .options("-Dtest.meeting=" + meeting)
                    .passes(CgroupUnprivilegedTest.class, "killsWithAnotherUsersInside");
            mover.join();
            assertThat(roots.waitFor()).isEqualTo(137);
        } finally {
            roots.destroyForcibly().waitFor();
            for (String name : new String[] {"leaf", "moved"}) {
                Files.deleteIfExists(meeting.resolve(name));
            }
            Files.delete(meeting);
        }
    }

    private static void move(long pid, Path meeting) {
        Procs.await("the leaf is told", Duration.ofSeconds(120), () -> Files.exists(meeting.resolve("leaf")));
        try {
            Path leaf = Path.of(Files.readString(meeting.resolve("leaf")));
            Files.writeString(leaf.resolve("cgroup.procs"), Long.toString(pid));
            Files.writeString(meeting.resolve("moved"), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void killsWithAnotherUsersInside() throws Exception {
        Path meeting = Path.of(System.getProperty("test.meeting"));
        try (ContainedProcess p = Command.of(Target.PATH, "sleep", "600")
                .cgroup(CgroupSpec.under(System.getProperty("test.base")))
                .start()) {
            Path told = Files.writeString(
                    meeting.resolve("telling"),
                    p.cgroup().orElseThrow().paths().get(0).toString());
            Files.move(told, meeting.resolve("leaf"));
            Procs.await("moved", Duration.ofSeconds(120), () -> Files.exists(meeting.resolve("moved")));
            p.destroyForcibly().waitFor();
        }
        nothingIsLeft();
    }
}
