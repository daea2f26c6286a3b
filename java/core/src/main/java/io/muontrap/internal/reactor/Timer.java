package io.muontrap.internal.reactor;

/** One deadline. */
public final class Timer {

    final long deadline;
    final long order;
    final Runnable action;
    private final TimerQueue queue;

    /** Where it stands in the heap; −1 when it is not there. Guarded by the queue's lock. */
    int index = -1;

    Timer(TimerQueue queue, long deadline, long order, Runnable action) {
        this.queue = queue;
        this.deadline = deadline;
        this.order = order;
        this.action = action;
    }

    /** Any thread. True when it will not run and had not begun to; it leaves the queue at once. */
    public boolean cancel() {
        return queue.remove(this);
    }
}
