package io.muontrap.internal.reactor;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeEpoll;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One descriptor in the reactor's epoll. Any thread.
 *
 * <p>It is known to the kernel by a sequence number, so that an event fetched before {@link #close()} cannot be taken
 * for one of the next descriptor with the same number. While it is open it holds the {@link Descriptor}: whoever closes
 * that one first does not close the number under the epoll, where a copy in a forked child would keep it firing.
 */
public final class Registration implements AutoCloseable {

    final long sequence;
    final Handler handler;

    private final Reactor reactor;
    private final Descriptor descriptor;
    private final int fd;
    private final ReentrantLock lock = new ReentrantLock();
    private int interest;
    private boolean closed;

    /** Takes over one acquire() of the descriptor. */
    Registration(Reactor reactor, Descriptor descriptor, int fd, long sequence, Handler handler) {
        this.reactor = reactor;
        this.descriptor = descriptor;
        this.fd = fd;
        this.sequence = sequence;
        this.handler = handler;
    }

    /**
     * Says which events are wanted from now on; 0 is silence. Nothing when closed.
     *
     * <p>epoll reports HUP and ERR even to who asked for nothing, and would spin on a paused pipe whose program has
     * ended; so 0 takes the descriptor out of the epoll.
     *
     * @param events bits of {@link io.muontrap.internal.jni.NativeEpoll}; with ONE_SHOT they come once, until this is
     *     called again
     */
    public void interest(int events) throws IOException {
        lock.lock();
        try {
            if (!closed) change(events);
        } finally {
            lock.unlock();
        }
    }

    private void change(int events) throws IOException {
        if (events == interest && (events & NativeEpoll.ONE_SHOT) == 0) return;
        int result;
        if (interest == 0) {
            result = reactor.add(fd, events, sequence);
        } else if (events == 0) {
            result = reactor.remove(fd);
        } else {
            result = reactor.modify(fd, events, sequence);
        }
        if (result < 0) throw Errno.failure("epoll_ctl on descriptor " + fd, result);
        interest = events;
    }

    /** Takes it out of the epoll; what it had asked for. */
    int silence() throws IOException {
        lock.lock();
        try {
            int had = interest;
            if (!closed) change(0);
            return had;
        } finally {
            lock.unlock();
        }
    }

    /** Undoes {@link #silence()} unless somebody has changed his mind since. */
    void restore(int events) throws IOException {
        lock.lock();
        try {
            if (!closed && interest == 0) change(events);
        } finally {
            lock.unlock();
        }
    }

    /**
     * No call of the handler begins after this, when called on the reactor's thread; from another thread one that had
     * begun may still run. Idempotent.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) return;
            closed = true;
            reactor.forget(sequence);
            if (interest != 0) reactor.remove(fd); // it cannot fail in a way that leaves it in: ENOENT, EBADF
        } finally {
            lock.unlock();
        }
        descriptor.release();
    }
}
