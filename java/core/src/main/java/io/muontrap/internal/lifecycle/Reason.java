package io.muontrap.internal.lifecycle;

/** Why a tree ended. The first that is known stays. */
public enum Reason {
    /** The leader ended by itself. */
    SELF,
    /** Somebody called stop, kill or close. */
    STOP_ASKED,
    /** The time allowed was over. */
    TIMEOUT,
    /** No output for too long. */
    IDLE,
    /** A bound set by the user was passed. */
    LIMIT,
    /** The kernel ran out of the tree's memory. */
    OOM,
    /** The owner went away. */
    OWNER
}
