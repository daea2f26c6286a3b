package io.muontrap.spawn;

import static io.muontrap.testing.Spawned.refused;
import static io.muontrap.testing.Spawned.run;
import static io.muontrap.testing.Spawned.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import io.muontrap.testing.PlainJvm;
import io.muontrap.testing.Powers;
import io.muontrap.testing.Spawned;
import io.muontrap.testing.Target;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ids, groups and capabilities: set in the order that works, read back, and refused by name (TRAPS 9, 27, 73, 76). */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Needs(Capability.CHANGE_IDS)
@Tag("host")
@Tag("place")
class RightsTest {

    private static final int UID = 23_456;
    private static final int GID = 23_457;
    private static final String NONE = "0000000000000000";

    private Path everybodys;

    @BeforeAll
    static void load() {
        Spawner.system();
    }

    @BeforeEach
    void copyTarget() throws Exception {
        everybodys = Powers.targetForAll();
    }

    @AfterEach
    void dumpableAgain() throws Exception {
        if (everybodys != null) {
            Files.delete(everybodys);
            Files.delete(everybodys.getParent());
        }
        assertThat(NativeHost.dumpable()).as("the JVM is dumpable, as before").isEqualTo(1);
    }

    private SpawnSpec everybodys(String... args) {
        return SpawnSpec.of(everybodys.toString(), args).directory(everybodys.getParent());
    }

    private Map<String, String> state(Rights rights) throws Exception {
        Spawned.Run run = run(everybodys("print-state").rights(rights));
        assertThat(run.status()).isEqualTo(new ExitStatus.Exited(0));
        return Target.state(run.text());
    }

    private static Rights rights(int uid, long capabilities, long ambient) {
        return new Rights(
                OptionalInt.of(uid),
                OptionalInt.of(GID),
                Optional.of(List.of()),
                OptionalLong.of(capabilities),
                ambient,
                OptionalLong.empty(),
                OptionalInt.empty(),
                false);
    }

    private static long bit(int capability) {
        return 1L << capability;
    }

    private static String hex(long capabilities) {
        return String.format("%016x", capabilities);
    }

    @Test
    @Tag("trap-2")
    @Tag("trap-27")
    void idsAndGroups() throws Exception {
        assertThat(state(Rights.ids(UID, GID, List.of(33_001, 33_002, 33_003))))
                .containsEntry("uid", "" + UID)
                .containsEntry("euid", "" + UID)
                .containsEntry("suid", "" + UID)
                .containsEntry("gid", "" + GID)
                .containsEntry("egid", "" + GID)
                .containsEntry("sgid", "" + GID)
                .containsEntry("groups", "33001,33002,33003")
                .containsEntry("capprm", NONE)
                .containsEntry("capeff", NONE)
                .containsEntry("capinh", NONE)
                .containsEntry("capamb", NONE)
                .containsEntry("keepcaps", "0")
                .containsEntry("pdeathsig", "9"); // set again after the ids: they clear it
        assertThat(state(Rights.ids(UID, GID, List.of()))).containsEntry("groups", "");
        assertThat(state(Rights.ids(-2, -2, List.of()))).containsEntry("uid", "4294967294");
    }

    @Test
    @Tag("trap-9")
    void dumpableIsPutBackAlsoWhenTheStartFails() throws Exception {
        refused(SpawnSpec.of("/nonexistent", "x").rights(Rights.ids(UID, GID, List.of())), Step.EXEC, Errno.ENOENT);
        assertThat(NativeHost.dumpable()).isEqualTo(1);
        refused(
                everybodys("exit", "0").directory(Path.of("/nonexistent")).rights(Rights.ids(UID, GID, List.of())),
                Step.DIRECTORY,
                Errno.ENOENT);
        assertThat(NativeHost.dumpable()).isEqualTo(1);
    }

    /** An application that made itself non-dumpable keeps its secret. */
    @Test
    @Tag("trap-9")
    void aJvmThatIsNotDumpableStaysSo() throws Exception {
        assertThat(NativeHost.setDumpable(0)).isZero();
        try {
            assertThat(Spawned.status(everybodys("exit", "0").rights(Rights.ids(UID, GID, List.of()))))
                    .isEqualTo(new ExitStatus.Exited(0));
            assertThat(NativeHost.dumpable()).isZero();
        } finally {
            assertThat(NativeHost.setDumpable(1)).isZero();
        }
    }

    @Test
    void someCapabilitiesForAnotherUser() throws Exception {
        long bind = bit(Powers.CAP_NET_BIND_SERVICE);
        assertThat(state(rights(UID, bind | bit(5), bind)))
                .containsEntry("uid", "" + UID)
                .containsEntry("capprm", hex(bind)) // what is not ambient does not survive the exec
                .containsEntry("capeff", hex(bind))
                .containsEntry("capinh", hex(bind))
                .containsEntry("capamb", hex(bind))
                .containsEntry("keepcaps", "0")
                .containsEntry("pdeathsig", "9");
        assertThat(state(rights(UID, 0, 0))).containsEntry("capprm", NONE);
    }

