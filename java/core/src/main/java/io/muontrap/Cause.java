package io.muontrap;

/** Why a tree ended; the first cause wins. */
public enum Cause {
    /** The leader ended without being asked: it exited, or someone else's signal killed it. */
    SELF,
    /**
     * {@link ContainedProcess#stop()}, {@code destroy()} or {@code close()}; also a consumer of output that threw, or an
     * executor that refused it, which {@link Result#orThrow} tells.
     */
    STOP_ASKED,
    /** {@link Command#timeout} passed. */
    TIMEOUT,
    /** Nothing was written for too long. */
    IDLE,
    /** A bound on output or processor time was passed. */
    LIMIT,
    /** The kernel killed for want of memory. */
    OOM,
    /** The owner ended: its scope or its thread. A JVM that ends sees no result any more. */
    OWNER
}
