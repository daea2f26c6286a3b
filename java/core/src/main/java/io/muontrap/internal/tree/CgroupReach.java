package io.muontrap.internal.tree;

import io.muontrap.internal.cgroup.Backoff;
import io.muontrap.internal.cgroup.CgroupException;
import io.muontrap.internal.cgroup.Killing;
import io.muontrap.internal.cgroup.Leaf;
import io.muontrap.internal.cgroup.Populated;
import io.muontrap.internal.lifecycle.Reason;
import io.muontrap.internal.reactor.Reactor;
import io.muontrap.internal.reactor.Timer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reaches a tree by its leaf: whoever is in it belongs to it, by whatever session, parent or user, and it is empty when
 * the kernel says so. Who was moved out of it, which only root can do, may still be in the leader's session: what is left
 * of that is the other reach's, after the leaf is empty.
 */
final class CgroupReach implements Reach {

    private static final System.Logger LOG = System.getLogger("io.muontrap");
    private static final int SIGKILL = 9;
    private static final int SIGCONT = 18;
    private static final long SOON = 1_000_000;
    private static final long FIRST_WAIT = 1_000_000;
    private static final long LONGEST_WAIT = 20_000_000;
    private static final long PATIENT_WAIT = 500_000_000;

    /** Waits this long at the usual pace; then it is something that cannot die. */
    private static final long LIVELY_NANOS = 2_000_000_000;

    /** So many are named by their command lines; to ask for a thousand would take longer than to end them. */
    private static final int LONG_NAMES = 64;

    private final Leader leader;
    private final Leaf leaf;
    private final SessionReach session;
    private final Reactor reactor;
    private final Killing killing;
    private final Populated populated;
    private final Map<Integer, String> ended = new LinkedHashMap<>();
    /** Who was in the leaf right before it was killed, and so is dead when it is empty. */
    private final Set<Integer> doomed = new HashSet<>();

    private boolean leaderReaped;
    private boolean kill;
    private boolean over;
    private boolean leafEmpty;
    private int restSignal = SIGKILL;
    private Backoff backoff = pace();
    private Timer next;

    CgroupReach(Leader leader, Leaf leaf, Reactor reactor, Runnable empty) {
        this.leader = leader;
        this.leaf = leaf;
        this.reactor = reactor;
        this.session = new SessionReach(leader, reactor, empty);
        this.killing = new Killing(leaf);
        this.populated = new Populated(leaf, reactor, this::changed);
    }

    private static Backoff pace() {
        return new Backoff(FIRST_WAIT, LONGEST_WAIT, LIVELY_NANOS);
    }

    /** Nothing: whoever is forked is in the leaf too. */
    @Override
    public void look(long sinceNanos) {}

    @Override
    public void signalLeader(int signal) {
        session.signalLeader(signal);
        if (session.wakes(signal)) {
            thaw();
        }
    }

    @Override
    public void stopTree(int signal) {
        if (leafEmpty) {
            session.stopTree(signal);
            return;
        }
        Set<Integer> members = members();
        name(members);
        sendAll(members, signal);
    }

    @Override
    public void signalTree(int signal) {
        if (leafEmpty) {
            session.signalTree(signal);
        } else {
            sendAll(members(), signal);
        }
    }

    private void sendAll(Set<Integer> members, int signal) {
        if (!leaderReaped) {
            session.signalLeader(signal);
        }
        for (int pid : members) {
            if (pid != leader.pid() || leaderReaped) {
                send(pid, signal);
            }
        }
        if (session.wakes(signal)) {
            thaw();
        }
    }

    private void send(int pid, int signal) {
        if (session.wakes(signal)) {
            leaf.signal(pid, signal, SIGCONT);
        } else {
            leaf.signal(pid, signal);
        }
    }

