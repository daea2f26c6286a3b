package io.muontrap.internal.cgroup;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.internal.jni.NativeProcess;
import io.muontrap.internal.jni.Probe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One tree's cgroup: a directory of the same name in each hierarchy that it needs, made for it and marked as ours. The
 * first one's lock is held for as long as this is open, so that whoever finds the directories can tell whether their
 * owner lives. Any thread.
 */
public final class Leaf implements GroupFiles, AutoCloseable {

    private final List<Part> parts;
    private final LeafMark mark;
    private final boolean ownMemory;

    /**
     * @param parts in the order of {@link Mounts}, at least one, the first one locked
     * @param ownMemory whether the child must not share our memory until its exec
     */
    Leaf(List<Part> parts, LeafMark mark, boolean ownMemory) {
        this.parts = List.copyOf(parts);
        this.mark = mark;
        this.ownMemory = ownMemory;
    }

    List<Part> parts() {
        return parts;
    }

    /** Its directories, in an order of their hierarchies that never changes. */
    public List<Path> paths() {
        return parts.stream().map(part -> part.directory().path()).toList();
    }

    /** Whether a process that is left in it when the leader ends by itself lives on. */
    public boolean kept() {
        return mark.keep();
    }

    /** An out-of-memory kill in a group above would reach all who share the child's memory, the JVM too (TRAPS 74). */
    public boolean wantsOwnMemory() {
        return ownMemory;
    }

    // ---- placement

    /** The directory that clone3 puts the child into; empty where there is no version 2 or no such clone. */
    public Optional<Descriptor> birthplace() {
        return Probe.has(NativeHost.INTO_CGROUP)
                ? v2().map(part -> part.directory().descriptor())
                : Optional.empty();
    }

    /** A file that the child writes "0" to, and what it is called. */
    public record Join(Descriptor file, Path path) {}

    /** For those hierarchies that it is not born in. The freezer is the last: whoever is in it may not get further. */
    public List<Join> joins() throws CgroupException {
        List<Part> wanted = new ArrayList<>(parts);
        if (birthplace().isPresent()) wanted.removeIf(Part::v2);
        wanted.sort(Comparator.comparing(part -> part.hierarchy().has("freezer")));
        List<Join> joins = new ArrayList<>();
        try {
            for (Part part : wanted) {
                String file = part.v2() ? "cgroup.procs" : "tasks";
                joins.add(new Join(
                        part.directory().file(file, true), part.directory().path(file)));
            }
            return joins;
        } catch (CgroupException e) {
            joins.forEach(join -> join.file().close());
            throw e;
        }
    }

    /**
     * Where a process is that should be in all of it; empty where it is, or has ended.
     *
     * @return a hierarchy's line of /proc/PID/cgroup
     */
    public Optional<String> strayed(int pid) {
        Optional<String> text = Membership.of(pid);
        if (text.isEmpty()) return Optional.empty();
        Optional<Part> missed =
                parts.stream().filter(part -> !part.holds(text.get())).findFirst();
        // it leaves the groups of version 1 while it exits, before it is a zombie: and then it has run in them
        if (missed.isEmpty() || Membership.isExiting(pid)) return Optional.empty();
        return missed.map(part -> part + " is not what /proc/" + pid + "/cgroup says: "
                + Mounts.membership(text.get()).get(part.key()));
    }

    /** Why a child was refused, as far as the host tells. */
    public CgroupException refused(int errno, String what, String path) {
        CgroupException plain = new CgroupException(errno, what, path);
        Part part = v2().orElse(parts.get(0));
        return Enabling.explained(plain, part.hierarchy(), Relative.above(part.place()), Set.of());
    }

    // ---- files

    @Override
    public Optional<String> read(String controller, String file) throws IOException {
        Optional<Part> part = part(controller, file);
        return part.isEmpty() ? Optional.empty() : part.get().directory().read(file);
    }

    @Override
    public int version(String controller) {
        return part(controller, "").map(part -> part.v2() ? 2 : 1).orElse(2);
    }

    /**
     * Writes a file.
     *
     * @throws CgroupException with file, value and errno
     */
    public void write(String controller, String file, String value) throws CgroupException {
        Optional<Part> part = part(controller, file);
        if (part.isEmpty()) {
            throw new CgroupException(Errno.ENOENT, "the group has no " + file, paths().toString());
        }
        try {
            part.get().directory().set(file, value);
        } catch (CgroupException e) {
            if (e.errno() != Errno.ENOENT) throw e;
            throw new CgroupException(
                    e.errno(),
                    "there is no such file in " + part.get().hierarchy().name(),
                    part.get().directory().path(file).toString());
        }
    }

