package io.muontrap;

import io.muontrap.cgroup.Cgroup;
import io.muontrap.cgroup.CgroupStats;
import io.muontrap.internal.cgroup.CgroupWords;
import io.muontrap.internal.cgroup.Leaf;
import io.muontrap.internal.cgroup.LeafEnd;
import io.muontrap.internal.cgroup.Removal;
import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.lifecycle.Reason;
import io.muontrap.internal.lifecycle.Rung;
import io.muontrap.internal.proc.ProcFiles;
import io.muontrap.internal.proc.Survivor;
import io.muontrap.internal.reactor.Reactor;
import io.muontrap.internal.reactor.Timer;
import io.muontrap.internal.tree.Ending;
import io.muontrap.internal.tree.Leader;
import io.muontrap.internal.tree.Led;
import io.muontrap.internal.tree.Outside;
import io.muontrap.internal.tree.Tree;
import io.muontrap.spawn.Child;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Signal;
import io.muontrap.spawn.StopPolicy;
import io.muontrap.spawn.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A running program with everything that it starts: a {@link Process} whose end is the end of the tree.
 *
 * <p>There is one moment: {@link #waitFor()}, {@link #onExit()}, {@link #result()}, {@link #isAlive()} and
 * {@link #exitValue()} change together, when the leader is reaped, the rest of its tree is dead (unless
 * {@link AfterExit#LEAVE} was asked for), and every output with a handler has been served or its drain deadline has
 * passed. A pipe that the user reads is no handler: what is in it stays readable. {@link #leaderAlive()} and
 * {@link #toHandle()} speak of the leader alone.
 *
 * <p>Leaving a try block ends the tree. A handle that is dropped is <em>not</em> ended by the garbage collector; its
 * owner is then the JVM, with which the leader dies. All methods may be called from any thread.
 */
public final class ContainedProcess extends Process implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger("io.muontrap");

    private final CommandSpec command;
    private final Streams streams;
    private final Moment moment = new Moment();
    private final Optional<Leaf> leaf;
    private final Optional<Cgroup> cgroup;
    private volatile Child child;
    private volatile Leader leader;
    private volatile Tree tree;
    private volatile ProcessHandle handle;
    private volatile Timer timeout;
    private volatile IdleWatch idle;
    private volatile CpuWatch cpu;
    private volatile Optional<CgroupStats> used = Optional.empty();

    /** @param leaf the program's cgroup, which ends with its tree */
    ContainedProcess(CommandSpec command, Optional<Leaf> leaf) {
        this.command = command;
        this.leaf = leaf;
        this.cgroup = leaf.map(mine -> (Cgroup) CgroupWords.live(mine));
        this.streams = new Streams(command, this::outputMoved, this::handlerFailed, this::overLimit);
    }

    Streams streams() {
        return streams;
    }

    /** The child runs; if it cannot be watched after all, it is killed and nothing of it is left. */
    void begin(Child started, Reactor reactor) throws IOException {
        child = started;
        leader = Led.leader(started);
        boolean leave = command.afterExit() == AfterExit.LEAVE;
        try {
            tree = new Tree(
                    leader,
                    leaf,
                    reactor,
                    Led.ladder(command.stopPolicy()),
                    leave,
                    nanos(command.drain()),
                    new Parts(reactor));
            streams.begin();
            tree.begin();
            if (command.timeout() != null) {
                timeout = reactor.schedule(leader.startedNanos() + nanos(command.timeout()), tree::timeOver);
                if (tree.over()) {
                    timeout.cancel(); // it ended before there was anything to cancel
                }
            }
            if (command.bounds().idle() != null) {
                IdleWatch watch = new IdleWatch(reactor, nanos(command.bounds().idle()), () -> tree.stop(Reason.IDLE));
                idle = watch;
                watch.begin();
                if (tree.over()) {
                    watch.end();
                }
            }
            if (command.bounds().cpu() != null) {
                cpu = new CpuWatch(
                        reactor, nanos(command.bounds().cpu()), this::processorTime, () -> tree.stop(Reason.LIMIT));
                reactor.execute(cpu::look);
                if (tree.over()) {
                    cpu.end();
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            end(child, e);
            throw e;
        }
    }

    /** SIGKILL to a child whose start fails after all, and to its group; its leaf is ended by who made it. */
    static void end(Child child, Throwable first) {
        try {
            Led.leader(child).signalGroupByNumber(Signal.KILL.number());
            child.signal(Signal.KILL);
            child.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the reactor reaps it
        } catch (RuntimeException e) {
            first.addSuppressed(e);
        }
        child.close();
    }

    /** What belongs to the tree beside its processes. */
    private final class Parts implements Outside {
        private final Reactor reactor;

        Parts(Reactor reactor) {
            this.reactor = reactor;
        }

        @Override
        public void removeLeaf(Runnable gone) {
            if (leaf.isEmpty()) {
                gone.run();
                return;
            }
            try {
                used = Optional.of(cgroup.orElseThrow().stats());
            } catch (IOException | RuntimeException e) {
                LOG.log(System.Logger.Level.DEBUG, "what it has used cannot be read: " + leaf.get(), e);
            }
            new Removal(leaf.get(), reactor, gone).attempt();
        }

        @Override
        public void closeStdin() {
            streams.closeStdin();
        }

        @Override
        public void drain(Runnable drained) {
            if (!tree.restLeft()) { // else what lives on may still write
                streams.endPipes();
            }
            streams.drain(drained);
        }

        @Override
        public void cutOutput() {
            streams.cutOutput();
        }

        @Override
        public void ended(Ending ending) {
            if (timeout != null) {
                timeout.cancel();
            }
            if (idle != null) {
                idle.end();
            }
            if (cpu != null) {
                cpu.end();
            }
            leaf.filter(mine -> !mine.isClosed()).ifPresent(ContainedProcess::endUnwatched);
            Result result;
            try {
                result = result(ending);
            } catch (RuntimeException | Error e) { // most likely no memory for what was captured
                child.close();
                moment.fail(e);
                return;
            }
            child.close();
            moment.reach(result);
        }
    }

    /** The reactor is gone, and with it whoever would have ended and removed the leaf. */
    private static void endUnwatched(Leaf leaf) {
        try (leaf) {
            LeafEnd.now(leaf);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "left for a sweep: " + leaf, e);
        }
    }

    private Result result(Ending ending) {
        ExitStatus status = child.poll().orElseGet(() -> new ExitStatus.Unknown("the leader was not reaped"));
        Usage own = child.usage().orElseThrow();
        Usage usage = new Usage(
                Duration.ofNanos(ending.endedNanos() - leader.startedNanos()),
                own.user(),
                own.system(),
                own.peakMemory(),
                own.peakMemoryAtMost(),
                ending.killedWith());
        return new Result(
                command,
                status,
                Cause.valueOf(ending.reason().name()),
                usage,
                streams.capturedStdout(),
                streams.capturedStderr(),
                !ending.drainCut(),
                containment(),
                used,
                streams.dropped(),
                streams.handlerFailure(),
                streams.inputFailure());
    }

    private Optional<Duration> processorTime() {
        if (cgroup.isPresent()) {
            try {
                Optional<Duration> all = cgroup.get().stats().cpu();
                if (all.isPresent()) {
                    return all;
                }
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "what it has used cannot be read: " + leaf, e);
            }
        }
        return leader.whileUnreaped(() -> ProcFiles.processorTime(leader.pid())).flatMap(time -> time);
    }

    private void overLimit() {
        tree.stop(Reason.LIMIT); // there since before the streams began
    }

    private void outputMoved() {
        IdleWatch watch = idle;
        if (watch != null) {
            watch.moved();
        }
        Tree t = tree;
        if (t != null) {
            t.drainProgress();
        }
    }

    private void handlerFailed(Throwable thrown) {
        Tree t = tree;
        if (t != null) {
            t.stop(Reason.STOP_ASKED);
        }
    }

    // ---- the end, and waiting for it

    /**
     * Completes at the one moment. What depends on it runs on a thread of the library's that exists only for that, never
     * on one that others wait for. Cancelling it ends nothing.
     */
    public CompletableFuture<Result> result() {
        return moment.future(result -> result);
    }

    /**
     * Ends the tree by its stop policy and waits for the one moment. Output that something outside the tree holds open is
     * drained for four seconds at most then, or as long as {@link Command#drain} said. From a consumer of this tree's
     * output it waits for itself until then: {@link #destroy()} does not.
     *
     * @throws SurvivorsException when something lives on for five seconds beyond the policy's own waits
     * @throws InterruptedException if interrupted; the tree is sent SIGKILL then, which is not waited for
     */
    public Result stop() throws InterruptedException {
        tree.stop(Reason.STOP_ASKED);
        return awaitStopped(command.stopPolicy());
    }

    /**
     * Ends the tree by another policy. Where one is under way already, this can only bring its end nearer.
     *
     * @throws SurvivorsException as {@link #stop()}
     * @throws InterruptedException as {@link #stop()}
     */
    public Result stop(StopPolicy policy) throws InterruptedException {
        tree.stop(Led.ladder(Objects.requireNonNull(policy, "policy")), Reason.STOP_ASKED);
        return awaitStopped(policy);
    }

    private Result awaitStopped(StopPolicy policy) throws InterruptedException {
        try {
            Result result = moment.await(bound(policy), TimeUnit.NANOSECONDS);
            while (result == null) {
                refuseSurvivors();
                result = moment.await(
                        Tree.LAST_WAIT_NANOS, TimeUnit.NANOSECONDS); // dead, and its outputs are being drained
            }
            return result;
        } catch (InterruptedException e) {
            tree.kill();
            throw e;
        }
    }

    private static long bound(StopPolicy policy) {
        return Tree.patienceNanos(policy.longest().toNanos());
    }

    private void refuseSurvivors() {
        List<Survivor> survivors = tree.survivors();
        if (!survivors.isEmpty()) {
            throw new SurvivorsException(survivors.stream()
                    .map(s -> new SurvivorsException.Survivor(s.pid(), s.state(), s.wchan(), s.name()))
                    .toList());
        }
    }

    Result awaitResult() throws InterruptedException {
        return moment.await();
    }

    /** For {@code run()}, which promises that the tree is dead when it throws; bounded, as nothing kills a hung one. */
    void killAndWait() {
        tree.kill();
        awaitUninterrupted(Tree.LAST_WAIT_NANOS);
    }

    /**
     * Ends the tree: our end of its stdin is closed, and without a wait the stop policy runs; returns when all is dead and
     * drained, as {@link #stop()}. Idempotent, from any thread. If the calling thread is interrupted, the rest of the grace is skipped and the interrupt kept.
     *
     * <p>This is not the {@code close()} that {@code Process} has from JDK 26 on, which waits for the program's own end.
     *
     * @throws SurvivorsException when something lives on for five seconds beyond the policy's own waits
     */
    @Override
    public void close() {
        if (moment.reached()) {
            return;
        }
        tree.close();
        boolean reached = awaitUninterrupted(bound(command.stopPolicy()));
        while (!reached) {
            refuseSurvivors();
            reached = awaitUninterrupted(Tree.LAST_WAIT_NANOS); // dead, and its outputs are being drained
        }
    }

    private boolean awaitUninterrupted(long nanos) {
        boolean interrupted = false;
        long until = System.nanoTime() + nanos;
        try {
            while (true) {
                try {
                    return moment.await(until - System.nanoTime(), TimeUnit.NANOSECONDS) != null;
                } catch (InterruptedException e) {
                    interrupted = true;
                    tree.kill();
                    until = Math.min(until - System.nanoTime(), Tree.LAST_WAIT_NANOS) + System.nanoTime();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public int waitFor() throws InterruptedException {
        return moment.await().status().exitValue();
    }

    @Override
    public boolean waitFor(long time, TimeUnit unit) throws InterruptedException {
        return moment.await(time, unit) != null;
    }

    /** Completes with this at the one moment. */
    @Override
    public CompletableFuture<Process> onExit() {
        return moment.future(result -> this);
    }

    @Override
    public boolean isAlive() {
        return !moment.reached();
    }

    /** The program's code, 128 + n if it died of signal n, −1 if its end is not known. */
    @Override
    public int exitValue() {
        Result result = moment.result();
        if (result == null) {
            throw new IllegalThreadStateException("process " + pid() + " has not ended");
        }
        return result.status().exitValue();
    }

    /** Begins to end the tree by its stop policy and returns at once. */
    @Override
    public void destroy() {
        tree.stop(Reason.STOP_ASKED);
    }

    /** Sends SIGKILL to the tree, and returns at once. */
    @Override
    public Process destroyForcibly() {
        tree.kill();
        return this;
    }

    /** True: {@link #destroy()} lets the program end by itself first. */
    @Override
    public boolean supportsNormalTermination() {
        return true;
    }

    // ---- signals

    /**
     * Sends a signal to the leader alone; nothing if it has ended.
     *
     * @throws SecurityException if the kernel refuses (EPERM: it runs as another user, by setuid for example)
     */
    public void signal(Signal signal) {
        int err = leader.signal(Objects.requireNonNull(signal, "signal").number());
        if (err < 0 && err != -Errno.ESRCH) {
            throw new SecurityException("signal " + signal + " to process " + pid() + ": " + Errno.name(-err));
        }
    }

    /** Sends a signal to the whole tree, and SIGCONT behind one that a stopped process would not see. */
    public void signalTree(Signal signal) {
        tree.signalTree(Objects.requireNonNull(signal, "signal").number());
    }

    // ---- what it is

    /** The leader's process id. */
    @Override
    public long pid() {
        return leader.pid();
    }

    /** Whether the leader itself lives; the tree may outlive it for the grace of the stop policy. */
    public boolean leaderAlive() {
        return !leader.ended();
    }

    /** What holds the tree together. */
    public Set<Containment> containment() {
        Set<Containment> all = EnumSet.noneOf(Containment.class);
        if (!command.foreground()) {
            all.add(Containment.SESSION);
        }
        if (leaf.isPresent()) {
            all.add(Containment.CGROUP);
        }
        return all;
    }

    /** The tree's control group, where it has one. */
    public Optional<Cgroup> cgroup() {
        return cgroup;
    }

    /** The leader as the JDK sees it. */
    @Override
    public ProcessHandle toHandle() {
        if (handle == null) {
            // while the leader is not reaped, the number is its own
            handle = leader.whileUnreaped(() -> ProcessHandle.of(pid()))
                    .flatMap(h -> h)
                    .orElseGet(() -> new LeaderHandle(pid()));
        }
        return handle;
    }

    @Override
    public ProcessHandle.Info info() {
        return toHandle().info();
    }

    @Override
    public Stream<ProcessHandle> children() {
        return toHandle().children();
    }

    @Override
    public Stream<ProcessHandle> descendants() {
        return toHandle().descendants();
    }

    @Override
    public OutputStream getOutputStream() {
        return streams.stdin();
    }

    @Override
    public InputStream getInputStream() {
        return streams.stdout();
    }

    @Override
    public InputStream getErrorStream() {
        return streams.stderr();
    }

    @Override
    public String toString() {
        return "ContainedProcess[pid=" + pid() + ", "
                + (moment.reached() ? child.poll().map(ExitStatus::describe).orElse("ended") : "running") + "]";
    }

    /** Cut so that a moment of System.nanoTime() plus this can be told from the past. */
    private static long nanos(Duration duration) {
        Duration most = Duration.ofNanos(Rung.LONGEST);
        return duration.compareTo(most) > 0 ? Rung.LONGEST : duration.toNanos();
    }
}
