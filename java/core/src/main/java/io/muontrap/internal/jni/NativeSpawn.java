package io.muontrap.internal.jni;

import java.nio.ByteBuffer;

/** The one native that makes a process, and the memory that it needs. */
public final class NativeSpawn {

    private NativeSpawn() {}

    /** Maps shared zeroed memory for a plan; null where the kernel refused. */
    public static native ByteBuffer mapArena(int bytes);

    public static native void unmapArena(ByteBuffer arena);

    /** Maps a child's stack with a guard page below it. Its top address, or −errno. */
    public static native long mapStack();

    public static native void unmapStack(long top);

    /**
     * Runs the plan that begins at the start of the arena: returns when the child has exec'ed or ended. The outcome
     * lies in the plan. 0, or −errno with the step PLAN or CLONE when no child was made. A child that did not reach
     * its exec is not reaped and its pidfd not closed here.
     */
    public static native int spawn(ByteBuffer arena, long stackTop);

    /** The names of the steps in their order, separated by commas. */
    public static native byte[] stepNames();
}
