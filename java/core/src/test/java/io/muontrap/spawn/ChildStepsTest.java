package io.muontrap.spawn;

import static io.muontrap.testing.Spawned.refused;
import static io.muontrap.testing.Spawned.run;
import static io.muontrap.testing.Spawned.state;
import static io.muontrap.testing.Spawned.status;
import static io.muontrap.testing.Spawned.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.Errno;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Powers;
import io.muontrap.testing.Target;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each thing that can be set is set, and each refusal of the kernel is named by its step, with nothing left behind. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("host")
@Tag("place")
class ChildStepsTest {

    @TempDir
    Path directory;

    @Test
    @Tag("trap-25")
    void umask() throws Exception {
        assertThat(state(spec -> spec.umask(0))).containsEntry("umask", "0000");
        assertThat(state(spec -> spec.umask(0777))).containsEntry("umask", "0777");
        assertThat(state(spec -> spec)).containsEntry("umask", Powers.status("Umask"));
    }

    @Test
    @Tag("trap-25")
    void niceAndIoPriority() throws Exception {
        assertThat(state(spec -> spec.nice(7))).containsEntry("nice", "7");
        assertThat(state(spec -> spec.nice(19))).containsEntry("nice", "19");
        assertThat(state(spec -> spec.ioPriority(2, 7))).containsEntry("ioprio", "2:7");
        assertThat(state(spec -> spec.ioPriority(3, 0))).containsEntry("ioprio", "3:0");
        if (Powers.capable(Powers.CAP_SYS_NICE)) {
            assertThat(state(spec -> spec.nice(-5))).containsEntry("nice", "-5");
            assertThat(state(spec -> spec.ioPriority(1, 3))).containsEntry("ioprio", "1:3");
        } else {
            refused(target("exit", "0").nice(-5), Step.NICE, Errno.EACCES);
        }
    }

    @Test
    @Tag("trap-25")
    void oomScore() throws Exception {
        assertThat(state(spec -> spec.oomScore(1000))).containsEntry("oom_score_adj", "1000");
        int ours = Integer.parseInt(
                Files.readString(Path.of("/proc/self/oom_score_adj")).trim());
        assertThat(state(spec -> spec.oomScore(ours))).containsEntry("oom_score_adj", Integer.toString(ours));
        if (Powers.capable(Powers.CAP_SYS_RESOURCE)) {
            assertThat(state(spec -> spec.oomScore(-1000))).containsEntry("oom_score_adj", "-1000");
            assertThat(state(spec -> spec.oomScore(-7))).containsEntry("oom_score_adj", "-7");
        } else {
            refused(target("exit", "0").oomScore(-1000), Step.OOM_SCORE, Errno.EACCES);
        }
    }

    @Test
    @Tag("trap-25")
    void affinity() throws Exception {
        String allowed = Powers.status("Cpus_allowed_list");
        int first = Integer.parseInt(allowed.split("[-,]")[0]);
        BitSet one = new BitSet();
        one.set(first);
        assertThat(state(spec -> spec.affinity(one))).containsEntry("affinity", Integer.toString(first));
        assertThat(state(spec -> spec)).containsEntry("affinity", allowed);
        BitSet none = new BitSet();
        none.set(8000);
        refused(target("exit", "0").affinity(none), Step.AFFINITY, Errno.EINVAL);
    }

    @ParameterizedTest
    @EnumSource(Limit.Resource.class)
    void limits(Limit.Resource resource) throws Exception {
        String key = "limit." + resource.name().toLowerCase(Locale.ROOT);
        String[] ours = state(SpawnSpec::keepOpenFilesLimit).get(key).split(":");
        long hard = ours[1].equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(ours[1]);
        // what the target itself needs to run is left to it
        long wanted = Math.min(
                hard,
                List.of(Limit.Resource.AS, Limit.Resource.DATA, Limit.Resource.STACK)
                                .contains(resource)
                        ? 512L << 20
                        : resource == Limit.Resource.FSIZE ? 1 << 20 : 50);
        Map<String, String> child = state(spec -> spec.limit(new Limit(resource, wanted, wanted)));
        assertThat(child).containsEntry(key, wanted + ":" + wanted);
        if (wanted > 0) {
            Map<String, String> soft = state(spec -> spec.limit(new Limit(resource, wanted - 1, wanted)));
            assertThat(soft).containsEntry(key, (wanted - 1) + ":" + wanted);
        }
        assertThat(state(SpawnSpec::keepOpenFilesLimit)).as("ours stays").containsEntry(key, String.join(":", ours));
    }

