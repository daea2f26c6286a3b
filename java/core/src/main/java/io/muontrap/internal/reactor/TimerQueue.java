package io.muontrap.internal.reactor;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Deadlines in order, in a binary heap whose members know their places: adding, cancelling and taking the first are
 * O(log n), and a cancelled one is gone at once. Any thread; the lock is held for a few comparisons only.
 *
 * <p>Deadlines are of {@link System#nanoTime()} and are compared by difference, as that may wrap.
 */
final class TimerQueue {

    /** About 73 years: within twice this, differences of deadlines do not overflow. */
    private static final long FARTHEST = Long.MAX_VALUE / 4;

    private final ReentrantLock lock = new ReentrantLock();
    private Timer[] heap = new Timer[16];
    private int size;
    private long orders;

    Timer add(long deadline, Runnable action, long now) {
        long wait = Math.max(-FARTHEST, Math.min(FARTHEST, deadline - now));
        lock.lock();
        try {
            Timer timer = new Timer(this, now + wait, orders++, action);
            if (size == heap.length) heap = Arrays.copyOf(heap, size * 2);
            size++;
            up(size - 1, timer);
            return timer;
        } finally {
            lock.unlock();
        }
    }

    boolean remove(Timer timer) {
        lock.lock();
        try {
            if (timer.index < 0) return false;
            removeAt(timer.index);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the first one if it is due and was made before the given order. */
    Optional<Timer> takeDue(long now, long before) {
        lock.lock();
        try {
            if (size == 0) return Optional.empty();
            Timer first = heap[0];
            if (first.deadline - now > 0 || first.order >= before) return Optional.empty();
            removeAt(0);
            return Optional.of(first);
        } finally {
            lock.unlock();
        }
    }

    /** The order that the next timer will get. */
    long nextOrder() {
        lock.lock();
        try {
            return orders;
        } finally {
            lock.unlock();
        }
    }

    /** Nanoseconds to the first deadline, 0 when it is due; Long.MAX_VALUE when there is none. */
    long untilFirst(long now) {
        lock.lock();
        try {
            return size == 0 ? Long.MAX_VALUE : Math.max(0, heap[0].deadline - now);
        } finally {
            lock.unlock();
        }
    }

    boolean isFirst(Timer timer) {
        lock.lock();
        try {
            return timer.index == 0;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            for (int i = 0; i < size; i++) {
                heap[i].index = -1;
                heap[i] = null;
            }
            size = 0;
        } finally {
            lock.unlock();
        }
    }

    private void removeAt(int at) {
        heap[at].index = -1;
        size--;
        Timer last = heap[size];
        heap[size] = null;
        if (at == size) return;
        down(at, last);
        if (last.index == at) up(at, last);
    }

    private void up(int at, Timer timer) {
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!earlier(timer, heap[parent])) break;
            put(at, heap[parent]);
            at = parent;
        }
        put(at, timer);
    }

    private void down(int at, Timer timer) {
        for (int child; (child = 2 * at + 1) < size; at = child) {
            if (child + 1 < size && earlier(heap[child + 1], heap[child])) child++;
            if (!earlier(heap[child], timer)) break;
            put(at, heap[child]);
        }
        put(at, timer);
    }

    private void put(int at, Timer timer) {
        heap[at] = timer;
        timer.index = at;
    }

    private static boolean earlier(Timer a, Timer b) {
        return a.deadline != b.deadline ? a.deadline - b.deadline < 0 : a.order - b.order < 0;
    }
}
