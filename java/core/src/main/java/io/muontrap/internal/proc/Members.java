package io.muontrap.internal.proc;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * Which processes belong to one tree, told from one census to the next.
 *
 * <p>A process belongs to it when
 *
 * <ul>
 *   <li>its parent does, be it the leader or any other that was found and lives;
 *   <li>its session was made in the tree. Nobody can enter a session but by being born in it, so every session that a
 *       member has, other than the one that the leader inherited, was;
 *   <li>its group was made by a member. This says more than the session only where the leader has none of its own.
 * </ul>
 *
 * <p>Sessions and groups are remembered: what was orphaned is found through them when no parent leads to it. A remembered
 * number is trusted as long as it cannot be another's: the kernel gives it to nobody while a process has it as process,
 * group or session. From one census to the next that is proven by the kernel's cursor not having passed it, or by a
 * process in it that was there before or is older than the last census; and for the leader's number by the leader not
 * having been reaped.
 *
 * <p>Never taken: this JVM, 0, 1, what is older than the leader, and, to any proof that /proc can give, what is not of the
 * tree. Two strangers are: one that enters, by setpgid, a group of the tree in a session that both inherited (a signal to
 * the group would reach it too), and one whose number was chosen by hand (clone3's set_tid, which needs
 * CAP_CHECKPOINT_RESTORE).
 *
 * <p>Missed is
 *
 * <ul>
 *   <li>what left the session, and whose parent ended before a census saw either of the two: the double-forked daemon
 *       whose intermediate was never seen;
 *   <li>what is born after the list of a walk was made: the next one finds it, by session if its parent was killed
 *       meanwhile, and not at all if it left the session too;
 *   <li>a session whose seen members all ended between two censuses so far apart that its number could have been given
 *       out again, while only younger ones live on in it;
 *   <li>where the leader has no session of its own: an orphan in the inherited group, or in a group whose maker was never
 *       seen;
 *   <li>what /proc does not show: processes of others behind a hidepid mount.
 * </ul>
 *
 * <p>Not thread-safe: the reactor's. Censuses are given in the order in which they were taken.
 */
public final class Members {

    /** In place of a start time: learned from the first census that shows the leader. */
    public static final long UNKNOWN = -1;

    private final int leader;
    private long leaderStart;

    /** Members of the last census, by number: their start times. */
    private Map<Integer, Long> known = Map.of();

    private Set<Integer> sessions = Set.of();
    private Set<Integer> groups = Set.of();

    /** All of those had their numbers after this moment. Null before the first census. */
    private Mark last;

    /** The leader still had its number then; null when nobody said so. */
    private Mark beforeReap;

    private Set<Entry> dead = Set.of();
    private boolean unsure;

    /**
     * The tree of a process that this JVM started and has not reaped.
     *
     * @param leaderStart its start time, or {@link #UNKNOWN}
     */
    public Members(int leader, long leaderStart) {
        if (leader <= 1) throw new IllegalArgumentException("leader: " + leader + " is no process of ours");
        this.leader = leader;
        this.leaderStart = leaderStart;
    }

    /**
     * Tells the moment just before the leader is reaped, which gives its number free. Wanted where the first census may
     * come after that: without it, a leader that ran for long leaves a session that nobody can vouch for, unless the
     * caller can (see {@link #update}).
     */
    public void leaderReaped(Mark justBefore) {
        beforeReap = justBefore;
    }

    /**
     * Finds the members that live, without the leader.
     *
     * @param leaderHeld the leader's number could be nobody else's until the walk had ended: it was not reaped yet, or a
     *     signal 0 to its group through its pidfd (Linux 6.9) found somebody after the walk
     */
    public Set<Entry> update(Census census, boolean leaderHeld) {
        Search search = new Search(census, held(census, leaderHeld));
        search.run();
        known = new HashMap<>();
        dead = new LinkedHashSet<>();
        Set<Entry> living = new LinkedHashSet<>();
        for (Entry e : search.found.values()) {
            known.put(e.pid(), e.startTime());
            if (!isLeader(e, census)) (e.dead() ? dead : living).add(e);
        }
        sessions = search.ownSessions;
        groups = search.ownGroups;
        last = census.began();
        unsure = search.unsure;
        if (!search.leaderHeld) beforeReap = null;
        return Collections.unmodifiableSet(living);
    }

    /** Whether the last census saw children that were too young to be told from strangers': a later one will tell. */
    public boolean unsure() {
        return unsure;
    }

    /** Members that the last census saw dead and not reaped: those whose parent is this JVM are ours to reap. */
    public Set<Entry> dead() {
        return Collections.unmodifiableSet(dead);
    }

    /** Checks what the caller says: other code in this JVM may have reaped the leader. */
    private boolean held(Census census, boolean said) {
        Optional<Entry> row = census.entry(leader);
        if (!said || row.isEmpty()) return said;
        if (leaderStart == UNKNOWN && row.get().ppid() == census.self()) {
            leaderStart = row.get().startTime();
        }
        return row.get().startTime() == leaderStart;
    }

