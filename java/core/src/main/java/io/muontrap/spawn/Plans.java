package io.muontrap.spawn;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.internal.jni.Probe;
import io.muontrap.internal.launch.Plan;
import io.muontrap.internal.text.EnvironmentBlock;
import io.muontrap.internal.text.TextBytes;
import io.muontrap.internal.users.Own;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** From the words of a {@link SpawnSpec} to the numbers of a {@link Plan}. */
final class Plans {

    /** Below Linux 5.16 a core signal in the child that shares our memory kills us too (TRAPS 75): no core, no harm. */
    private static final boolean CORE_SIGNALS_SPREAD = kernelBefore(5, 16);

    /** The descriptors of one spec, kept open while its spawn is under way. */
    static final class Held implements AutoCloseable {
        private final List<Fd> fds = new ArrayList<>();

        int number(Fd fd) {
            int number = fd.acquire();
            if (number < 0) {
                throw new IllegalStateException(fd + " was given to a spawn");
            }
            fds.add(fd);
            return number;
        }

        @Override
        public void close() {
            fds.forEach(Fd::release);
        }
    }

    private Plans() {}

    static Plan plan(SpawnSpec.Fields f, Held held) throws IOException {
        refuseWhomWeCannotEnd(f);
        byte[] directory = f.directory == null ? null : TextBytes.absolute(f.directory);
        List<Plan.Move> moves = new ArrayList<>(f.fds.size());
        for (Map.Entry<Integer, Fd> fd : f.fds.entrySet()) {
            moves.add(new Plan.Move(held.number(fd.getValue()), fd.getKey()));
        }
        List<Integer> joins = new ArrayList<>(f.joins.size());
        for (Fd join : f.joins) {
            joins.add(held.number(join));
        }
        if (f.cgroup != null && !Probe.has(NativeHost.INTO_CGROUP)) {
            throw new SpawnException(
                    Step.CLONE,
                    Errno.ENOSYS,
                    "this host has no CLONE_INTO_CGROUP, or a filter denies clone3",
                    null,
                    "let the child join by the cgroup's file cgroup.procs");
        }
        int cgroup = f.cgroup == null ? -1 : held.number(f.cgroup);
        int terminal = f.terminal == null ? -1 : held.number(f.terminal);
        return new Plan(
                program(f.program, directory),
                new Plan.Strings(SpawnSpec.joined(f.argv), f.argv.length),
                environment(f.environment),
                directory,
                flags(f),
                new Plan.Fds(moves, joins, cgroup, -1, terminal),
                scheduling(f),
                f.limits.stream()
                        .map(l -> new Plan.Limit(l.resource().ordinal(), l.soft(), l.hard()))
                        .toList(),
                rights(f.rights));
    }

    /** The signal at our death is sent with our rights too: without them it is dropped, and nobody is told (TRAPS 3). */
    private static void refuseWhomWeCannotEnd(SpawnSpec.Fields f) throws IOException {
        OptionalInt uid = f.rights.uid();
        if (!f.ownerSignal || uid.isEmpty()) {
            return;
        }
        Own own = Own.now();
        // who may not change ids is refused by the kernel, with the step that says so
        if (own.maySetUids() && !own.maySignal(uid.getAsInt())) {
            throw new SpawnException(
                    Step.OWNER_SIGNAL,
                    Errno.EPERM,
                    "this JVM may send no signal to a process of uid " + Integer.toUnsignedString(uid.getAsInt())
                            + ", which would outlive it",
                    null,
                    "give the JVM CAP_KILL beside CAP_SETUID");
        }
    }

    /** Absolute, because the child changes its directory first. */
    private static byte[] program(byte[] program, byte[] directory) throws IOException {
        return directory == null ? TextBytes.absolute(program) : TextBytes.resolve(directory, program);
    }

    private static Plan.Strings environment(byte[][] given) throws IOException {
        byte[][] entries =
                given != null ? given : EnvironmentBlock.inherited().entries().toArray(byte[][]::new);
        return new Plan.Strings(SpawnSpec.joined(entries), entries.length);
    }

