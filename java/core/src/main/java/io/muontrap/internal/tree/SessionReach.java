package io.muontrap.internal.tree;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeEpoll;
import io.muontrap.internal.jni.NativeProcess;
import io.muontrap.internal.proc.Census;
import io.muontrap.internal.proc.Entry;
import io.muontrap.internal.proc.Mark;
import io.muontrap.internal.proc.Members;
import io.muontrap.internal.proc.ProcFiles;
import io.muontrap.internal.proc.Victim;
import io.muontrap.internal.reactor.Reactor;
import io.muontrap.internal.reactor.Registration;
import io.muontrap.internal.reactor.Timer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reaches a tree that has no cgroup: by the leader's group, and by walks of /proc.
 *
 * <p>A signal to the group reaches all of it at one moment, forks included; so the group always comes first. Everything
 * else is found by a walk and signalled one by one, by pidfd, and what it forks meanwhile is found by the next walk: it
 * is empty when two walks, one after the other, have found nothing alive.
 *
 * <p>The leader's own end is the usual case and costs no walk: once it is reaped, its number is in use only if somebody
 * is left in its group or session, and the kernel tells that by one call (NativeProcess.numberInUse).
 */
final class SessionReach implements Reach {

    private static final System.Logger LOG = System.getLogger("io.muontrap");
    private static final int SIGKILL = 9;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;
    private static final int CLEAN_WALKS = 2;
    private static final long FIRST_WAIT = 1_000_000;
    private static final long LONGEST_WAIT = 20_000_000;
    /** After so many rounds of killing it is not a fork bomb any more but something that cannot die. */
    private static final int PATIENT_ROUNDS = 100;

    private static final long PATIENT_WAIT = 500_000_000;

    /** So many are named by their command lines; a fork bomb's others by their short names. */
    private static final int LONG_NAMES = 64;

    /** A process besides the leader, watched for its end. */
    private record Watched(Victim victim, Registration registration) {}

    /** One process, not only one number. */
    private record Identity(int pid, long startTime) {
        static Identity of(Entry entry) {
            return new Identity(entry.pid(), entry.startTime());
        }
    }

    private final Leader leader;
    private final Reactor reactor;
    private final Runnable empty;
    private final Members members;
    private final Map<Identity, Watched> watched = new HashMap<>();
    private final Map<Identity, String> ended = new HashMap<>();

    /**
     * The leader's number does not tell whether all are gone: somebody besides it was found once, who may have left others
     * in a session of his own, or it could not be looked.
     */
    private boolean walkWanted;

    private Set<Integer> killedElsewhere = Set.of();
    private boolean leaderReaped;
    private boolean killing;
    private boolean over;
    private int cleanWalks;
    private int rounds;
    private long lastAction = System.nanoTime();
    private Timer next;

    SessionReach(Leader leader, Reactor reactor, Runnable empty) {
        this.leader = leader;
        this.reactor = reactor;
        this.empty = empty;
        this.members = new Members(leader.pid(), Members.UNKNOWN);
    }

    @Override
    public void look(long sinceNanos) {
        lastAction = sinceNanos;
        walk();
    }

    @Override
    public void signalLeader(int signal) {
        leader.signal(signal);
        if (wantsCont(signal)) {
            leader.signal(SIGCONT);
        }
    }

    @Override
    public void stopTree(int signal) {
        name();
        signalTree(signal);
    }

    @Override
    public void signalTree(int signal) {
        boolean group = toGroup(signal);
        if (!leaderReaped && !(group && signal != SIGKILL)) {
            signalLeader(signal);
        }
        toWatched(signal, group);
    }

    /** True: every process that is in the leader's group now has it, once. */
    private boolean toGroup(int signal) {
        boolean reached = groupHas(signal);
        if (reached && wantsCont(signal)) {
            groupHas(SIGCONT);
        }
        return reached;
    }

    private boolean groupHas(int signal) {
        int result = leader.signalGroup(signal);
        return (result == -Errno.ENOSYS ? leader.signalGroupByNumber(signal) : result) == 0;
    }

