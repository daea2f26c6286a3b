package io.muontrap.testing;

import io.muontrap.internal.jni.Library;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.internal.jni.Probe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.tools.ToolProvider;

/**
 * What some tests need of the host, the user or the JVM: tried, not guessed. {@link Needs} skips a test where it is not
 * there, and names it; a host of the matrix lists what it must have.
 */
public enum Capability {
    ROOT("this user is not root", Host::root),
    PLAIN_USER("root may do everything", () -> !Host.root()),
    CHANGE_IDS(
            "no CAP_SETUID and CAP_SETGID",
            () -> Powers.capable(Powers.CAP_SETUID) && Powers.capable(Powers.CAP_SETGID)),
    SETPCAP("no CAP_SETPCAP", () -> Powers.capable(Powers.CAP_SETPCAP)),
    SYS_ADMIN("no CAP_SYS_ADMIN", () -> Powers.capable(Powers.CAP_SYS_ADMIN)),
    HARD_LIMITS("CAP_SYS_RESOURCE may raise every limit", () -> !Powers.capable(Powers.CAP_SYS_RESOURCE)),
    OTHER_USERS("no other user can read these programs, or there is no setpriv or prlimit", Powers::othersCanRead),
    CGROUP_V1_PIDS("no v1 pids hierarchy in which groups can be made", () -> v1("pids")),
    CGROUP_V1_FREEZER("no v1 freezer hierarchy in which groups can be made", () -> v1("freezer")),
    CGROUP_V1_MEMORY("no v1 memory hierarchy in which groups can be made", () -> v1("memory")),
    CGROUP_V1_CPU("no v1 cpu hierarchy in which groups can be made", () -> v1("cpu")),
    CGROUP_V1_CPUSET("no v1 cpuset hierarchy in which groups can be made", () -> v1("cpuset")),
    CGROUP_V1_BLKIO("no v1 blkio hierarchy in which groups can be made", () -> v1("blkio")),
    CGROUP_V2(
            "no v2 hierarchy in which groups can be made",
            () -> Groups.base(Powers.cgroupV2()).isPresent()),
    EMPTY_CPUSETS(
            "no v1 cpuset hierarchy, or a new group copies the one above (cgroup.clone_children)",
            () -> v1("cpuset") && Groups.v1Has("cpuset", "cgroup.clone_children", "0")),
    IO_WEIGHT("no v1 blkio hierarchy with weights", () -> v1("blkio") && Groups.v1Has("blkio", "blkio.bfq.weight", "")),
    CGROUPS("no hierarchy in which groups can be made", () -> CGROUP_V2.isHere() || CGROUP_V1_PIDS.isHere()),
    CGROUP_KILL("no cgroup.kill (Linux 5.14, v2)", () -> Groups.has("cgroup.kill")),
    CPU_CONTROLLER("no v2 cpu controller for our groups", () -> Groups.has("cpu.max")),
    MEMORY_CONTROLLER("no v2 memory controller for our groups", () -> Groups.has("memory.max")),
    PIDS_CONTROLLER("no v2 pids controller for our groups", () -> Groups.has("pids.max")),
    CPUSET_CONTROLLER("no v2 cpuset controller for our groups", () -> Groups.has("cpuset.cpus")),
    IO_CONTROLLER("no v2 io controller for our groups", () -> Groups.has("io.max")),
    IO_COST("no io.weight for our v2 groups", () -> Groups.has("io.weight")),
    LIMIT_PIDS("no pids controller for our groups", () -> v1("pids") || PIDS_CONTROLLER.isHere()),
    LIMIT_MEMORY("no memory controller for our groups", () -> v1("memory") || MEMORY_CONTROLLER.isHere()),
    LIMIT_IO(
            "no io controller for our groups, or no block device that we may read",
            () -> (v1("blkio") || IO_CONTROLLER.isHere())
                    && Disk.find(Path.of(System.getProperty("java.io.tmpdir"))).isPresent()),
    LIMIT_CPU("no cpu controller for our groups", () -> v1("cpu") || CPU_CONTROLLER.isHere()),
    CLONE3("no clone3, or a filter denies it", () -> probed(NativeHost.CLONE3)),
    BORN_IN_CGROUP("no clone3 with CLONE_INTO_CGROUP (Linux 5.7)", () -> probed(NativeHost.INTO_CGROUP)),
    EXIT_INFO("pidfds tell no exit codes before Linux 6.15", () -> probed(NativeHost.EXIT_INFO)),
    GROUP_BY_PIDFD("no signals to a group by pidfd before Linux 6.9", () -> probed(NativeHost.SIGNAL_GROUP)),
    TWO_PROCESSORS(
            "one processor does one thing at a time", () -> Runtime.getRuntime().availableProcessors() > 1),
    CORE_SIGNALS_SPREAD("since Linux 5.16 a core signal ends no parent of vfork", () -> Host.kernelBefore(5, 16)),
    OWN_SYSCTLS(
            "fs.suid_dumpable is the host's, and this is no machine of the matrix",
            () -> System.getProperty("muontrap.cell") != null
                    && Files.isWritable(Path.of("/proc/sys/fs/suid_dumpable"))),
    GETENT("no getent", () -> Programs.found("getent")),
    NEXT_PID("ns_last_pid cannot be set", Powers::nextPidCanBeSet),
    USER_NAMESPACE("unshare -U does not work for this user", Programs::userNamespace),
    SYSTEMD("systemd is not PID 1", () -> Files.isDirectory(Path.of("/run/systemd/system"))),
    PID_1("this JVM is not PID 1", () -> ProcessHandle.current().pid() == 1),
    NO_CAPABILITIES("this JVM has capabilities", () -> Powers.status("CapPrm").matches("0+")),
    AARCH64("not an aarch64 machine", () -> System.getProperty("os.arch").equals("aarch64")),
    PID_NAMESPACE("unshare -pf --mount-proc does not work for this user", Programs::pidNamespace),
    MOUNT_NAMESPACE("unshare -m and mount do not work for this user", Programs::mountNamespace),
    STRACE("no strace that may attach to our children", () -> Tracer.STRACE.works()),
    GDB("no gdb that may attach to our children", () -> Tracer.GDB.works()),
    VIRTUAL_THREADS("this JVM has no virtual threads (Java 21)", Virtual::supported),
    DEFAULT_SIGNALS("SIGTERM, SIGINT or SIGHUP is ignored here, and a JVM keeps that", Powers::signalsAreDefault),
    FULL_DEVICE("no /dev/full", () -> Files.exists(Path.of("/dev/full"))),
    ARCHIVERS("no tar, gzip or sha256sum", () -> Programs.found("tar", "gzip", "sha256sum")),
    COMPILER("this Java has no compiler", () -> ToolProvider.getSystemJavaCompiler() != null),
    SOURCES("not run in the project's folder", () -> Sources.root().isPresent()),
    OBJECTS("-Dmuontrap.objects does not name the objects", () -> System.getProperty("muontrap.objects") != null);

