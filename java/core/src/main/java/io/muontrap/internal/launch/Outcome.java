package io.muontrap.internal.launch;

/**
 * How one spawn went. Where {@link #running()} is false, nothing is left of it: the child is reaped and its pidfd
 * closed.
 *
 * @param step index into the native list of steps: where it ended
 * @param errno of that step; 0 when the child was killed there
 * @param detail index into that step's table
 * @param signal what killed it before its exec, or 0
 * @param ownerPeakKib the JVM's own peak memory, which the kernel passes to a vfork child as if it were its own
 * @param startedNanos System.nanoTime() just before the clone
 */
public record Outcome(
        int pid, int pidfd, int step, int errno, int detail, int signal, long ownerPeakKib, long startedNanos) {

    public boolean running() {
        return pidfd >= 0;
    }
}