    /** A second TERM or INT means "now" to many a program; only SIGKILL does no harm twice. */
    private void toWatched(int signal, boolean groupHasIt) {
        for (Watched one : watched.values()) {
            boolean hasIt =
                    groupHasIt && signal != SIGKILL && one.victim().entry().pgrp() == leader.pid();
            if (!hasIt) {
                one.victim().signal(signal);
                if (wantsCont(signal)) {
                    one.victim().signal(SIGCONT);
                }
            }
        }
    }

    /** Before anything is sent: a dead process has no command line. */
    private void name() {
        List<Identity> unnamed =
                watched.keySet().stream().filter(one -> !ended.containsKey(one)).toList();
        int room = Math.max(0, LONG_NAMES - ended.size());
        Map<Integer, String> names =
                Names.of(unnamed.stream().limit(room).map(Identity::pid).toList());
        for (Identity one : unnamed) {
            String name = names.get(one.pid());
            ended.put(one, name == null ? ProcFiles.shortName(one.pid()) : name);
        }
    }

    @Override
    public void kill(long sinceNanos) {
        killing = true;
        // A fork bomb leaves us little of the processors: it must not run on while /proc is walked. Not killed yet, for
        // the leader's children can be told by their parent only as long as that lives.
        groupHas(SIGSTOP);
        look(sinceNanos);
        stopTree(SIGKILL);
        acted();
        if (leaderReaped) {
            round();
        }
    }

    /** Whether CONT, and a thaw, follow it: a stopped process would not see it else. */
    boolean wakes(int signal) {
        return wantsCont(signal);
    }

    /** SIGKILL to the leader and its group, by one call. */
    void killGroup() {
        if (!leaderReaped) {
            leader.signal(SIGKILL);
        }
        groupHas(SIGKILL);
    }

    /**
     * For a tree that another reach has, which has signalled its members: the leader is a zombie, and is reaped. Who is left
     * in its group or session is looked for by {@link #finishRest}.
     */
    void reapAlone() {
        boolean reapedBefore = leader.end().isPresent();
        lookWhileNamed();
        noteMoment();
        leader.reap();
        leaderReaped = true;
        walkWanted |= anybodyLeft(reapedBefore);
    }

    /**
     * After {@link #reapAlone}, when the other reach has nobody left.
     *
     * @param dead numbers of those that were in it when it was killed. A thousand zombies that nobody has reaped yet would
     *     make each walk ten times as long, for the sake of one that somebody with the right to it moves away in just that
     *     moment
     */
    void finishRest(int signal, Set<Integer> dead) {
        killedElsewhere = dead;
        if (!walkWanted) {
            finish();
            return;
        }
        killing = signal == SIGKILL;
        signalRest(signal, false);
    }

    @Override
    public void reapAndSignalRest(int signal) {
        reap(signal);
    }

    @Override
    public void reapAndKillRest() {
        killing = true;
        reap(SIGKILL);
    }

    private void reap(int signal) {
        boolean reapedBefore = leader.end().isPresent();
        boolean byNumber = lookWhileNamed();
        if (byNumber) {
            name(); // whom the signal kills has no command line any more
        }
        boolean group = byNumber && toGroup(signal);
        noteMoment();
        leader.reap();
        leaderReaped = true;
        if (!anybodyLeft(reapedBefore)) {
            finish();
            return;
        }
        signalRest(signal, group);
    }

    /** Before 6.9 this is the last moment at which the group can be named: by the number that the zombie holds. */
    private boolean lookWhileNamed() {
        boolean byNumber = leader.signalGroup(0) == -Errno.ENOSYS;
        if (byNumber && leader.mayHaveGroup()) {
            walk();
        }
        return byNumber;
    }

    private void signalRest(int signal, boolean groupHasIt) {
        boolean looked = walk();
        name();
        toWatched(signal, groupHasIt || toGroup(signal));
        acted();
        if (watched.isEmpty()) {
            cleanWalks = looked && !killedElsewhere.isEmpty() ? 1 : 0;
            round();
        } else if (killing) {
            again();
        }
    }

    private boolean anybodyLeft(boolean reapedBefore) {
        if (walkWanted) {
            return true;
        }
        if (reapedBefore) {
            // by the user's own poll: the number may be a stranger's by now, unless the kernel says "same group"
            return leader.signalGroup(0) == 0;
        }
        return leader.ownSession() && NativeProcess.numberInUse(leader.pid()) != 0;
    }