    private void thaw() {
        try {
            leaf.thaw();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "not thawed: " + leaf, e);
        }
    }

    /** None, where they cannot be told: they are looked for again. */
    private Set<Integer> members() {
        try {
            return leaf.pids();
        } catch (CgroupException | RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "cannot tell who is in " + leaf, e);
            return new LinkedHashSet<>();
        }
    }

    /** Before anything is sent: a dead process has no command line. */
    private void name(Set<Integer> members) {
        Set<Integer> unnamed = new LinkedHashSet<>(members);
        unnamed.remove(leader.pid());
        unnamed.removeAll(ended.keySet());
        ended.putAll(Names.of(
                unnamed.stream().limit(Math.max(0, LONG_NAMES - ended.size())).toList()));
        unnamed.forEach(pid -> ended.putIfAbsent(pid, "process " + pid));
    }

    @Override
    public void kill(long sinceNanos) {
        if (leafEmpty) {
            session.kill(sinceNanos);
            return;
        }
        kill = true;
        backoff = pace();
        hold();
        try {
            Set<Integer> members = members();
            doomed.addAll(members);
            name(members);
        } finally {
            round();
        }
        session.killGroup(); // who was moved out of the leaf, and is still in the group
    }

    @Override
    public void reapAndSignalRest(int signal) {
        Set<Integer> rest = namedRest();
        rest.forEach(pid -> send(pid, signal));
        if (!rest.isEmpty() && session.wakes(signal)) {
            thaw();
        }
        reap(signal);
    }

    @Override
    public void reapAndKillRest() {
        kill = true;
        hold();
        doomed.addAll(namedRest());
        reap(SIGKILL);
    }

    private void hold() {
        try {
            killing.hold();
        } catch (CgroupException e) {
            LOG.log(System.Logger.Level.DEBUG, "not held: " + leaf, e);
        }
    }

    private Set<Integer> namedRest() {
        Set<Integer> rest = members();
        rest.remove(leader.pid()); // before 5.2 a zombie is listed in version 1
        name(rest);
        return rest;
    }

    private void reap(int signal) {
        session.reapAlone();
        restSignal = signal;
        leaderReaped = true;
        backoff = pace();
        round();
    }

    /** The kernel tells of a change; or, in version 1, it is time to look. */
    private void changed() {
        if (leaderReaped && !over && !leafEmpty) {
            round();
        }
    }

    private void round() {
        if (over || leafEmpty) {
            return;
        }
        if (next != null) {
            next.cancel();
        }
        next = reactor.schedule(System.nanoTime() + untilNextLook(), this::round); // whatever happens here
        try {
            if (leaderReaped) {
                populated.watch(); // before the look: what comes after it has an event
            }
            if (leaderReaped && leaf.isEmpty()) {
                leafIsEmpty();
                return;
            }
            if (kill) {
                again(killing.step());
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "the tree of process " + leader.pid() + " is not ended yet", e);
        }
    }

    private void again(Killing.Next when) {
        if (when == Killing.Next.SOON) {
            next.cancel();
            next = reactor.schedule(System.nanoTime() + SOON, this::round);
        }
    }

    /** Who is only waited for in version 2 alone ends with an event. */
    private long untilNextLook() {
        boolean told = !kill && leaf.tellsOfItsEnd();
        return told || backoff.over() ? PATIENT_WAIT : backoff.next();
    }

    private void leafIsEmpty() {
        leafEmpty = true;
        letGo();
        session.finishRest(kill ? SIGKILL : restSignal, doomed);
    }

    /** A leader that was killed for want of memory, or together with those that were. */
    @Override
    public Reason reasonOfEnd() {
        try {
            return leader.wasKilledBy(SIGKILL) && leaf.oomKills() > 0 ? Reason.OOM : null;
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot tell whether memory was short in " + leaf, e);
            return null;
        }
    }

    @Override
    public List<Integer> living() {
        Set<Integer> all = new TreeSet<>(members());
        all.remove(leader.pid());
        all.addAll(session.living());
        return List.copyOf(all);
    }

    @Override
    public List<String> killedWith() {
        List<String> all = new ArrayList<>(ended.values());
        all.addAll(session.killedBesides(ended.keySet()));
        return all;
    }

    private void letGo() {
        if (next != null) {
            next.cancel();
        }
        populated.close();
        try {
            killing.end();
        } catch (CgroupException e) {
            LOG.log(System.Logger.Level.DEBUG, "not thawed: " + leaf, e);
        }
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            if (!leafEmpty) {
                letGo();
            }
            session.close();
        }
    }
}
