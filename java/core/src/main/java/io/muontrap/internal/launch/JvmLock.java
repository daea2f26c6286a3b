package io.muontrap.internal.launch;

import java.util.concurrent.locks.ReentrantLock;

/**
 * One lock for all copies of this library in the JVM (class loaders, shaded jars), held over each clone that changes
 * ids until the JVM is dumpable again. Two such clones at once would restore "dumpable" while the other's child, of
 * another uid, still shares our memory (TRAPS 9, 10).
 *
 * <p>The copies have no class of ours in common, so the lock is one of the JDK's, kept as an object in the system
 * properties; put there only when the first such clone is made, since {@code Properties.store} dislikes it.
 */
final class JvmLock {

    static final String KEY = "io.muontrap.lock";

    private JvmLock() {}

    static ReentrantLock get() {
        return (ReentrantLock) System.getProperties().computeIfAbsent(KEY, key -> new ReentrantLock());
    }
}
