package io.muontrap.internal.output;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.jni.NativeEpoll;
import io.muontrap.internal.reactor.Handler;
import io.muontrap.internal.reactor.Reactor;
import io.muontrap.internal.reactor.Registration;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where one thread at a time waits until a pipe is ready or somebody ends the wait. It parks, so that a virtual thread
 * leaves its carrier.
 *
 * <p>{@link #prepare()}, then try, then {@link #await()}: a wake-up between the two is not lost. Interruption does not
 * end a wait, as with the JDK's process streams, and is kept.
 */
final class Gate implements Handler, AutoCloseable {

    private final Descriptor pipe;
    private final int events;
    private final ReentrantLock lock = new ReentrantLock();
    private Registration registration; // made by the first wait: a stream that nobody waits on costs the epoll nothing
    private boolean closed;
    private volatile boolean open;
    private volatile Thread waiter;

    Gate(Descriptor pipe, int events) {
        this.pipe = pipe;
        this.events = events | NativeEpoll.ONE_SHOT;
    }

    void prepare() {
        open = false;
    }

    void await() throws IOException {
        arm();
        boolean interrupted = false;
        waiter = Thread.currentThread();
        while (!open) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        waiter = null;
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void arm() throws IOException {
        lock.lock();
        try {
            if (closed) return; // whoever closed it opens, or has opened
            if (registration == null) registration = Reactor.get().register(pipe, events, this);
            else registration.interest(events);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the wait of now, or the next one if its {@link #prepare()} was before this. */
    void open() {
        open = true;
        LockSupport.unpark(waiter);
    }

    /** Takes the pipe from the reactor and ends the wait. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (registration != null) registration.close();
        } finally {
            lock.unlock();
        }
        open();
    }

    @Override
    public void ready(Registration at, int ready) {
        open();
    }

    /** The reactor was shut down: whoever waits tries again, and waits with the next one. */
    @Override
    public void lost() {
        lock.lock();
        try {
            registration = null;
        } finally {
            lock.unlock();
        }
        open();
    }
}
