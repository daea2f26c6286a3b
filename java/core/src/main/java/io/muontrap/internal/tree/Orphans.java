package io.muontrap.internal.tree;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.internal.jni.NativeProcess;
import io.muontrap.internal.proc.Entry;
import io.muontrap.internal.proc.Victim;
import java.io.IOException;
import java.util.Optional;

/**
 * Orphans of our trees whose parent this JVM has become: where it is PID 1 of a container, or a subreaper by
 * {@code -Dmuontrap.subreaper=true} (see PR_SET_CHILD_SUBREAPER in prctl(2); off, because the JVM then inherits all
 * orphans of whatever else it starts). Nobody else reaps them, and each holds a pid until then (TRAPS 53).
 *
 * <p>Only processes seen in a tree are reaped, one by one and by pidfd: to wait for any child would take theirs from
 * {@code ProcessBuilder} and from other code in this JVM.
 */
public final class Orphans {

    private static final System.Logger LOG = System.getLogger("io.muontrap");
    private static final int OPTIONS = NativeProcess.NO_HANG;

    static {
        if (Boolean.getBoolean("muontrap.subreaper")) {
            int err = NativeHost.setSubreaper(true);
            if (err < 0) {
                LOG.log(System.Logger.Level.WARNING, "muontrap.subreaper: {0}", Errno.name(-err));
            }
        }
    }

    private Orphans() {}

    /** Before the first spawn: says whose children orphans become. The first call counts. */
    public static void adoptIfAsked() {
        // the class's initialisation has done it
    }

    /** A member of a tree that a census saw dead. Nothing if it has another parent, who may still want it. */
    static void reap(Entry dead, int self) throws IOException {
        if (dead.ppid() != self) {
            return;
        }
        Optional<Victim> zombie = Victim.open(dead);
        if (zombie.isPresent()) {
            try (Victim mine = zombie.get()) {
                reap(mine);
            }
        }
    }

    /** A member of a tree that is gone. Nothing if it is another's child (ECHILD), or a debugger's first (EAGAIN). */
    static void reap(Victim gone) {
        NativeProcess.await(gone.pidfd(), OPTIONS, new long[5]);
    }
}
