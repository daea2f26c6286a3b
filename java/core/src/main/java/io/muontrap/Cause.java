package io.muontrap;

/** Why a tree ended; the first cause wins. */
public enum Cause {
    /** The leader ended without being asked: it exited, or someone else's signal killed it. */
    SELF,
    /** {@link ContainedProcess#stop()}, {@code destroy()}, {@code close()} or an interrupted {@link Command#run()}. */
    STOP_ASKED,
    /** {@link Command#timeout} passed. */
    TIMEOUT,
    /** Nothing was written for too long. */
    IDLE,
    /** A bound on output or processor time was passed. */
    LIMIT,
    /** The kernel killed for want of memory. */
    OOM,
    /** The owner ended: its scope, its thread, or the JVM in good order. */
    OWNER
}
