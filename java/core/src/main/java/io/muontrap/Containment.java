package io.muontrap;

/** What holds a tree together. */
public enum Containment {
    /**
     * A session of its own, on every host. What left the leader's group and session before the leader ended by itself can
     * be missed.
     */
    SESSION,
    /** A control group: nothing leaves it, by whatever session or user. */
    CGROUP,
    /** A pid namespace: the kernel kills everything in it, also when the JVM is killed. */
    PID_NAMESPACE
}
