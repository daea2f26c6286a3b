package io.muontrap.internal.tree;

import io.muontrap.internal.proc.Census;
import java.io.IOException;
import java.util.Set;

/**
 * Walks of /proc, shared: a thousand trees that are stopped together need one walk, not a thousand. On the reactor's
 * thread only.
 */
final class Censuses {

    /** Fewer are read faster than a walk for one tree alone pays. */
    private static final int MANY = 100;

    private static Census last;
    private static long takenNanos;

    private Censuses() {}

    /** One that was begun after that moment; these need not be in it. */
    static Census since(long nanos, Set<Integer> without) throws IOException {
        return without.size() < MANY ? since(nanos) : Census.take(without);
    }

    /** One that was begun after that moment. */
    static Census since(long nanos) throws IOException {
        if (last == null || takenNanos - nanos <= 0) {
            long now = System.nanoTime();
            last = Census.take();
            takenNanos = now;
        }
        return last;
    }
}
