package io.muontrap.internal.tree;

import io.muontrap.internal.cgroup.Leaf;
import io.muontrap.internal.jni.NativeEpoll;
import io.muontrap.internal.lifecycle.Action;
import io.muontrap.internal.lifecycle.Event;
import io.muontrap.internal.lifecycle.Ladder;
import io.muontrap.internal.lifecycle.Lifecycle;
import io.muontrap.internal.lifecycle.Phase;
import io.muontrap.internal.lifecycle.Reason;
import io.muontrap.internal.lifecycle.Rung;
import io.muontrap.internal.lifecycle.Table;
import io.muontrap.internal.proc.ProcFiles;
import io.muontrap.internal.proc.Survivor;
import io.muontrap.internal.reactor.Handler;
import io.muontrap.internal.reactor.Reactor;
import io.muontrap.internal.reactor.Registration;
import io.muontrap.internal.reactor.Timer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * Drives one tree: brings events to its {@link Lifecycle} and does what that answers. It decides nothing.
 *
 * <p>Everything happens on the reactor's thread; the public methods may be called from any.
 */
public final class Tree {

    /** How long a stop waits beyond its own graces before it gives up: nothing kills what hangs in the kernel. */
    public static final long LAST_WAIT_NANOS = 5_000_000_000L;

    private static final System.Logger LOG = System.getLogger("io.muontrap");

    private final Leader leader;
    private final long graceNanos;
    private final Reactor reactor;
    private final Outside outside;
    private final Lifecycle life;
    private final Reach reach;
    private volatile boolean over;

    private Timer timer;
    private long timerDeadline;
    private long endedNanos;
    private boolean restLeft;

    /**
     * @param leave whether the rest lives on when the leader ends by itself
     * @param drainNanos how long outputs may be silent after the tree's end
     */
    public Tree(Leader leader, Reactor reactor, Ladder ladder, boolean leave, long drainNanos, Outside outside) {
        this(leader, Optional.empty(), reactor, ladder, leave, drainNanos, outside);
    }

    /** With a leaf that its leader was born in, or has joined. */
    public Tree(
            Leader leader,
            Optional<Leaf> leaf,
            Reactor reactor,
            Ladder ladder,
            boolean leave,
            long drainNanos,
            Outside outside) {
        this.leader = leader;
        this.graceNanos = Math.min(
                Rung.LONGEST, ladder.rungs().stream().mapToLong(Rung::waitNanos).reduce(0, Tree::sum));
        this.reactor = reactor;
        this.outside = outside;
        this.life = new Lifecycle(Table.STANDARD, ladder, leave, drainNanos);
        Runnable empty = () -> post(Event.TREE_EMPTY, null, System.nanoTime());
        this.reach = leaf.isPresent()
                ? new CgroupReach(leader, leaf.get(), reactor, empty)
                : new SessionReach(leader, reactor, empty);
        life.on(Event.SPAWNED, null, System.nanoTime()); // here, before another thread can ask for anything
    }

    /** From now on it is watched. Once, by the thread that started it. */
    public void begin() throws IOException {
        Trees.add(this);
        try {
            reactor.register(leader.pidfd(), NativeEpoll.IN, new ExitWatch());
        } catch (IOException | RuntimeException | Error e) {
            Trees.remove(this);
            throw e;
        }
    }

    /** How long to wait for a tree whose graces are so long together. */
    public static long patienceNanos(long graceNanos) {
        return Math.min(graceNanos, Long.MAX_VALUE / 2) + LAST_WAIT_NANOS; // half: it is added to a System.nanoTime()
    }

    private static long sum(long a, long b) {
        return a > Rung.LONGEST - b ? Rung.LONGEST : a + b;
    }

    /** From the first signal of its own ladder to SIGKILL, in nanoseconds. */
    long graceNanos() {
        return graceNanos;
    }

    public Leader leader() {
        return leader;
    }

    /** Whether all is over: the one moment has been. */
    public boolean over() {
        return over;
    }

    /** Whether the leader has ended by itself and the rest was left to live on. On the reactor's thread. */
    public boolean restLeft() {
        return restLeft;
    }

    /** Ends the tree by its own ladder. */
    public void stop(Reason why) {
        long now = System.nanoTime();
        inLoop(() -> post(Event.STOP, why, now));
    }

    /** Ends the tree by another ladder. */
    public void stop(Ladder ladder, Reason why) {
        long now = System.nanoTime();
        inLoop(() -> {
            lookFirst(now);
            run(life.stop(ladder, why, System.nanoTime()), now);
        });
    }

    /** The allowed time is over. */
    public void timeOver() {
        long now = System.nanoTime();
        inLoop(() -> post(Event.TIME_OVER, null, now));
    }

    /** SIGKILL to all of it. */
    public void kill() {
        long now = System.nanoTime();
        inLoop(() -> post(Event.KILL, null, now));
    }

    /** Our end of stdin first, then its own ladder. */
    public void close() {
        long now = System.nanoTime();
        inLoop(() -> post(Event.CLOSE, null, now));
    }

    /** The owner goes. */
    public void ownerClosing() {
        long now = System.nanoTime();
        inLoop(() -> post(Event.OWNER_CLOSING, null, now));
    }

    /** A signal beside the life cycle, to all of it. */
    public void signalTree(int signal) {
        long now = System.nanoTime();
        inLoop(() -> {
            if (!over && life.phase() != Phase.DRAINING && life.phase() != Phase.CLEANING) {
                reach.look(now);
                reach.signalTree(signal);
            }
        });
    }

