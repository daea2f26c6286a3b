package io.muontrap.internal.reactor;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.Library;
import io.muontrap.internal.jni.NativeEpoll;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One thread that waits for pidfds, pipes, cgroup events and timers, and calls their handlers one after the other.
 *
 * <p>A turn is: ready descriptors, due timers, tasks, then {@linkplain #atTurnEnd what was put off to its end}. Every
 * call is guarded: what it throws is logged and the next one runs. Everything may be called from any thread unless it
 * says otherwise. It never runs a user's code.
 */
public final class Reactor implements Executor {

    private static final System.Logger LOG = System.getLogger("io.muontrap");
    private static final long WAKE_UP = 0; // the sequence of the eventfd; registrations begin at 1
    private static final int MOST_EVENTS = 128;
    private static final int MOST_TASKS = 1024; // in one turn, so that tasks which make tasks do not starve pipes
    private static final long LONGEST_SLEEP_MILLIS = 24L * 3600 * 1000;
    private static final long THROWN_PAUSE_NANOS = 100_000_000;

    private static final ReentrantLock MAKING = new ReentrantLock();
    private static volatile Reactor current;

    private final Descriptor epoll;
    private final WakeUp wakeUp;
    private final ConcurrentHashMap<Long, Registration> registrations = new ConcurrentHashMap<>();
    private final AtomicLong sequences = new AtomicLong(WAKE_UP);
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final TimerQueue timers = new TimerQueue();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final ArrayDeque<Runnable> turnEnd = new ArrayDeque<>(); // the thread's own
    private final long[] events = new long[2 * MOST_EVENTS];
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean over; // the thread looks at nothing any more

    /** Tells the thread itself apart, also from code that does not know which reactor it may be on. */
    private static final class Loop extends DaemonThread {
        Loop(Runnable work) {
            super("muontrap-reactor", null, work);
        }
    }

    private Reactor() throws IOException {
        int fd = NativeEpoll.create();
        if (fd < 0) throw Errno.failure("epoll_create", fd);
        epoll = Descriptor.of(fd);
        WakeUp bell = null;
        try {
            bell = new WakeUp();
            int added = add(bell.number(), NativeEpoll.IN, WAKE_UP);
            if (added < 0) throw Errno.failure("epoll_ctl on the eventfd", added);
        } catch (IOException e) {
            if (bell != null) bell.close();
            epoll.close();
            throw e;
        }
        wakeUp = bell;
        thread = new Loop(this::run);
    }

    /**
     * The running one; the first call, and the first after {@link #shutdown()}, starts it.
     *
     * @throws IOException when there are no more descriptors (it needs two)
     * @throws UnsupportedOperationException when the native library cannot be loaded
     */
    public static Reactor get() throws IOException {
        Reactor r = current;
        if (r != null) return r;
        Library.load();
        MAKING.lock();
        try {
            r = current;
            if (r == null) {
                r = new Reactor();
                r.start();
                current = r;
            }
            return r;
        } finally {
            MAKING.unlock();
        }
    }

    private void start() {
        try {
            thread.start();
        } catch (Throwable t) { // OutOfMemoryError: no more threads
            epoll.close();
            wakeUp.close();
            throw t;
        }
    }

    /**
     * Ends the running one, if there is one, after what is queued. Handlers still registered are told
     * {@link Handler#lost()}, timers are dropped.
     *
     * @return complete when its thread is done with everything; a handler must not wait for it
     */
    public static CompletableFuture<Void> shutdown() {
        MAKING.lock();
        try {
            Reactor r = current;
            if (r == null) return CompletableFuture.completedFuture(null);
            current = null;
            r.closing = true;
            r.wake();
            return r.ended.copy();
        } finally {
            MAKING.unlock();
        }
    }

    /** Whether the calling thread is a reactor's. */
    public static boolean onReactorThread() {
        return Thread.currentThread() instanceof Loop;
    }

    /** Whether the calling thread is this one's. */
    public boolean onReactor() {
        return Thread.currentThread() == thread;
    }

    /** As the other {@code register}, for a number whose owner closes it after the registration. */
    public Registration register(int fd, int events, Handler handler) throws IOException {
        return register(Descriptor.borrowed(fd), events, handler);
    }

    /**
     * Has the handler called when events come; no wake-up is needed for it.
     *
     * @param events bits of {@link NativeEpoll}; 0: none yet, see {@link Registration#interest}
     * @throws IOException when the kernel refuses, the descriptor is closed or this was shut down
     */
    public Registration register(Descriptor descriptor, int events, Handler handler) throws IOException {
        Objects.requireNonNull(handler, "handler");
        int fd = descriptor.acquire();
        if (fd < 0) throw Errno.failure("register " + descriptor, -Errno.EBADF);
        long sequence = sequences.incrementAndGet();
        Registration made = new Registration(this, descriptor, fd, sequence, handler);
        registrations.put(sequence, made); // before the kernel knows it: the event may be here before we are back
        try {
            made.interest(events);
            if (over) throw new IOException("the reactor was shut down");
        } catch (IOException | RuntimeException | Error e) {
            made.close();
            throw e;
        }
        return made;
    }

    /**
     * Runs it on the thread, after everything that was given before.
     *
     * @throws RejectedExecutionException after {@link #shutdown()}, when it will never run
     */
    @Override
    public void execute(Runnable task) {
        tasks.add(Objects.requireNonNull(task, "task"));
        if (over && tasks.remove(task)) throw new RejectedExecutionException("the reactor was shut down");
        wake();
    }

    /**
     * Runs it on the thread at or after, never before, that moment of {@link System#nanoTime()}; at equal moments in
     * the order of the calls. A moment in the past is due at once. Dropped at {@link #shutdown()}.
     */
    public Timer schedule(long deadlineNanos, Runnable action) {
        Timer timer = timers.add(deadlineNanos, Objects.requireNonNull(action, "action"), System.nanoTime());
        if (timers.isFirst(timer)) wake();
        return timer;
    }

    /** On the thread only: runs it when all events, timers and tasks of this turn are done. */
    public void atTurnEnd(Runnable action) {
        if (!onReactor()) throw new IllegalStateException("not on the reactor's thread");
        turnEnd.add(action);
    }

    int add(int fd, int events, long sequence) {
        int e = epoll.acquire();
        if (e < 0) return -Errno.EBADF;
        try {
            return NativeEpoll.add(e, fd, events, sequence);
        } finally {
            epoll.release();
        }
    }

    int modify(int fd, int events, long sequence) {
        int e = epoll.acquire();
        if (e < 0) return -Errno.EBADF;
        try {
            return NativeEpoll.modify(e, fd, events, sequence);
        } finally {
            epoll.release();
        }
    }

    /** With the epoll closed everything is out of it. */
    int remove(int fd) {
        int e = epoll.acquire();
        if (e < 0) return 0;
        try {
            return NativeEpoll.remove(e, fd);
        } finally {
            epoll.release();
        }
    }

    void forget(long sequence) {
        registrations.remove(sequence);
    }

    int registered() {
        return registrations.size();
    }

    int timers() {
        return timers.size();
    }

    /** One write for each sleep at most. Whoever queued before the thread said "asleep" is seen by its last look. */
    private void wake() {
        if (asleep.get() && asleep.compareAndSet(true, false)) wakeUp.ring();
    }

    private void run() {
        try {
            while (!closing || !tasks.isEmpty()) guardedTurn();
        } catch (Throwable t) {
            log("the reactor ends", t);
        } finally {
            end();
        }
    }

    /** Out of memory in the middle of a turn must not end the thread on which every deadline depends. */
    private void guardedTurn() throws IOException {
        try {
            turn();
        } catch (IOException e) {
            throw e; // the epoll itself is broken
        } catch (Throwable t) {
            log("a turn of the reactor failed", t);
        }
    }

    private void turn() throws IOException {
        asleep.set(true);
        int n = NativeEpoll.await(epoll.number(), sleepMillis(), events);
        asleep.set(false);
        if (n < 0) throw Errno.failure("epoll_wait", n);
        for (int i = 0; i < n; i++) dispatch(events[2 * i], (int) events[2 * i + 1]);
        runTimers();
        runTasks();
        for (int left = turnEnd.size(); left > 0; left--) guard(turnEnd.remove());
    }

    private int sleepMillis() {
        if (closing || !tasks.isEmpty() || !turnEnd.isEmpty()) return 0;
        long nanos = timers.untilFirst(System.nanoTime());
        if (nanos == Long.MAX_VALUE) return -1;
        return (int) Math.min(LONGEST_SLEEP_MILLIS, (nanos + 999_999) / 1_000_000); // up: else it turns without sleep
    }

    private void dispatch(long sequence, int bits) {
        if (sequence == WAKE_UP) {
            wakeUp.clear();
            return;
        }
        Registration at = registrations.get(sequence);
        if (at == null) return; // fetched before it was closed
        try {
            at.handler.ready(at, bits);
        } catch (Throwable t) {
            log("a handler of the reactor threw", t);
            pause(at);
        }
    }

    /** What made it throw is most likely still there: without a pause it would be called and logged without end. */
    private void pause(Registration at) {
        try {
            int had = at.silence();
            schedule(System.nanoTime() + THROWN_PAUSE_NANOS, () -> resume(at, had));
        } catch (IOException e) {
            log("a handler that threw could not be paused", e);
        }
    }

    private static void resume(Registration at, int had) {
        try {
            at.restore(had);
        } catch (IOException e) {
            log("a handler that threw could not be resumed", e);
        }
    }

    private void runTimers() {
        long now = System.nanoTime();
        long before = timers.nextOrder(); // one that sets itself anew in the past waits for the next turn
        for (Optional<Timer> due; (due = timers.takeDue(now, before)).isPresent(); ) guard(due.get().action);
    }

    private void runTasks() {
        Runnable task;
        for (int i = 0; i < MOST_TASKS && (task = tasks.poll()) != null; i++) guard(task);
    }

    private static void guard(Runnable action) {
        try {
            action.run();
        } catch (Throwable t) {
            log("a task of the reactor threw", t);
        }
    }

    private static void log(String what, Throwable t) {
        try {
            LOG.log(System.Logger.Level.ERROR, what, t);
        } catch (Throwable loggerFailed) {
            t.addSuppressed(loggerFailed); // nobody is left to tell; the loop matters more
        }
    }

    private void end() {
        MAKING.lock();
        try {
            if (current == this) current = null; // it broke; the next get() starts another
        } finally {
            MAKING.unlock();
        }
        closing = true;
        over = true;
        for (Runnable task; (task = tasks.poll()) != null; ) guard(task);
        while (!turnEnd.isEmpty()) guard(turnEnd.remove());
        for (Registration left : registrations.values()) {
            left.close();
            guard(left.handler::lost);
        }
        for (Runnable task; (task = tasks.poll()) != null; ) guard(task);
        timers.clear();
        epoll.close();
        wakeUp.close();
        ended.complete(null);
    }
}
