package io.muontrap.internal.lifecycle;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A host in miniature: processes that obey or ignore signals, pipes that end or are held, users who change their minds,
 * and a driver that does what it is told. It checks what no order of events may break, and that every life ends.
 */
final class World {

    private static final int MOST_STEPS = 10_000;
    private static final long NEVER = Long.MAX_VALUE / 2;
    private static final long MS = 1_000_000;

    private record Happening(long at, long sequence, Runnable what) {}

    private static final class Process {
        boolean leader;
        boolean dead;
        long diesAfterSignal;
    }

    private record Told(double millis, Object cause, List<Action> actions, Phase phase) {}

    private record Wish(long at, Ladder ladder) {}

    private final SplittableRandom random;
    private final long clock;
    private final Ladder own;
    private final boolean leave;
    private final Lifecycle tree;
    private final PriorityQueue<Happening> future =
            new PriorityQueue<>(Comparator.comparingLong(Happening::at).thenComparingLong(Happening::sequence));
    private final List<Process> processes = new ArrayList<>();
    private final List<Wish> wishes = new ArrayList<>();
    private final List<Told> trace = new ArrayList<>();

    private long t;
    private long sequence;
    private long timer = -1;
    private int steps;
    private boolean stdinClosed;
    private long spawnedAt = -1;
    private boolean leaderReaped;
    private boolean leftAlone;
    private boolean restWatched;
    private boolean outputsEnd;
    private long outputsServedAfter;
    private boolean outputsClosed;
    private boolean leafRemoved;
    private boolean complete;

    private World(Table table, long seed) {
        random = new SplittableRandom(seed);
        clock = random.nextInt(4) == 0 ? Long.MAX_VALUE - random.nextLong(5_000 * MS) : random.nextLong();
        own = ladder();
        leave = random.nextInt(5) == 0;
        tree = new Lifecycle(table, own, leave, random.nextInt(3) == 0 ? 0 : random.nextLong(2_000 * MS));
        outputsEnd = random.nextInt(4) != 0;
        outputsServedAfter = random.nextLong(50 * MS);
    }

    /** Lives one life to its end. */
    static void live(Table table, long seed) {
        World world = new World(table, seed);
        try {
            world.live();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(e + "\nseed " + seed + ", " + world.own + "\n" + world.latest(), e);
        }
    }

    private List<Told> latest() {
        return trace.subList(Math.max(0, trace.size() - 50), trace.size());
    }

    private void live() {
        boolean starts = random.nextInt(10) != 0;
        in(random.nextLong(20 * MS), () -> spawnEnds(starts));
        for (int i = random.nextInt(4); i > 0; i--) in(random.nextLong(3_000 * MS), this::wish);
        // Without it a program that never ends and that nobody stops would live on by right.
        in(10_000 * MS, () -> post(random.nextBoolean() ? Event.CLOSE : Event.OWNER_CLOSING, null));
        in(20_000 * MS, () -> post(Event.KILL, null));
        while (!future.isEmpty()) {
            Happening next = future.poll();
            t = next.at();
            next.what().run();
            check(tree.tick(clock + t - 1).isEmpty(), "never early");
            wake();
        }
        check(tree.phase() == Phase.CLOSED && complete, "every life ends");
        check(!tree.hasDeadline(), "and wants nothing more");
    }

    /** A timer for each deadline; the ones that were overtaken go off all the same, and must do no harm. */
    private void wake() {
        if (!tree.hasDeadline() || tree.deadline() - clock == timer) return;
        timer = tree.deadline() - clock;
        long due = timer;
        if (due >= NEVER / 2) return;
        in(Math.max(0, due - t), () -> {
            if (timer == due) timer = -1; // gone off: a rung without a wait has the same deadline again
            execute("tick", tree.tick(clock + t));
        });
    }

    private void spawnEnds(boolean well) {
        if (!well) {
            post(Event.SPAWN_FAILED, null);
            return;
        }
        spawnedAt = t;
        for (int i = random.nextInt(4); i >= 0; i--) {
            Process process = new Process();
            process.leader = i == 0;
            process.diesAfterSignal = random.nextInt(3) == 0 ? NEVER : random.nextLong(800 * MS);
            processes.add(process);
            if (random.nextInt(3) == 0) in(random.nextLong(2_000 * MS), () -> die(process));
        }
        if (random.nextInt(5) == 0) in(random.nextLong(2_000 * MS), () -> post(Event.TIME_OVER, null));
        post(Event.SPAWNED, null);
    }

    private void wish() {
        switch (random.nextInt(6)) {
            case 0 -> post(Event.STOP, null);
            case 1 -> post(Event.CLOSE, null);
            case 2 -> post(Event.KILL, null);
            case 3 -> post(Event.OWNER_CLOSING, null);
            default -> post(Event.STOP, ladder());
        }
    }

    private void post(Event event, Ladder by) {
        switch (event) {
            case STOP, CLOSE, OWNER_CLOSING, TIME_OVER -> wishes.add(new Wish(t, by == null ? own : by));
            case KILL -> wishes.add(new Wish(t, Ladder.kill()));
            case LEADER_EXIT -> {
                if (wishes.isEmpty()) wishes.add(new Wish(t, own));
            }
            default -> {}
        }
        long now = clock + t;
        execute(event, by == null ? tree.on(event, null, now) : tree.stop(by, null, now));
    }

