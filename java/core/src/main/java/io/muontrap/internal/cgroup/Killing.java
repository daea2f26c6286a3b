package io.muontrap.internal.cgroup;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.internal.jni.Probe;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Kills all that live in a leaf, in steps between which its caller waits: until it is empty, or the caller gives up.
 *
 * <p>cgroup.kill (version 2, Linux 5.14) reaches everybody at one moment, whatever their user, but not who is forked
 * while it works (before 6.14) or moved in later: so it is repeated too. Without it nobody new may come (pids.max 0),
 * all are frozen, each is killed by a pidfd whose membership is looked at again, and all are thawed, for in version 1
 * the frozen do not die. Where there is neither pids nor freezer, all are stopped first, until nobody new is found: a
 * breeder must not outrun the list.
 *
 * <p>One thread at a time.
 */
public final class Killing {

    private static final int SIGKILL = 9;
    private static final int SIGSTOP = 19;
    private static final int STOP_PASSES = 10;
    private static final int LOOKS_FOR_FROZEN = 20;

    /** How long to wait for the next step. */
    public enum Next {
        /** About a millisecond: the freezer is at work. */
        SOON,
        /** Until something has changed, and a little longer each time. */
        LATER
    }

    private final Leaf leaf;
    private final boolean byKernel;
    private boolean asked;
    private boolean freezing;
    private int looks;
    private final Set<Integer> killed = new HashSet<>();

    public Killing(Leaf leaf) {
        this.leaf = leaf;
        this.byKernel = !Probe.disabled("cgroup_kill")
                && leaf.v2().filter(part -> part.directory().has("cgroup.kill")).isPresent();
    }

    /**
     * The next step.
     *
     * @throws CgroupException where the leaf holds this JVM, which must not kill itself; what else cannot be done is
     *     tried again by the next step
     */
    public Next step() throws CgroupException {
        if (leaf.holds(NativeHost.pid())) {
            throw new CgroupException(Errno.EBUSY, "not killed, for it holds this JVM", leaf.toString());
        }
        if (byKernel) {
            boolean first = !asked;
            asked = true;
            boolean done = leaf.v2().get().directory().write("cgroup.kill", "1") == 0;
            // who is in version 1 only has left version 2, which is rare enough for a second look
            if (done && (first || leaf.parts().size() == 1)) return thawed();
        }
        return byHand();
    }

    /** SIGKILL ends what is frozen in version 2 as it is; but a group of version 1 has to be thawed. */
    private Next thawed() throws CgroupException {
        if (leaf.v1("freezer").isPresent()) Freezer.thaw(leaf);
        return Next.LATER;
    }

    /**
     * Begins to hold all still where they will be killed one by one: a breeder leaves no processor to whoever looks at
     * its processes first. Then comes a {@link #step}.
     */
    public void hold() throws CgroupException {
        if (!byKernel && !leaf.holds(NativeHost.pid())) beginToHold();
    }

    private void beginToHold() throws CgroupException {
        if (freezing) return;
        refuseForks();
        freezing = Freezer.begin(leaf);
        looks = 0;
    }

    private Next byHand() throws CgroupException {
        if (!freezing && !killed.isEmpty()) {
            Set<Integer> living = leaf.pids();
            if (killed.containsAll(living)) {
                // not frozen again: on a busy machine they would be held still for longer than they have to die
                kill(living); // a number may be another's by now
                Freezer.thaw(leaf);
                return Next.LATER;
            }
        }
        beginToHold();
        if (freezing && !Freezer.isFrozen(leaf) && ++looks < LOOKS_FOR_FROZEN) return Next.SOON;
        try {
            if (!freezing) stopAll();
            kill(leaf.pids());
        } finally {
            freezing = false;
            Freezer.thaw(leaf); // whoever froze it, and in groups below
        }
        return Next.LATER;
    }

    private void kill(Set<Integer> pids) {
        for (int pid : pids) {
            if (leaf.signal(pid, SIGKILL)) killed.add(pid);
        }
    }

    private void refuseForks() {
        Optional<Part> pids = leaf.v1("pids").or(leaf::v2);
        pids.ifPresent(part -> part.directory().write("pids.max", "0")); // without the controller there is no such file
    }

    private void stopAll() throws CgroupException {
        Set<Integer> stopped = new HashSet<>();
        for (int pass = 0; pass < STOP_PASSES; pass++) {
            boolean anyNew = false;
            for (int pid : leaf.pids()) {
                if (stopped.add(pid)) {
                    anyNew = true;
                    leaf.signal(pid, SIGSTOP);
                }
            }
            if (!anyNew) return;
        }
    }

    /** Thaws what a step froze. On every way out. */
    public void end() throws CgroupException {
        if (freezing) {
            freezing = false;
            Freezer.thaw(leaf);
        }
    }
}
