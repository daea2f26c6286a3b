package io.muontrap;

import io.muontrap.internal.output.HandlerThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The one moment at which waiters, futures and questions about the process all change together.
 *
 * <p>Completing a future runs what depends on it, which is the user's; so where futures were handed out it is another
 * thread that brings the moment about, not the reactor.
 */
final class Moment {

    /** A future of the user's, and what it is completed with. */
    private record Promise<T>(CompletableFuture<T> future, Function<Result, T> value) {
        void keep(Result result) {
            future.complete(value.apply(result));
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition reached = lock.newCondition();
    private final List<Promise<?>> promises = new ArrayList<>();
    private volatile Result result;
    private volatile Throwable failure;

    /** Whether it has come. */
    boolean reached() {
        return result != null || failure != null;
    }

    /**
     * Null before the moment.
     *
     * @throws IllegalStateException if there is none: it could not be made
     */
    Result result() {
        if (failure != null) {
            throw failed();
        }
        return result;
    }

    private IllegalStateException failed() {
        return new IllegalStateException("the tree has ended, but its result could not be made: " + failure, failure);
    }

    /** The tree is dead, but there is no result (out of memory): nobody may wait for it for ever. */
    void fail(Throwable why) {
        List<Promise<?>> mine;
        lock.lock();
        try {
            failure = why;
            mine = List.copyOf(promises);
            promises.clear();
            reached.signalAll();
        } finally {
            lock.unlock();
        }
        IllegalStateException failed = failed();
        mine.forEach(p -> HandlerThreads.shared().execute(() -> p.future().completeExceptionally(failed)));
    }

    /** A future of the caller's own: cancelling it is nobody else's concern. */
    <T> CompletableFuture<T> future(Function<Result, T> value) {
        lock.lock();
        try {
            if (result != null) {
                return CompletableFuture.completedFuture(value.apply(result));
            }
            if (failure != null) {
                return CompletableFuture.failedFuture(failed());
            }
            CompletableFuture<T> future = new CompletableFuture<>();
            promises.add(new Promise<>(future, value));
            return future;
        } finally {
            lock.unlock();
        }
    }

    void reach(Result with) {
        boolean handedOut;
        lock.lock();
        try {
            handedOut = !promises.isEmpty();
            if (!handedOut) {
                publish(with);
            }
        } finally {
            lock.unlock();
        }
        if (handedOut) {
            try {
                HandlerThreads.shared().execute(() -> reachWithFutures(with));
            } catch (OutOfMemoryError noMoreThreads) {
                reachWithFutures(with); // late by a user's code is better than never
            }
        }
    }

    private void reachWithFutures(Result with) {
        List<Promise<?>> mine;
        lock.lock();
        try {
            mine = List.copyOf(promises);
            promises.clear();
            publish(with);
        } finally {
            lock.unlock();
        }
        // first those with which nothing of the user's is run; no user's code keeps another's future back
        mine.stream().filter(p -> p.future().getNumberOfDependents() == 0).forEach(p -> p.keep(with));
        Executor threads = HandlerThreads.shared();
        mine.stream()
                .filter(p -> p.future().getNumberOfDependents() > 0)
                .forEach(p -> threads.execute(() -> p.keep(with)));
    }

    private void publish(Result with) {
        result = with;
        reached.signalAll();
    }

    Result await() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!reached()) {
                reached.await();
            }
            return result();
        } finally {
            lock.unlock();
        }
    }

    /** Null when the time was over first. */
    Result await(long time, TimeUnit unit) throws InterruptedException {
        long left = unit.toNanos(time);
        lock.lockInterruptibly();
        try {
            while (!reached() && left > 0) {
                left = reached.awaitNanos(left);
            }
            return result();
        } finally {
            lock.unlock();
        }
    }
}
