package io.muontrap.spawn;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.io.InterruptibleWait;
import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeEpoll;
import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.internal.lifecycle.Ladder;
import io.muontrap.internal.lifecycle.Reason;
import io.muontrap.internal.lifecycle.Rung;
import io.muontrap.internal.proc.Survivor;
import io.muontrap.internal.reactor.DaemonThread;
import io.muontrap.internal.reactor.Handler;
import io.muontrap.internal.reactor.Reactor;
import io.muontrap.internal.reactor.Registration;
import io.muontrap.internal.tree.Ending;
import io.muontrap.internal.tree.Leader;
import io.muontrap.internal.tree.Outside;
import io.muontrap.internal.tree.Tree;
import io.muontrap.internal.tree.Trees;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * A started process, by its pidfd: the low-level handle. All methods may be called from any thread.
 *
 * <p>{@link #await}, {@link #poll} and a caller's own epoll on {@link #pidfd} need no thread of the library beside the
 * one that started it; {@link #exit} and {@link #stop} start the reactor. Each child wants to be awaited, polled to its
 * end, stopped or {@linkplain #close closed}: else a zombie stays after its end.
 */
public final class Child implements AutoCloseable {

    private static final boolean HAS_VIRTUAL_THREADS = Runtime.version().feature() >= 21;

    /** Those whose end is not known yet: what a shutdown has to end. */
    private static final Set<Child> LIVE = ConcurrentHashMap.newKeySet();

    /** A zombie that a debugger traces can be reaped when that lets it go, of which no event tells. */
    private static final long TRACED_WAIT_NANOS = 5_000_000;

    private final Leader leader;
    private final ReentrantLock lock = new ReentrantLock();
    private CompletableFuture<ExitStatus> exit;
    private final CountDownLatch treeOver = new CountDownLatch(1);
    private volatile Tree tree;
    private volatile Ending ending;
    private volatile long endedNanos;
    private volatile boolean closed;

    Child(Leader leader) {
        this.leader = leader;
        LIVE.add(this);
    }

    /** What whoever makes a tree of it needs; from now on {@link Trees} has it. */
    Leader forTree() {
        LIVE.remove(this);
        return leader;
    }

    /** Ends all that live, at the same time, and waits until all are dead. */
    static void endAll() {
        List<Child> living =
                LIVE.stream().filter(child -> child.poll().isEmpty()).toList();
        IllegalStateException unwatched = null;
        for (Child child : living) {
            try {
                child.tree().ownerClosing();
            } catch (IllegalStateException e) {
                // its user may have seen its end and closed it since; else the others are ended first
                if (child.poll().isEmpty()) {
                    unwatched = e;
                }
            }
        }
        Trees.endAll();
        if (unwatched != null) {
            throw unwatched;
        }
    }

    /** The process id. */
    public long pid() {
        return leader.pid();
    }

    /**
     * The pidfd, readable from the moment at which the process has ended (poll, epoll). It belongs to this handle:
     * whoever needs it longer duplicates it.
     *
     * @throws IllegalStateException after {@link #close}
     */
    public int pidfd() {
        refuseClosed();
        return leader.pidfd().number();
    }

    /**
     * Sends a signal to the process alone; nothing if it has ended. By the pidfd, so that it can never reach another
     * process that got the number.
     *
     * @throws IllegalStateException after {@link #close}
     * @throws SecurityException if the kernel refuses (EPERM: it runs as another user, by setuid for example)
     */
    public void signal(Signal signal) {
        refuseClosed();
        int err = leader.signal(Objects.requireNonNull(signal, "signal").number());
        if (err < 0 && err != -Errno.ESRCH) {
            throw new SecurityException("signal " + signal + " to process " + leader.pid() + ": " + Errno.name(-err));
        }
    }

    /**
     * Waits for the end of the process, and reaps it. The same answer to everyone who asks, also later, and after
     * {@link #close}.
     *
     * @throws InterruptedException if interrupted; the process goes on
     */
    public ExitStatus await() throws InterruptedException {
        while (true) {
            if (tree != null) {
                treeOver.await();
                return status(ending.leader());
            }
            Optional<ExitStatus> status = poll();
            if (status.isPresent()) {
                return status.get();
            }
            if (onVirtualThread()) {
                return awaitParked();
            }
            try {
                if (InterruptibleWait.readable(leader.pidfd(), -1) && poll().isEmpty() && tree == null) {
                    LockSupport.parkNanos(this, TRACED_WAIT_NANOS);
                }
            } catch (IOException e) {
                if (!leader.ended()) {
                    throw new IllegalStateException("process " + leader.pid() + " cannot be waited for", e);
                }
            }
        }
    }

    /** Reaps it if it has ended; empty while it lives. Never waits. */
    public Optional<ExitStatus> poll() {
        Optional<Leader.End> end = tree == null ? leader.reap() : leader.end(); // a tree reaps by itself
        if (end.isPresent() && endedNanos == 0) {
            endedNanos = System.nanoTime();
            LIVE.remove(this);
        }
        return end.map(Child::status);
    }

    /**
     * Completes with the status at the end of the process. Dependents run on a thread of the library's that exists only
     * for them. Cancelling it does nothing to the process.
     *
     * @throws IllegalStateException if there are no descriptors left for the reactor
     */
    public CompletableFuture<ExitStatus> exit() {
        lock.lock();
        try {
            if (exit == null) {
                exit = watch();
            }
            return exit.copy();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the process and its group by a ladder, and returns when both are dead. A second call, from any thread, waits
     * for the same end, which it can bring nearer but not put off. Before Linux 6.9 nobody can name the group of a process
     * that was reaped: what is left of it when {@link #await} or {@link #poll} has told the end is then left alone.
     *
     * @return how the process itself ended
     * @throws IllegalStateException after {@link #close}; if there are no descriptors left for the reactor; when
     *     something lives on for five seconds beyond the policy's own waits, and it says who (nothing kills a process in
     *     state D)
     * @throws InterruptedException if interrupted: then all are killed at once, which is not waited for
     */
    public ExitStatus stop(StopPolicy policy) throws InterruptedException {
        refuseClosed();
        Objects.requireNonNull(policy, "policy");
        Tree stopped = tree();
        stopped.stop(ladder(policy), Reason.STOP_ASKED);
        try {
            boolean over = treeOver.await(Tree.patienceNanos(policy.longest().toNanos()), TimeUnit.NANOSECONDS);
            while (!over) {
                refuseSurvivors(stopped);
                over = treeOver.await(Tree.LAST_WAIT_NANOS, TimeUnit.NANOSECONDS); // dead, and nearly told
            }
        } catch (InterruptedException e) {
            stopped.kill();
            throw e;
        }
        return status(ending.leader());
    }

    private static void refuseSurvivors(Tree stopped) {
        List<Survivor> survivors = stopped.survivors();
        if (!survivors.isEmpty()) {
            throw new IllegalStateException(survivors.stream()
                    .map(Survivor::toString)
                    .collect(Collectors.joining("; ", "still alive after SIGKILL: ", "")));
        }
    }

    /** What it has used, once its end is known; empty before. */
    public Optional<Usage> usage() {
        return leader.end().map(end -> usage(end, ending == null ? endedNanos : ending.endedNanos()));
    }

    /**
     * Gives the pidfd back. Sends no signal; a process that still lives is reaped by the reactor when it ends. Again:
     * nothing.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            if (tree != null) {
                if (ending != null) {
                    leader.pidfd().close();
                } // else treeEnded does: until then the tree names its group by it
            } else if (poll().isPresent()) {
                leader.pidfd().close();
            } else if (exit == null) {
                exit = watch();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "Child[pid " + leader.pid()
                + leader.end().map(e -> ", " + status(e)).orElse("") + "]";
    }

    private Tree tree() {
        lock.lock();
        try {
            if (tree == null) {
                Tree made = new Tree(leader, Reactor.get(), ladder(StopPolicy.DEFAULT), false, 0, new Outside() {
                    @Override
                    public void ended(Ending how) {
                        treeEnded(how);
                    }
                });
                made.begin();
                tree = made;
            }
            return tree;
        } catch (IOException e) {
            throw new IllegalStateException("process " + leader.pid() + " cannot be watched", e);
        } finally {
            lock.unlock();
        }
    }

    private void treeEnded(Ending how) {
        ending = how;
        LIVE.remove(this);
        treeOver.countDown();
        CompletableFuture<ExitStatus> waiting;
        lock.lock();
        try {
            waiting = exit;
        } finally {
            lock.unlock();
        }
        if (waiting != null) {
            complete(waiting, status(how.leader()));
        }
        if (closed) {
            leader.pidfd().close();
        }
    }

    /** On a copy of the pidfd: an epoll takes each descriptor once, and the tree wants its own. */
    private CompletableFuture<ExitStatus> watch() {
        CompletableFuture<ExitStatus> future = new CompletableFuture<>();
        Optional<ExitStatus> status = poll();
        if (status.isPresent()) {
            future.complete(status.get());
            return future;
        }
        int copy = NativeFiles.duplicate(leader.pidfd().number());
        if (copy < 0) {
            throw new IllegalStateException("process " + leader.pid() + " cannot be watched: " + Errno.name(-copy));
        }
        Descriptor watched = Descriptor.of(copy);
        try {
            Reactor reactor = Reactor.get();
            reactor.register(watched, NativeEpoll.IN, new ExitWatch(reactor, watched, future));
        } catch (IOException e) {
            watched.close();
            throw new IllegalStateException("process " + leader.pid() + " cannot be watched", e);
        }
        return future;
    }

    private final class ExitWatch implements Handler {
        private final Reactor reactor;
        private final Descriptor watched;
        private final CompletableFuture<ExitStatus> future;

        ExitWatch(Reactor reactor, Descriptor watched, CompletableFuture<ExitStatus> future) {
            this.reactor = reactor;
            this.watched = watched;
            this.future = future;
        }

        @Override
        public void ready(Registration at, int events) {
            at.close();
            watched.close();
            ended(reactor, future);
        }

        /** The reactor was shut down around a start: nobody would ever complete the future, or reap a closed child. */
        @Override
        public void lost() {
            watched.close();
            if (tree == null) {
                leader.killAndReap();
                complete(future, poll().orElseGet(() -> new ExitStatus.Unknown("the library was shut down")));
                if (closed) {
                    leader.pidfd().close();
                }
            }
        }
    }

    private void ended(Reactor reactor, CompletableFuture<ExitStatus> future) {
        lock.lock();
        try {
            if (tree != null) {
                return; // it reaps, when it has signalled the group that the zombie holds; treeEnded completes
            }
        } finally {
            lock.unlock();
        }
        Optional<ExitStatus> status = poll();
        if (status.isEmpty()) {
            reactor.schedule(System.nanoTime() + TRACED_WAIT_NANOS, () -> ended(reactor, future));
            return;
        }
        if (closed) {
            leader.pidfd().close();
        }
        complete(future, status.get());
    }

    /** Never on the reactor: what depends on the future is the user's. */
    private static void complete(CompletableFuture<ExitStatus> future, ExitStatus status) {
        new DaemonThread("muontrap-exit", ClassLoader.getSystemClassLoader(), () -> future.complete(status)).start();
    }

    private ExitStatus awaitParked() throws InterruptedException {
        try {
            return exit().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("process " + leader.pid() + " cannot be waited for", e.getCause());
        }
    }

    private void refuseClosed() {
        if (closed) {
            throw new IllegalStateException("the handle of process " + leader.pid() + " is closed");
        }
    }

    static Ladder ladder(StopPolicy policy) {
        List<Rung> rungs = policy.rungs().stream()
                .map(r -> new Rung(
                        r.signal().number(), Rung.Scope.valueOf(r.scope().name()), r.graceNanos()))
                .toList();
        return new Ladder(rungs, policy.rest().number());
    }

    private static ExitStatus status(Leader.End end) {
        if (end.unknown() != null) {
            return new ExitStatus.Unknown(end.unknown());
        }
        return end.exited()
                ? new ExitStatus.Exited(end.code())
                : new ExitStatus.Signaled(Signal.of(end.code()), end.dumped());
    }

    /** The kernel lets a vfork child begin with our own peak (exec_mmap); only what is above it is the child's. */
    private Usage usage(Leader.End end, long ended) {
        boolean own = end.peakKib() > leader.ownerPeakKib();
        return new Usage(
                Duration.ofNanos(ended - leader.startedNanos()),
                Duration.ofNanos(end.userMicros() * 1000),
                Duration.ofNanos(end.systemMicros() * 1000),
                own ? OptionalLong.of(end.peakKib() * 1024) : OptionalLong.empty(),
                end.peakKib() * 1024,
                ending == null ? List.of() : ending.killedWith());
    }

    private static boolean onVirtualThread() {
        return HAS_VIRTUAL_THREADS && VirtualThreads.current();
    }
}