    /**
     * Who of it is still alive, for the message about what nothing kills. Waits for the reactor's next turn; not on its
     * thread.
     */
    public List<Survivor> survivors() {
        CompletableFuture<List<Integer>> living = new CompletableFuture<>();
        boolean asked = inLoop(() -> living.complete(reach.living()));
        List<Survivor> survivors = new ArrayList<>();
        if (!leader.ended() || !leader.reapable()) {
            look(leader.pid(), survivors);
        }
        if (asked) {
            living.join().forEach(pid -> look(pid, survivors));
        }
        return survivors;
    }

    private static void look(int pid, List<Survivor> into) {
        try {
            char state = ProcFiles.state(pid);
            if (state != ProcFiles.GONE) {
                into.add(new Survivor(
                        pid, state, ProcFiles.wchan(pid), Names.of(List.of(pid)).get(pid)));
            }
        } catch (IOException e) {
            into.add(new Survivor(pid, '?', "", "unreadable: " + e.getMessage()));
        }
    }

    /** Bytes came out of an output. On the reactor's thread. */
    public void drainProgress() {
        life.drainProgress(System.nanoTime());
        arm();
    }

    private final class ExitWatch implements Handler {
        private static final long FIRST_WAIT = 1_000_000;
        private static final long LONGEST_WAIT = 50_000_000;
        private long wait = FIRST_WAIT;

        @Override
        public void ready(Registration at, int events) {
            at.close();
            endedNanos = System.nanoTime();
            look();
        }

        /** A zombie that is traced is its debugger's first: ours to reap, and its number ours to free, only then. */
        private void look() {
            if (leader.reapable()) {
                post(Event.LEADER_EXIT, reach.reasonOfEnd(), endedNanos);
            } else {
                reactor.schedule(System.nanoTime() + wait, this::look);
                wait = Math.min(2 * wait, LONGEST_WAIT);
            }
        }

        /** The reactor broke, or was shut down around a start: nothing would ever end this tree. */
        @Override
        public void lost() {
            LOG.log(System.Logger.Level.WARNING, "process {0} is killed: nobody watches it any more", leader.pid());
            leader.killAndReap();
            if (!over) {
                complete();
            }
        }
    }

    /** False: it will not be done. The tree is over, or the reactor is, and then {@link ExitWatch#lost} ends the tree. */
    private boolean inLoop(Runnable action) {
        if (over) {
            return false;
        }
        if (reactor.onReactor()) {
            action.run();
            return true;
        }
        try {
            reactor.execute(action);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /**
     * @param asked when it happened: a walk of /proc must be younger. The life cycle counts from now instead: a grace
     *     begins with its signal, not with the wish for it
     */
    private void post(Event event, Reason why, long asked) {
        if (event == Event.STOP || event == Event.TIME_OVER || event == Event.CLOSE || event == Event.OWNER_CLOSING) {
            lookFirst(asked);
        }
        run(life.on(event, why, System.nanoTime()), asked);
    }

    /** Before the first signal: afterwards those who are known by their parent have another one. */
    private void lookFirst(long now) {
        if (life.phase() == Phase.RUNNING) {
            reach.look(now);
        }
    }

    private void tick() {
        timer = null;
        // the deadline, not now: a thousand trees that are due together share one walk of /proc
        run(life.tick(System.nanoTime()), timerDeadline);
    }

    private void run(List<Action> actions, long since) {
        arm(); // before the actions: one of them may answer at once, and then the answer's deadline counts
        actions.forEach(action -> run(action, since));
    }

    private void run(Action action, long since) {
        switch (action) {
            case SIGNAL_RUNG -> signal(life.rung(), since);
            case KILL_TREE -> reach.kill(since);
            case REAP -> {
                leader.reap();
                restLeft = true;
            }
            case REAP_AND_SIGNAL_REST -> reach.reapAndSignalRest(life.restSignal());
            case REAP_AND_KILL_REST -> reach.reapAndKillRest();
            case CLOSE_STDIN -> outside.closeStdin();
            case DRAIN -> {
                outside.closeStdin();
                outside.drain(() -> inLoop(() -> post(Event.DRAINED, null, System.nanoTime())));
            }
            case CUT_OUTPUT -> outside.cutOutput();
            case REMOVE_LEAF -> outside.removeLeaf(() -> inLoop(() -> post(Event.LEAF_GONE, null, System.nanoTime())));
            case COMPLETE -> complete();
        }
    }

    private void signal(Rung rung, long since) {
        if (rung.scope() == Rung.Scope.TREE) {
            reach.look(since); // who was forked since the last rung
            reach.stopTree(rung.signal());
        } else {
            reach.signalLeader(rung.signal());
        }
    }

    /** One timer at a time, moved only when the deadline is an earlier one. */
    private void arm() {
        if (!life.hasDeadline()) {
            if (timer != null) {
                timer.cancel();
                timer = null;
            }
            return;
        }
        long deadline = life.deadline();
        if (timer != null && timerDeadline == deadline) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        timerDeadline = deadline;
        timer = reactor.schedule(deadline, this::tick);
    }

    private void complete() {
        over = true;
        List<String> killedWith = new ArrayList<>(reach.killedWith());
        reach.close();
        Trees.remove(this);
        Leader.End end =
                leader.end().orElseGet(() -> Leader.End.unknown("it was said to have ended, and was not reaped"));
        Reason why = life.reason() == null ? Reason.OWNER : life.reason();
        outside.ended(new Ending(end, endedNanos, why, killedWith, life.drainCut()));
    }
}
