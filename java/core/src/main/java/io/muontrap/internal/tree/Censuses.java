package io.muontrap.internal.tree;

import io.muontrap.internal.proc.Census;
import java.io.IOException;

/**
 * Walks of /proc, shared: a thousand trees that are stopped together need one walk, not a thousand. On the reactor's
 * thread only.
 */
final class Censuses {

    private static Census last;
    private static long takenNanos;

    private Censuses() {}

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