    boolean has(String controller, String file) {
        return part(controller, file).filter(part -> part.directory().has(file)).isPresent();
    }

    /** For messages. */
    String path(String controller, String file) {
        return part(controller, file)
                .map(part -> part.directory().path(file).toString())
                .orElse(file);
    }

    /** The hierarchy of version 1 that has this controller, else the one of version 2, which has the files of the group. */
    private Optional<Part> part(String controller, String file) {
        if (parts.size() == 1 && parts.get(0).v2()) return Optional.of(parts.get(0));
        return parts.stream()
                .filter(part -> !part.v2() && part.hierarchy().has(controller))
                .findFirst()
                .or(() -> v2().filter(part -> file.isEmpty() || part.directory().has(file)))
                .or(() -> parts.stream()
                        .filter(part -> !file.isEmpty() && part.directory().has(file))
                        .findFirst());
    }

    Optional<Part> v2() {
        return parts.stream().filter(Part::v2).findFirst();
    }

    Optional<Part> v1(String controller) {
        return parts.stream()
                .filter(part -> !part.v2() && part.hierarchy().has(controller))
                .findFirst();
    }

    // ---- who is in it

    /** Whether nobody lives in any of its directories. */
    public boolean isEmpty() throws CgroupException {
        for (Part part : parts) {
            if (!part.isEmpty()) return false;
        }
        return true;
    }

    /** Whether an event comes when the last one in it has ended: version 1 has none. */
    public boolean tellsOfItsEnd() {
        return parts.stream().allMatch(Part::v2);
    }

    /** Who lives in any of its directories. */
    public Set<Integer> pids() throws CgroupException {
        Set<Integer> all = new LinkedHashSet<>();
        for (Part part : parts) part.pids(all);
        return all;
    }

    /** Whether this process is in it now: then a number of {@link #pids} that is another's since is told apart. */
    public boolean holds(int pid) {
        return Membership.of(pid)
                .filter(text -> parts.stream().anyMatch(part -> part.holds(text)))
                .isPresent();
    }

    /**
     * Sends these to a process that was in it a moment ago, if it still is: the pidfd first, then the look, for the number
     * may be another's by now (TRAPS 35). Never to this JVM, and never to 1.
     *
     * @return whether it has them
     */
    public boolean signal(int pid, int... signals) {
        int pidfd = pid <= 1 || pid == NativeHost.pid() ? -1 : NativeProcess.pidfdOpen(pid);
        if (pidfd < 0) return false;
        try {
            if (!holds(pid)) return false;
            boolean all = true;
            for (int signal : signals) all &= NativeProcess.pidfdSignal(pidfd, signal, 0) == 0;
            return all;
        } finally {
            NativeFiles.close(pidfd);
        }
    }

    /** How many were killed for want of memory; 0 where that is not told. */
    public long oomKills() throws IOException {
        Optional<String> text =
                version("memory") == 2 ? read("memory", "memory.events") : read("memory", "memory.oom_control");
        return Keyed.value(text, "oom_kill").map(Long::valueOf).orElse(0L);
    }

    /** Holds all in it still, and returns when they are; refused where that would be this JVM too. */
    public void freeze() throws IOException {
        if (holds(NativeHost.pid())) {
            throw new CgroupException(Errno.EBUSY, "not frozen, for it holds this JVM", toString());
        }
        Freezer.freeze(this);
    }

    /** Lets all go on, in groups below it too. */
    public void thaw() throws CgroupException {
        Freezer.thaw(this);
    }

    // ---- its end

    /**
     * One try to remove all of it, the last made first; 0 or −errno. Who is left alone in a kept leaf keeps it: −EBUSY.
     */
    public int remove() throws CgroupException {
        for (int i = parts.size() - 1; i >= 0; i--) {
            int err = parts.get(i).remove();
            if (err != 0) return err;
        }
        return 0;
    }

    /** Whether its descriptors are closed: it is removed, or left to a sweep. */
    public boolean isClosed() {
        return parts.get(0).directory().descriptor().isClosed();
    }

    /** Lets go of the descriptors and with them of the lock: what is not removed now is the sweep's. */
    @Override
    public void close() {
        for (int i = parts.size() - 1; i >= 0; i--) parts.get(i).close();
    }

    @Override
    public String toString() {
        return paths().toString();
    }
}
