package io.muontrap.internal.tree;

/**
 * What a tree has beside its processes: streams and a cgroup leaf. Called on the reactor's thread, must not block; an
 * answer may come from any thread, also from within the call.
 */
public interface Outside {

    /** Nothing beside the processes. */
    Outside NONE = new Outside() {};

    /** Close our end of the program's stdin; may come more than once. */
    default void closeStdin() {}

    /** Run {@code drained} when every output is read to its end and its handlers are served. */
    default void drain(Runnable drained) {
        drained.run();
    }

    /** Read no further: close our ends of the outputs. */
    default void cutOutput() {}

    /** Remove the leaf, or give up within a bounded time, then run {@code gone}. */
    default void removeLeaf(Runnable gone) {
        gone.run();
    }

    /** The one moment. */
    default void ended(Ending ending) {}
}
