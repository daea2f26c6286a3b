package io.muontrap.internal.cgroup;

import io.muontrap.internal.jni.Errno;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds a leaf's processes still, and lets them go. Version 2 has it in each group from Linux 5.2 on, version 1 in a
 * hierarchy of its own; where a leaf has both, the first is used, and both are thawed.
 *
 * <p>A group that is frozen in version 1 does not die of SIGKILL until it is thawed, so nothing here leaves one behind.
 */
final class Freezer {

    static final String V2_FILE = "cgroup.freeze";
    static final String V1_FILE = "freezer.state";

    private static final long FREEZE_NANOS = 10_000_000_000L;
    private static final long LOOK_AGAIN_NANOS = 500_000;

    private Freezer() {}

    private static Optional<Part> v2(Leaf leaf) {
        return leaf.v2().filter(part -> part.directory().has(V2_FILE));
    }

    static boolean has(Leaf leaf) {
        return v2(leaf).isPresent() || leaf.v1("freezer").isPresent();
    }

    /** Begins to freeze; the processes stop when they are next in the kernel. False where there is no freezer. */
    static boolean begin(Leaf leaf) throws CgroupException {
        Optional<Part> v2 = v2(leaf);
        if (v2.isPresent()) {
            v2.get().directory().set(V2_FILE, "1");
            return true;
        }
        Optional<Part> v1 = leaf.v1("freezer");
        if (v1.isPresent()) v1.get().directory().set(V1_FILE, "FROZEN");
        return v1.isPresent();
    }

    /** Whether all of them stand still, by whomever. */
    static boolean isFrozen(Leaf leaf) throws CgroupException {
        Optional<Part> v2 = v2(leaf);
        if (v2.isPresent()) return frozen(v2.get());
        Optional<Part> v1 = leaf.v1("freezer");
        return v1.isPresent() && frozen(v1.get());
    }

    private static boolean frozen(Part part) throws CgroupException {
        return part.v2() ? frozenV2(part) : stateV1(part).startsWith("FROZEN");
    }

    private static boolean frozenV2(Part part) throws CgroupException {
        return Keyed.value(part.directory().read("cgroup.events"), "frozen")
                .filter("1"::equals)
                .isPresent();
    }

    /** "THAWED", "FREEZING" or "FROZEN"; that too where there is no freezer. */
    private static String stateV1(Part part) throws CgroupException {
        return part.directory().read(V1_FILE).orElse("THAWED");
    }

    /** Of a fresh leaf: it is held from above, or will be, and a child born there would never come to its exec. */
    static boolean heldFromAbove(Part part) throws CgroupException {
        return part.v2() ? frozenV2(part) : !stateV1(part).startsWith("THAWED");
    }

    /** Returns when all stand still. */
    static void freeze(Leaf leaf) throws IOException {
        if (!begin(leaf)) {
            throw new CgroupException(
                    Errno.EOPNOTSUPP,
                    "there is no freezer here",
                    leaf.toString(),
                    "version 2 of Linux 5.2 has one in each group; in version 1 ask for controller(\"freezer\")");
        }
        long until = System.nanoTime() + FREEZE_NANOS;
        while (!isFrozen(leaf)) {
            if (System.nanoTime() - until > 0) {
                throw new CgroupException(
                        Errno.ETIMEDOUT, "not every process stands still after ten seconds", leaf.toString());
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS); // an interrupt makes this spin, for ten seconds at most
        }
    }

    /** Lets all go, in groups below too: a program may have frozen its own. */
    static void thaw(Leaf leaf) throws CgroupException {
        for (Part part : leaf.parts()) {
            if (part.v2()) {
                part.deepestFirst(at -> release(at, V2_FILE, "0"));
            } else if (part.hierarchy().has("freezer")) {
                part.deepestFirst(at -> release(at, V1_FILE, "THAWED"));
            }
        }
    }

    private static void release(Directory at, String file, String value) throws CgroupException {
        try {
            at.set(file, value);
        } catch (CgroupException e) {
            // before 5.2 version 2 has no such file; what is gone needs no thaw
            if (!e.gone()) throw e;
        }
    }
}
