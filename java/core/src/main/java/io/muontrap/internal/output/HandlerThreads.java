package io.muontrap.internal.output;

import io.muontrap.internal.reactor.DaemonThread;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Where handlers run unless an executor is named: daemon threads of our own, as many as handlers have work at a time,
 * gone half a second after their last one. Never the common pool: handlers block, and it has few threads.
 */
public final class HandlerThreads {

    private static final long IDLE_MILLIS = 500;
    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final Executor SHARED = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new SynchronousQueue<>(),
            work -> new DaemonThread(
                    "muontrap-handler-" + NUMBERS.incrementAndGet(), ClassLoader.getSystemClassLoader(), work));

    private HandlerThreads() {}

    public static Executor shared() {
        return SHARED;
    }

    /**
     * Runs it on the executor. Even to give it to a user's executor is done on a thread of ours: one that blocks when it
     * is full, or that runs what it is given at once, would hold up the reactor.
     *
     * @param rejected told what the executor threw
     */
    static void submit(Executor executor, Runnable work, Consumer<Throwable> rejected) {
        if (executor == SHARED) {
            SHARED.execute(work);
            return;
        }
        SHARED.execute(() -> {
            try {
                executor.execute(work);
            } catch (Throwable t) {
                rejected.accept(t);
            }
        });
    }
}
