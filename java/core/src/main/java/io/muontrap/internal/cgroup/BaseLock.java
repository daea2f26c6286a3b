package io.muontrap.internal.cgroup;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeDirectories;
import java.util.concurrent.locks.LockSupport;

/**
 * The lock on a base, held for microseconds by makers and sweepers. Whoever may read the directory could hold it for
 * ever: so nobody waits for it for ever.
 */
final class BaseLock {

    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private BaseLock() {}

    static void take(Directory base, int how) throws CgroupException {
        Backoff backoff = new Backoff(50_000, 5_000_000, PATIENCE_NANOS);
        for (; ; ) {
            int err = base.lock(how | NativeDirectories.NO_WAIT);
            if (err == 0) return;
            if (err != -Errno.EAGAIN || backoff.over()) {
                throw new CgroupException(
                        -err,
                        "the lock that guards the making of groups is held by another process (flock)",
                        base.toString());
            }
            LockSupport.parkNanos(backoff.next());
        }
    }
}