    /** Raising a hard limit is refused by name: the index in the outcome is the one of the plan. */
    @Test
    @Needs(Capability.HARD_LIMITS)
    void aLimitThatMayNotBeRaised() throws Exception {
        Map<String, Limit> cases = new HashMap<>();
        for (Map.Entry<String, String> entry :
                state(SpawnSpec::keepOpenFilesLimit).entrySet()) {
            if (entry.getKey().startsWith("limit.") && !entry.getValue().endsWith(":unlimited")) {
                String name = entry.getKey().substring(6).toUpperCase(Locale.ROOT);
                long hard = Long.parseLong(entry.getValue().split(":")[1]);
                cases.put(name, new Limit(Limit.Resource.valueOf(name), hard + 1, hard + 1));
            }
        }
        assertThat(cases).containsKey("NOFILE").hasSizeGreaterThan(2);
        Limit fine = new Limit(Limit.Resource.CORE, 0, 0);
        for (Map.Entry<String, Limit> one : cases.entrySet()) {
            SpawnException refused =
                    refused(target("exit", "0").limit(fine).limit(one.getValue()), Step.LIMIT, Errno.EPERM);
            assertThat(refused).hasMessageContaining(one.getKey());
        }
    }

    @Test
    @Tag("trap-20")
    void openFilesLimit() throws Exception {
        String kept = state(SpawnSpec::keepOpenFilesLimit).get("limit.nofile");
        assertThat(kept)
                .isEqualTo(Files.readAllLines(Path.of("/proc/self/limits")).stream()
                        .filter(line -> line.startsWith("Max open files"))
                        .map(line -> line.split("\\s+"))
                        .map(words -> words[3] + ":" + words[4])
                        .findFirst()
                        .orElseThrow());
        // an own value wins over the default, whatever comes first
        Map<String, String> own = state(spec -> spec.limit(new Limit(Limit.Resource.NOFILE, 77, 99)));
        assertThat(own).containsEntry("limit.nofile", "77:99");
    }

    @Test
    void directory() throws Exception {
        assertThat(run(target("print-cwd").directory(directory)).text()).isEqualTo(directory.toRealPath() + "\n");
        Path missing = directory.resolve("missing");
        SpawnException refused = refused(target("exit", "0").directory(missing), Step.DIRECTORY, Errno.ENOENT);
        assertThat(refused.path()).contains(missing.toString());
        Path file = Files.createFile(directory.resolve("file"));
        refused(target("exit", "0").directory(file), Step.DIRECTORY, Errno.ENOTDIR);
    }

    /** A relative program is taken from the child's directory. */
    @Test
    void aRelativeProgram() throws Exception {
        Path program = Files.copy(Path.of(Target.PATH), directory.resolve("t"), StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(status(SpawnSpec.of("./t", "exit", "3").directory(directory)))
                .isEqualTo(new ExitStatus.Exited(3));
        assertThat(program).exists();
    }

    @Test
    @Needs(Capability.SYS_ADMIN)
    void privateProc() throws Exception {
        String mounts = Files.readString(Path.of("/proc/self/mountinfo"));
        Map<String, String> child = state(SpawnSpec::privateProc);
        assertThat(child.get("ns.mnt"))
                .startsWith("mnt:")
                .isNotEqualTo(
                        Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")).toString());
        assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                .as("our own mounts")
                .isEqualTo(mounts);
    }

    @Test
    void aTerminalThatIsNone() throws Exception {
        try (Fd nothing = Fd.openRead(Path.of("/dev/null"))) {
            SpawnException refused = refused(target("exit", "0").terminal(nothing), Step.TERMINAL, 25);
            assertThat(refused.errnoName()).isEqualTo("ENOTTY");
        }
    }

    /** A signal at the owner's death can be left out, and the session too. */
    @Test
    void whatIsOnByDefaultCanBeLeftOut() throws Exception {
        assertThat(state(spec -> spec.diesWithOwner(false))).containsEntry("pdeathsig", "0");
        Map<String, String> child = state(spec -> spec.session(false));
        assertThat(child.get("sid")).isNotEqualTo(child.get("pid"));
    }

    /** TRAPS 61: tried again for about a second, then named. */
    @Test
    @Tag("trap-61")
    void aProgramThatStaysBusy() throws Exception {
        Path program = directory.resolve("busy");
        Files.copy(Path.of(Target.PATH), program, StandardCopyOption.COPY_ATTRIBUTES);
        try (OutputStream writer = Files.newOutputStream(program, StandardOpenOption.APPEND)) {
            long start = System.nanoTime();
            SpawnException refused = refused(SpawnSpec.of(program.toString(), "exit", "0"), Step.EXEC, Errno.ETXTBSY);
            assertThat(refused.path()).contains(program.toString());
            assertThat(System.nanoTime() - start).as("it was tried again").isGreaterThan(100_000_000L);
            assertThat(writer).isNotNull();
        }
        assertThat(status(SpawnSpec.of(program.toString(), "exit", "6"))).isEqualTo(new ExitStatus.Exited(6));
    }
}
