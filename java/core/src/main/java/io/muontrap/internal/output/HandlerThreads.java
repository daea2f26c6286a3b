package io.muontrap.internal.output;

import io.muontrap.internal.reactor.DaemonThread;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

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
     * Runs it on the executor, and here where the executor would run it inside {@code execute} (a direct one, or one
     * that makes the caller run what is too much): the reactor would wait for a user's code.
     */
    static void submit(Executor executor, Runnable work) {
        Submission submission = new Submission(work);
        executor.execute(submission);
        submission.returned = true;
    }

    private static final class Submission implements Runnable {
        private final Runnable work;
        private final Thread caller = Thread.currentThread();
        private boolean returned; // read and written by the caller's thread alone

        Submission(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            if (Thread.currentThread() == caller && !returned) SHARED.execute(work);
            else work.run();
        }
    }
}