    /** Of the reason of a skip: what follows is the name. */
    public static final String NEEDS = "needs ";

    @FunctionalInterface
    private interface Trial {
        boolean passes() throws IOException, InterruptedException;
    }

    private static final ConcurrentMap<Capability, Boolean> KNOWN = new ConcurrentHashMap<>();

    private final String otherwise;
    private final Trial trial;

    Capability(String otherwise, Trial trial) {
        this.otherwise = otherwise;
        this.trial = trial;
    }

    /** Tried once. */
    public boolean isHere() {
        Boolean known = KNOWN.get(this);
        if (known == null) {
            known = tried(); // outside of the map: some are made of others
            KNOWN.put(this, known);
        }
        return known;
    }

    private boolean tried() {
        try {
            return trial.passes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of a skip. */
    public String reason() {
        return NEEDS + label() + ": " + otherwise;
    }

    /** As in {@code cgroup-v1-pids}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Of that label. */
    public static Capability labelled(String label) {
        return List.of(values()).stream()
                .filter(c -> c.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no capability is called " + label));
    }

    private static boolean v1(String controller) throws IOException {
        return Groups.base(Powers.cgroupV1(controller)).isPresent();
    }

    private static boolean probed(int bit) {
        Library.load();
        return Probe.has(bit);
    }
}
