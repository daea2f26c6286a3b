package io.muontrap.internal.cgroup;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.reactor.Reactor;

/**
 * Removes an empty leaf on the reactor's thread, which it never holds up: for a moment after the last exit the kernel
 * says "busy" (TRAPS 38), and then it is tried again.
 */
public final class Removal {

    private static final System.Logger LOG = System.getLogger("io.muontrap");
    private static final long FIRST_WAIT = 1_000_000;
    private static final long LONGEST_WAIT = 250_000_000;
    private static final long PATIENCE = 2_000_000_000;

    private final Leaf leaf;
    private final Reactor reactor;
    private final Runnable gone;
    private final Backoff backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, PATIENCE);

    /** @param gone run when it is removed, or given up and left to a sweep */
    public Removal(Leaf leaf, Reactor reactor, Runnable gone) {
        this.leaf = leaf;
        this.reactor = reactor;
        this.gone = gone;
    }

    /** Begins. On the reactor's thread. */
    public void attempt() {
        try {
            int err = leaf.remove();
            if (err == -Errno.EBUSY && !backoff.over() && !(leaf.kept() && !leaf.isEmpty())) {
                reactor.schedule(System.nanoTime() + backoff.next(), this::attempt);
                return;
            }
            if (err != 0 && !leaf.kept()) {
                LOG.log(System.Logger.Level.WARNING, "left for a sweep: {0} ({1})", leaf, Errno.name(-err));
            }
        } catch (CgroupException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "left for a sweep: " + leaf, e);
        }
        leaf.close();
        gone.run();
    }
}
