package io.muontrap;

/** What happens to a tree when its JVM dies without a chance to act, by SIGKILL for example. */
public enum OwnerDeath {
    /** The kernel kills the leader; the rest is found by the next owner's sweep, where there is a cgroup. The default. */
    KILL_LEADER,
    /** The kernel kills the whole tree. */
    KILL_TREE,
    /** Nothing: the tree outlives its owner. */
    LEAVE
}