    /** A server on a port that only root may have, as nobody. */
    @Test
    void aServerOnALowPortForNobody() throws Exception {
        long bind = bit(Powers.CAP_NET_BIND_SERVICE);
        int free = 80;
        while (busy(free)) {
            free++;
        }
        try (Fd.Pipe pipe = Fd.pipe();
                Child server = Spawner.system()
                        .spawn(everybodys("port", "" + free)
                                .stdout(pipe.write())
                                .rights(rights(65_534, bind, bind)))) {
            pipe.write().close();
            assertThat(line(pipe)).isEqualTo(Integer.toString(free));
            assertThat(Powers.line((int) server.pid(), "Uid:")).startsWith("65534");
            server.signal(Signal.KILL);
            server.await();
        }
        int first = Integer.parseInt(Files.readString(Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start"))
                .strip());
        if (free < first) {
            assertThat(run(everybodys("port", "" + free).rights(rights(65_534, 0, 0)))
                            .status())
                    .as("without the capability")
                    .isNotEqualTo(new ExitStatus.Exited(0));
        }
    }

    private static boolean busy(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return !socket.isBound();
        } catch (BindException e) {
            return true;
        }
    }

    private static String line(Fd.Pipe pipe) throws IOException {
        try (FileInputStream in =
                new FileInputStream("/proc/self/fd/" + pipe.read().number())) {
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII)).readLine();
        }
    }

    @Test
    @Tag("trap-76")
    void boundingSetAndSecurebits() throws Exception {
        long bind = bit(Powers.CAP_NET_BIND_SERVICE);
        Rights bounded = new Rights(
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                0,
                OptionalLong.of(bind),
                OptionalInt.empty(),
                false);
        assertThat(state(bounded)).containsEntry("capbnd", hex(bind));
        Rights boundedUser = new Rights(
                OptionalInt.of(UID),
                OptionalInt.of(GID),
                Optional.of(List.of()),
                OptionalLong.empty(),
                0,
                OptionalLong.of(bind),
                OptionalInt.of(1 << 6),
                false);
        assertThat(state(boundedUser))
                .containsEntry("uid", "" + UID)
                .containsEntry("capbnd", hex(bind))
                .containsEntry("securebits", "00000040");
        int noRoot = 3; // SECBIT_NOROOT and its lock: uid 0 is nobody special at exec
        Rights rootWithoutPower = new Rights(
                OptionalInt.of(0),
                OptionalInt.of(0),
                Optional.of(List.of()),
                OptionalLong.of(0),
                0,
                OptionalLong.empty(),
                OptionalInt.of(noRoot),
                false);
        assertThat(state(rootWithoutPower))
                .containsEntry("securebits", "00000003")
                .containsEntry("uid", "0")
                .containsEntry("capprm", NONE)
                .containsEntry("pdeathsig", "9");
    }

    @Test
    void noNewPrivileges() throws Exception {
        Rights none = new Rights(
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                0,
                OptionalLong.empty(),
                OptionalInt.empty(),
                true);
        assertThat(state(none)).containsEntry("nnp", "1").containsEntry("uid", "" + uid());
    }

    private static String uid() throws Exception {
        return Powers.status("Uid").split("\\s+")[0];
    }

    @Test
    @Needs(Capability.HARD_LIMITS)
    void whatThisJvmDoesNotHaveItCannotGive() throws Exception {
        refused(
                everybodys("exit", "0").rights(rights(UID, bit(Powers.CAP_SYS_RESOURCE), 0)),
                Step.CAPABILITIES,
                Errno.EPERM);
    }

    @Test
    @Needs(Capability.SETPCAP)
    void securebitsThatForbidWhatIsAsked() throws Exception {
        long bind = bit(Powers.CAP_NET_BIND_SERVICE);
        int noAmbientRaise = 1 << 6;
        refused(
                everybodys("exit", "0").rights(with(rights(UID, bind, bind), noAmbientRaise)),
                Step.AMBIENT,
                Errno.EPERM);
        int keepCapsLocked = 1 << 5;
        refused(
                everybodys("exit", "0").rights(with(rights(UID, bind, 0), keepCapsLocked)),
                Step.KEEP_CAPABILITIES,
                Errno.EPERM);
        refused(everybodys("exit", "0").rights(with(rights(UID, 0, 0), 1 << 30)), Step.SECUREBITS, Errno.EPERM);
    }

    private static Rights with(Rights r, int securebits) {
        return new Rights(
                r.uid(),
                r.gid(),
                r.groups(),
                r.capabilities(),
                r.ambient(),
                r.bounding(),
                OptionalInt.of(securebits),
                false);
    }

    /** TRAPS 29: the limit counts the target's uid; setresuid lets it pass and the exec refuses. */
    @Test
    @Tag("trap-29")
    @Tag("scenario-58")
    void tooManyProcessesOfThatUser() throws Exception {
        int uid = 1_000_000 + NativeHost.pid();
        Rights rights = Rights.ids(uid, GID, List.of());
        try (Child first = Spawner.system().spawn(everybodys("sleep", "forever").rights(rights))) {
            try {
                Limit none = new Limit(Limit.Resource.NPROC, 0, 0);
                SpawnException refused =
                        refused(everybodys("exit", "0").rights(rights).limit(none), Step.EXEC, Errno.EAGAIN);
                assertThat(refused.fix().orElseThrow()).contains("RLIMIT_NPROC");
            } finally {
                first.signal(Signal.KILL);
                first.await();
            }
        }
    }

    // ---- from a JVM of a plain user ----

    private void asPlainUser(long capabilities, String... checks) throws Exception {
        PlainJvm.passes(UID, GID, capabilities, everybodys, RightsTest.class, checks);
    }

    @Test
    @Tag("jvm")
    void aPlainUserIsRefusedStepByStep() throws Exception {
        asPlainUser(0, "refusalsOfAPlainUser");
    }

    static void refusalsOfAPlainUser() throws Exception {
        SpawnSpec exit = target("exit", "0");
        refused(exit.rights(Rights.ids(UID + 1, GID, List.of())), Step.GROUPS, Errno.EPERM);
        refused(exit.rights(only(OptionalInt.empty(), OptionalInt.of(GID + 1))), Step.GID, Errno.EPERM);
        refused(exit.rights(only(OptionalInt.of(UID + 1), OptionalInt.empty())), Step.UID, Errno.EPERM);
        refused(exit.privateProc(), Step.PRIVATE_PROC, Errno.EPERM);
        refused(exit.nice(-5), Step.NICE, Errno.EACCES);
        refused(exit.ioPriority(1, 0), Step.IO_PRIORITY, Errno.EPERM);
        refused(exit.oomScore(-1000), Step.OOM_SCORE, Errno.EACCES);
        Rights bounded = new Rights(
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                0,
                OptionalLong.of(0),
                OptionalInt.empty(),
                false);
        refused(exit.rights(bounded), Step.BOUNDING_SET, Errno.EPERM);
        assertThat(NativeHost.dumpable()).isEqualTo(1);
        assertThat(Spawned.status(exit)).isEqualTo(new ExitStatus.Exited(0));
    }

    private static Rights only(OptionalInt uid, OptionalInt gid) {
        return new Rights(
                uid, gid, Optional.empty(), OptionalLong.empty(), 0, OptionalLong.empty(), OptionalInt.empty(), false);
    }

    /** TRAPS 73: ambient and inheritable capabilities of a JVM that is not root would survive setresuid and exec. */
    @Test
    @Tag("jvm")
    @Tag("trap-73")
    void ambientCapabilitiesOfTheJvmDoNotReachAnotherUser() throws Exception {
        asPlainUser(
                bit(Powers.CAP_SETUID) | bit(Powers.CAP_SETGID) | bit(Powers.CAP_KILL),
                "anotherUserGetsNoCapabilities");
    }

    /** TRAPS 3: the signal at the owner's death needs the right to send it, and without is dropped without a word. */
    @Test
    @Tag("jvm")
    @Tag("trap-3")
    void whomThisJvmCannotKillIsNotStarted() throws Exception {
        asPlainUser(bit(Powers.CAP_SETUID) | bit(Powers.CAP_SETGID), "anotherUserWouldOutliveUs");
    }

    static void anotherUserWouldOutliveUs() throws Exception {
        SpawnSpec other = target("exit", "0").rights(Rights.ids(UID + 1, GID, List.of()));
        SpawnException e = refused(other, Step.OWNER_SIGNAL, Errno.EPERM);
        assertThat(e.fix().orElseThrow()).contains("CAP_KILL");
        assertThat(Spawned.status(other.diesWithOwner(false))).isEqualTo(new ExitStatus.Exited(0));
        assertThat(Spawned.status(target("exit", "0").rights(Rights.ids(UID, GID, List.of(GID)))))
                .isEqualTo(new ExitStatus.Exited(0));
    }

    static void anotherUserGetsNoCapabilities() throws Exception {
        assertThat(Long.parseUnsignedLong(Powers.status("CapAmb"), 16)).isNotZero();
        Map<String, String> child = Spawned.state(
                spec -> spec.rights(Rights.ids(UID + 1, GID, List.of())).directory(Path.of("/")));
        assertThat(child)
                .containsEntry("uid", "" + (UID + 1))
                .containsEntry("capprm", NONE)
                .containsEntry("capinh", NONE)
                .containsEntry("capamb", NONE);
    }
}
