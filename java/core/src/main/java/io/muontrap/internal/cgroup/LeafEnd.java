package io.muontrap.internal.cgroup;

import io.muontrap.internal.jni.Errno;
import java.util.concurrent.locks.LockSupport;

/** Kills who is in a leaf and removes it, while the calling thread waits: what a start undoes, and what a sweep does. */
public final class LeafEnd {

    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final long SOON = 1_000_000;

    private LeafEnd() {}

    /**
     * Returns when it is gone.
     *
     * @throws CgroupException after five seconds, naming who lives; it can be tried again
     */
    public static void now(Leaf leaf) throws CgroupException {
        Backoff backoff = new Backoff(200_000, 20_000_000, PATIENCE_NANOS);
        kill(leaf, backoff);
        for (int err = leaf.remove(); err != 0; err = leaf.remove()) {
            if (err != -Errno.EBUSY || backoff.over()) {
                throw new CgroupException(-err, "cannot be removed", leaf.toString());
            }
            LockSupport.parkNanos(backoff.next());
        }
    }

    private static void kill(Leaf leaf, Backoff backoff) throws CgroupException {
        Killing killing = new Killing(leaf);
        try {
            while (!leaf.isEmpty()) {
                if (backoff.over()) {
                    throw new CgroupException(Errno.ETIMEDOUT, "still alive: " + leaf.pids(), leaf.toString());
                }
                LockSupport.parkNanos(killing.step() == Killing.Next.SOON ? SOON : backoff.next());
            }
        } finally {
            killing.end();
        }
    }
}