    private static int flags(SpawnSpec.Fields f) {
        boolean ownMemory = ownMemory(f);
        int flags = 0;
        flags |= flag(Probe.has(NativeHost.CLONE3), Plan.CLONE3);
        flags |= flag(Probe.has(NativeHost.CLOSE_RANGE), Plan.CLOSE_RANGE);
        flags |= flag(f.cgroup != null, Plan.INTO_CGROUP);
        flags |= flag(ownMemory, Plan.OWN_MEMORY);
        flags |= flag(f.ownerSignal && !Probe.disabled("owner_signal"), Plan.OWNER_SIGNAL);
        flags |= flag(f.session, Plan.SESSION);
        flags |= flag(f.terminal != null, Plan.TERMINAL);
        flags |= flag(f.oomScore != null, Plan.OOM_SCORE);
        flags |= flag(f.umask != null, Plan.UMASK);
        flags |= flag(f.nice != null, Plan.NICE);
        flags |= flag(f.ioPriority != null, Plan.IO_PRIORITY);
        flags |= flag(!f.keepOpenFilesLimit, Plan.NOFILE_DEFAULT);
        flags |= flag(f.privateProc, Plan.PRIVATE_PROC);
        return flags | rightsFlags(f, ownMemory);
    }

    private static int rightsFlags(SpawnSpec.Fields f, boolean ownMemory) {
        Rights r = f.rights;
        boolean capabilities = r.capabilities().isPresent();
        boolean changes = r.changesIds() || capabilities;
        int flags = 0;
        flags |= flag(r.securebits().isPresent(), Plan.SECUREBITS);
        flags |= flag(r.bounding().isPresent(), Plan.BOUNDING_SET);
        flags |= flag(changes, Plan.CLEAR_AMBIENT | Plan.CAPABILITIES);
        // kept too where the new user could else read us until the child is undumpable
        flags |= flag((capabilities || ownMemory) && r.uid().isPresent(), Plan.KEEP_CAPABILITIES);
        flags |= flag(r.groups().isPresent(), Plan.GROUPS);
        flags |= flag(r.gid().isPresent(), Plan.GID);
        flags |= flag(r.uid().isPresent(), Plan.UID);
        flags |= flag(changes || (CORE_SIGNALS_SPREAD && !ownMemory), Plan.UNDUMPABLE);
        flags |= flag(r.noNewPrivileges(), Plan.NO_NEW_PRIVS);
        return flags;
    }

    /** With fs.suid_dumpable=1 the new user could read our memory through the child as soon as it is his (TRAPS 10). */
    private static boolean ownMemory(SpawnSpec.Fields f) {
        return f.ownMemory || ((f.rights.changesIds() || f.rights.capabilities().isPresent()) && suidDumpable());
    }

    private static boolean suidDumpable() {
        try {
            return Files.readString(Path.of("/proc/sys/fs/suid_dumpable")).startsWith("1");
        } catch (IOException e) {
            return true; // not to be told: then the safe way
        }
    }

    private static int flag(boolean set, int bits) {
        return set ? bits : 0;
    }

    private static Plan.Scheduling scheduling(SpawnSpec.Fields f) {
        return new Plan.Scheduling(
                orZero(f.umask),
                orZero(f.nice),
                orZero(f.ioPriority),
                orZero(f.oomScore),
                f.affinity == null ? new byte[0] : wholeWords(f.affinity.toByteArray()));
    }

    /** The kernel takes masks in words of eight bytes. */
    private static byte[] wholeWords(byte[] mask) {
        return Arrays.copyOf(mask, (mask.length + 7) / 8 * 8);
    }

    private static Plan.Rights rights(Rights r) {
        long ambient = r.ambient();
        return new Plan.Rights(
                r.uid().orElse(0),
                r.gid().orElse(0),
                r.groups()
                        .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                        .orElse(new int[0]),
                r.securebits().orElse(0),
                r.capabilities().orElse(0),
                ambient, // an ambient capability must be inheritable too
                ambient,
                r.bounding().orElse(0));
    }

    private static int orZero(Integer value) {
        return value == null ? 0 : value;
    }

    private static boolean kernelBefore(int major, int minor) {
        return NativeHost.kernel() < major * 1000 + minor;
    }
}