    private void noteMoment() {
        if (leader.ownSession()) {
            try {
                members.leaderReaped(Mark.now());
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "the kernel's pid cursor is not readable", e);
            }
        }
    }

    /** Who is alive now goes under watch; what is watched already stays. False: nobody could look. */
    private boolean walk() {
        boolean looked = walkOnce();
        if (looked && members.unsure()) {
            // a walk that took long, on a busy machine: who was new to it is old enough for another one
            acted();
            looked = walkOnce();
        }
        return looked;
    }

    private boolean walkOnce() {
        try {
            Census census = Censuses.since(lastAction, killedElsewhere);
            boolean held = !leaderReaped || leader.signalGroup(0) == 0;
            for (Entry entry : members.update(census, held)) {
                walkWanted = true;
                if (!watched.containsKey(Identity.of(entry))) {
                    watch(entry);
                }
            }
            for (Entry dead : members.dead()) {
                Orphans.reap(dead, census.self());
            }
            return true;
        } catch (IOException | RuntimeException | Error e) { // a census needs memory most of all
            walkWanted = true;
            LOG.log(System.Logger.Level.WARNING, "the tree of process " + leader.pid() + " could not be walked", e);
            return false;
        }
    }

    private void watch(Entry entry) throws IOException {
        Optional<Victim> opened = Victim.open(entry);
        if (opened.isEmpty()) {
            return;
        }
        Victim victim = opened.get();
        Identity identity = Identity.of(entry);
        try {
            Registration registration =
                    reactor.register(victim.pidfd(), NativeEpoll.IN, (at, events) -> gone(identity));
            watched.put(identity, new Watched(victim, registration));
        } catch (IOException e) {
            victim.close();
            throw e;
        }
    }

    private void gone(Identity identity) {
        Watched one = watched.remove(identity);
        if (one != null) {
            Orphans.reap(one.victim());
            close(one);
            if (watched.isEmpty() && leaderReaped) {
                round();
            }
        }
    }

    /** Looks whether anything is left; kills it if that is what is asked; comes back when it may be different. */
    private void round() {
        if (over || !leaderReaped) {
            return;
        }
        rounds++;
        if (next != null) {
            next.cancel();
        }
        again(); // first of all: whatever happens here, somebody comes back
        boolean looked = walk();
        if (!watched.isEmpty()) {
            cleanWalks = 0;
            if (killing) {
                signalTree(SIGKILL);
            } else {
                next.cancel(); // the last one's end is the next look
            }
        } else if (looked && ++cleanWalks == CLEAN_WALKS) {
            finish();
            return;
        }
        acted();
    }

    private void again() {
        next = reactor.schedule(System.nanoTime() + untilNextRound(), this::round);
    }

    private long untilNextRound() {
        if (cleanWalks > 0) {
            return FIRST_WAIT;
        }
        return rounds > PATIENT_ROUNDS ? PATIENT_WAIT : Math.min(LONGEST_WAIT, FIRST_WAIT << Math.min(rounds, 8));
    }

    /** A walk that was begun before this is not one that has seen its effect. */
    private void acted() {
        lastAction = System.nanoTime();
    }

    private void finish() {
        if (!over) {
            over = true;
            close();
            empty.run();
        }
    }

    private static boolean wantsCont(int signal) {
        return signal != SIGKILL && signal != SIGCONT && signal != SIGSTOP && signal != 0;
    }

    @Override
    public List<Integer> living() {
        return watched.keySet().stream().map(Identity::pid).toList();
    }

    @Override
    public List<String> killedWith() {
        return killedBesides(Set.of());
    }

    /** Without those whom another reach has named. */
    List<String> killedBesides(Set<Integer> pids) {
        return ended.entrySet().stream()
                .filter(one -> !pids.contains(one.getKey().pid()))
                .map(Map.Entry::getValue)
                .toList();
    }

    @Override
    public void close() {
        over = true;
        if (next != null) {
            next.cancel();
        }
        watched.values().forEach(SessionReach::close);
        watched.clear();
    }

    private static void close(Watched one) {
        one.registration().close();
        one.victim().close();
    }
}