    private void execute(Object cause, List<Action> actions) {
        trace.add(new Told(t / 1e6, cause, actions, tree.phase()));
        check(++steps < MOST_STEPS, "a life without end");
        for (Action action : actions) {
            check(!complete, "nothing after the one moment");
            execute(action);
        }
    }

    private void execute(Action action) {
        switch (action) {
            case SIGNAL_RUNG -> {
                if (tree.rung().scope() == Rung.Scope.LEADER) {
                    check(!leaderReaped, "the leader's number may be another's");
                    signal(leader());
                } else processes.forEach(this::signal);
                if (leaderReaped) watchRest();
            }
            case KILL_TREE -> kill();
            case REAP, REAP_AND_SIGNAL_REST, REAP_AND_KILL_REST -> {
                check(leader().dead, "only a zombie can be reaped");
                check(!leaderReaped, "reaped once");
                leaderReaped = true;
                if (action == Action.REAP) {
                    check(leave, "left alone only on purpose");
                    leftAlone = true;
                } else if (action == Action.REAP_AND_KILL_REST) kill();
                else {
                    processes.forEach(this::signal);
                    watchRest();
                }
            }
            case CLOSE_STDIN -> check(!stdinClosed, "stdin was closed with the drain");
            case DRAIN -> {
                check(!alive() || leftAlone, "outputs end after the tree");
                stdinClosed = true;
                if (outputsEnd) soon(outputsServedAfter, this::drained);
                else if (random.nextBoolean()) chatter();
            }
            case CUT_OUTPUT -> {
                stdinClosed = true;
                outputsClosed = true;
            }
            case REMOVE_LEAF -> {
                check(outputsClosed, "outputs end before the leaf is removed");
                soon(random.nextLong(30 * MS), () -> {
                    leafRemoved = true;
                    post(Event.LEAF_GONE, null);
                });
            }
            case COMPLETE -> {
                check(leafRemoved, "leaf removed at the one moment");
                check(!alive() || leftAlone, "tree dead at the one moment");
                check(processes.isEmpty() || leaderReaped, "leader reaped at the one moment");
                complete = true;
            }
        }
    }

    /** The claim of the whole ladder: nothing is killed before a grace that somebody granted is over. */
    private void kill() {
        long earliest = NEVER;
        for (Wish wish : wishes) {
            long from = Math.max(wish.at(), spawnedAt);
            long grace = leaderReaped && wish.ladder().killsRest()
                    ? 0
                    : wish.ladder().grace();
            earliest = Math.min(earliest, from + Math.min(grace, NEVER - from));
        }
        check(t >= earliest, "SIGKILL before any grace was over");
        for (Process process : processes) {
            long rest = random.nextInt(8) == 0 ? random.nextLong(3_000 * MS) : random.nextLong(MS); // state D
            in(rest, () -> die(process));
        }
        watchRest();
    }

    private void signal(Process process) {
        if (process.diesAfterSignal < NEVER) in(process.diesAfterSignal, () -> die(process));
    }

    private void die(Process process) {
        if (process.dead || leftAlone) return;
        process.dead = true;
        if (process.leader) soon(random.nextLong(MS), () -> post(Event.LEADER_EXIT, null));
        else if (restWatched) sayIfEmpty();
        else if (random.nextInt(4) == 0 && restDead()) post(Event.TREE_EMPTY, null); // a census taken for other reasons
    }

    private void watchRest() {
        restWatched = true;
        sayIfEmpty();
    }

    private void sayIfEmpty() {
        if (restDead()) soon(random.nextLong(MS), () -> post(Event.TREE_EMPTY, null));
    }

    private void drained() {
        outputsClosed = true;
        post(Event.DRAINED, null);
    }

    /** Somebody who got away holds the pipe and writes into it for ever. */
    private void chatter() {
        if (outputsClosed) return;
        check(++steps < MOST_STEPS, "a life without end");
        tree.drainProgress(clock + t);
        in(10 * MS + random.nextLong(100 * MS), this::chatter);
    }

    private static void check(boolean holds, String what) {
        if (!holds) throw new AssertionError(what);
    }

    private boolean alive() {
        for (Process process : processes) if (!process.dead) return true;
        return false;
    }

    private boolean restDead() {
        for (Process process : processes) if (!process.leader && !process.dead) return false;
        return true;
    }

    private Process leader() {
        return processes.get(processes.size() - 1);
    }

    private Ladder ladder() {
        List<Rung> rungs = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            Rung.Scope scope = random.nextBoolean() ? Rung.Scope.LEADER : Rung.Scope.TREE;
            long wait = random.nextInt(4) == 0 ? random.nextLong(3) : random.nextLong(1_000 * MS);
            rungs.add(new Rung(15, scope, random.nextInt(20) == 0 ? Long.MAX_VALUE : wait));
        }
        return new Ladder(rungs, random.nextInt(3) == 0 ? 9 : 15);
    }

    /** An answer: at once, from within the action, or later. */
    private void soon(long delay, Runnable what) {
        if (random.nextBoolean()) what.run();
        else in(delay, what);
    }

    private void in(long delay, Runnable what) {
        future.add(new Happening(t + delay, sequence++, what));
    }
}
