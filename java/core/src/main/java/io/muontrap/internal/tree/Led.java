package io.muontrap.internal.tree;

import io.muontrap.internal.lifecycle.Ladder;

/**
 * The way from public types of {@code io.muontrap.spawn} to what is behind them, for the face. A public method for it
 * would show internal types to everybody.
 */
public final class Led {

    /** Given by the package that knows both sides. */
    public interface Access {
        Leader leader(Object child);

        Ladder ladder(Object stopPolicy);

        Object rescued(Object spawnSpec, Runnable rescue);
    }

    private static volatile Access access;

    private Led() {}

    /** Once, when the class that starts processes is initialised: before there is any handle to ask for. */
    public static void provide(Access way) {
        access = way;
    }

    /** The leader of a {@code Child}. */
    public static Leader leader(Object child) {
        return access.leader(child);
    }

    /** A {@code SpawnSpec} whose start, when its deadline has passed, runs this too. */
    public static Object rescued(Object spawnSpec, Runnable rescue) {
        return access.rescued(spawnSpec, rescue);
    }

    /** The ladder of a {@code StopPolicy}. */
    public static Ladder ladder(Object stopPolicy) {
        return access.ladder(stopPolicy);
    }
}
