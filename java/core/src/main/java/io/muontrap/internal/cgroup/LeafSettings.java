package io.muontrap.internal.cgroup;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.internal.jni.Probe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What is written into a fresh leaf before anybody is in it; and what must not be so when somebody comes. */
final class LeafSettings {

    private static final long PAGE_SIZE = pageSize();

    private final Leaf leaf;
    private final Choice choice;

    LeafSettings(Leaf leaf, Choice choice) {
        this.leaf = leaf;
        this.choice = choice;
    }

    void apply() throws CgroupException {
        for (Part part : leaf.parts()) refuseFrozen(part);
        Optional<Part> cpuset = leaf.v1("cpuset");
        if (cpuset.isPresent()) fillCpuset(cpuset.get());
        for (Setting setting : Limits.of(choice.wish(), choice::version, PAGE_SIZE)) write(setting);
        if (cpuset.isPresent()) refuseMigration(cpuset.get());
        refuseOtherNodes();
    }

    /** A group above is frozen: whoever is born below stands still at once, and we with him until his exec. */
    private static void refuseFrozen(Part part) throws CgroupException {
        if (Freezer.heldFromAbove(part)) {
            String above = part.base().path().toString();
            throw new CgroupException(
                    Errno.EBUSY,
                    "a group above is frozen, so that nothing can start in it",
                    above,
                    part.v2() ? "write 0 to its cgroup.freeze" : "write THAWED to its freezer.state");
        }
    }

    /** Empty in a new group of version 1, where nobody can join it then; version 2 inherits, and so do we. */
    private static void fillCpuset(Part part) throws CgroupException {
        for (String file : new String[] {"cpuset.cpus", "cpuset.mems"}) {
            if (!part.directory().read(file).orElse("").isBlank()) continue;
            String above = part.base().read(file).orElse("").strip();
            int err = above.isEmpty() ? -Errno.ENOSPC : part.directory().write(file, above);
            if (err < 0) {
                throw new CgroupException(
                        -err,
                        "it is empty, and so nobody can join the group",
                        part.base().path(file).toString(),
                        "write a list such as 0 to it");
            }
        }
    }

    private void write(Setting setting) throws CgroupException {
        Optional<String> there = file(setting);
        if (there.isEmpty() && setting.optional()) return;
        String file = there.orElse(setting.file()); // whose absence the write tells
        leaf.write(setting.controller(), file, setting.value());
        if (setting.readBack().isEmpty()) return;
        String now = read(setting.controller(), file).orElse("").strip();
        if (!setting.reads(now)) {
            throw new CgroupException(
                    0,
                    "'" + setting.value() + "' was written and is not there; it says '" + now + "'",
                    leaf.path(setting.controller(), file));
        }
    }

    private Optional<String> file(Setting setting) {
        for (String name : setting.files()) {
            if (leaf.has(setting.controller(), name)) return Optional.of(name);
        }
        return Optional.empty();
    }

    private Optional<String> read(String controller, String file) throws CgroupException {
        try {
            return leaf.read(controller, file);
        } catch (CgroupException e) {
            throw e;
        } catch (IOException e) {
            throw new CgroupException(0, "cannot be read back: " + e.getMessage(), leaf.path(controller, file));
        }
    }

    /** TRAPS 15: what moves a joining process's memory would move the JVM's, which the child still shares. */
    private static void refuseMigration(Part part) throws CgroupException {
        if (part.directory().read("cpuset.memory_migrate").orElse("0").startsWith("1")) {
            throw new CgroupException(
                    Errno.EBUSY,
                    "who joins brings all memory along, and a new child's is this JVM's",
                    part.directory().path("cpuset.memory_migrate").toString(),
                    "set(\"cpuset.memory_migrate\", \"0\")");
        }
    }

    /** The same of version 2, which always moves the memory of who joins; not of who is born there. */
    private void refuseOtherNodes() throws CgroupException {
        Optional<Part> v2 = leaf.v2();
        if (v2.isEmpty() || Probe.has(NativeHost.INTO_CGROUP)) return;
        String mine = v2.get().directory().read("cpuset.mems.effective").orElse("");
        Optional<String> own = v2.get().hierarchy().own();
        if (mine.isEmpty() || own.isEmpty()) return;
        String jvms = text(v2.get().hierarchy().directory(own.get()).resolve("cpuset.mems.effective"));
        if (!jvms.isEmpty() && !jvms.equals(mine)) {
            throw new CgroupException(
                    Errno.EBUSY,
                    "without clone3 a child joins, and would move this JVM's memory to the nodes " + mine.strip(),
                    v2.get().directory().path("cpuset.mems").toString());
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return ""; // the root has none: all nodes, and they are told by no file
        }
    }

    /** AT_PAGESZ of the auxiliary vector, as the kernel gave it to this process: getauxval(3). */
    private static long pageSize() {
        try {
            ByteBuffer vector = ByteBuffer.wrap(Files.readAllBytes(Path.of("/proc/self/auxv")))
                    .order(ByteOrder.nativeOrder());
            while (vector.remaining() >= 16) {
                long key = vector.getLong();
                long value = vector.getLong();
                if (key == 6) return value;
            }
        } catch (IOException e) {
            return 4096; // a JVM that is not dumpable may not read its own
        }
        return 4096;
    }
}