    /** Not merely its number, which a member may have got after it. */
    private boolean isLeader(Entry e, Census census) {
        return e.pid() == leader && (leaderStart == UNKNOWN ? e.ppid() == census.self() : e.startTime() == leaderStart);
    }

    /** The last moment when this number was the tree's; null when that was never seen. */
    private Mark oursUntil(int number) {
        if (number != leader) return last;
        if (beforeReap != null) return beforeReap;
        if (sessions.contains(leader) || groups.contains(leader)) return last;
        return leaderStart == UNKNOWN ? null : Mark.birth(leader, leaderStart);
    }

    /** One census looked through. */
    private final class Search {
        final Map<Integer, Entry> found = new LinkedHashMap<>();
        final Set<Integer> ownSessions = new HashSet<>();
        final Set<Integer> ownGroups = new HashSet<>();
        final boolean leaderHeld;
        boolean unsure;
        private final Census census;
        private final Queue<Entry> unvisited = new ArrayDeque<>();

        /** Sessions of which this census has no more to say. */
        private final Set<Integer> settled = new HashSet<>();

        Search(Census census, boolean leaderHeld) {
            this.census = census;
            this.leaderHeld = leaderHeld;
        }

        void run() {
            if (leaderHeld) census.entry(leader).ifPresent(this::add);
            known.forEach((pid, start) ->
                    census.entry(pid).filter(e -> e.startTime() == start).ifPresent(this::add));
            // A member that has ended may have made a session or group of its number after it was last seen.
            Set<Integer> numbers = new HashSet<>(known.keySet());
            numbers.addAll(sessions);
            numbers.addAll(groups);
            numbers.add(leader);
            numbers.forEach(this::remembered);
            for (Entry e = unvisited.poll(); e != null; e = unvisited.poll()) {
                children(e);
                session(e);
                group(e);
            }
        }

        private void add(Entry e) {
            boolean tooOld = leaderStart != UNKNOWN && e.startTime() < leaderStart;
            if (e.pid() <= 1 || e.pid() == census.self() || tooOld) return;
            if (found.putIfAbsent(e.pid(), e) == null) unvisited.add(e);
        }

        private void remembered(int number) {
            if (untouched(number)) {
                takeSession(number, census.session(number));
                settled.add(number);
                takeGroup(number);
            } else if (witnessed(number)) {
                takeSession(number, certain(number));
                settled.add(number);
            }
        }

        /** Was given to nobody since it was known to be ours. */
        private boolean untouched(int number) {
            if (number == leader && leaderHeld) return true;
            Mark since = oursUntil(number);
            return since != null && census.keptSince(since, number);
        }

        /** Somebody in this session was of the tree before, or is older than anybody who could have made it anew. */
        private boolean witnessed(int session) {
            Mark since = oursUntil(session);
            if (since == null) return false;
            return census.session(session).stream()
                    .anyMatch(e ->
                            e.startTime() < since.ticks() || known.getOrDefault(e.pid(), UNKNOWN) == e.startTime());
        }

        /** Those in a session that are in it for certain, when it was ours at one moment of the walk. */
        private List<Entry> certain(int session) {
            List<Entry> all = census.session(session);
            return census.kept(session) ? all : all.stream().filter(census::old).toList();
        }

        private void takeSession(int session, List<Entry> processes) {
            if (!processes.isEmpty() || (session == leader && leaderHeld)) ownSessions.add(session);
            processes.forEach(this::add);
        }

        private void takeGroup(int group) {
            List<Entry> processes = census.group(group);
            if (!processes.isEmpty() || (group == leader && leaderHeld)) ownGroups.add(group);
            processes.forEach(this::add);
        }

        /** What is young may have got its parent after the parent's number became another's. */
        private void children(Entry parent) {
            boolean kept = (leaderHeld && isLeader(parent, census)) || census.kept(parent.pid());
            for (Entry e : census.children(parent.pid())) {
                if (e.startTime() < parent.startTime()) continue;
                if (kept || census.old(e)) add(e);
                else unsure = true;
            }
        }

        private void session(Entry e) {
            int session = e.session();
            // Of a young one in a session whose number was given out just now, the next census will tell.
            boolean sure = census.kept(session) || census.old(e);
            if (settled.contains(session) || (!sure && ownSessions.contains(session))) return;
            boolean own = session > 0 && !inherited(session);
            if (own) takeSession(session, sure ? certain(session) : List.of(e));
            if (sure || !own) settled.add(session);
        }

        /** The session that the leader was born in: this JVM is in it, or somebody older than the leader. */
        private boolean inherited(int session) {
            Optional<Entry> jvm = census.entry(census.self());
            if (jvm.isEmpty() || jvm.get().session() == session) return true;
            return leaderStart != UNKNOWN
                    && census.session(session).stream().anyMatch(e -> e.startTime() < leaderStart);
        }

        /** Only a process itself, or its parent for it, makes a group of its number. */
        private void group(Entry maker) {
            if (census.kept(maker.pid())) takeGroup(maker.pid());
        }
    }
}
