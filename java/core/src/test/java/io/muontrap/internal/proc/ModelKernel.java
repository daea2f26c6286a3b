package io.muontrap.internal.proc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A kernel's process table with what matters here: numbers given out upwards and around, pinned by processes, groups and
 * sessions; sessions that one is born into or makes; orphans; zombies. It knows who is of the tree, and while a census
 * reads it, it goes on.
 */
final class ModelKernel implements Proc {

    static final int FIRST = 300;

    /** A session or a group: an identity, which its number is not. */
    static final class Family {
        final int number;
        final Process maker;

        Family(int number, Process maker) {
            this.number = number;
            this.maker = maker;
        }
    }

    static final class Process {
        final int pid;
        final long start;
        final boolean member;
        Process parent;
        Family session;
        Family group;
        boolean zombie;
        boolean subreaper;

        Process(int pid, long start, Process parent, boolean member) {
            this.pid = pid;
            this.start = start;
            this.parent = parent;
            this.member = member;
        }

        @Override
        public String toString() {
            return pid + "@" + start + (member ? " member" : " stranger") + " parent "
                    + (parent == null ? 0 : parent.pid) + " session " + session.number + " group " + group.number
                    + (zombie ? " zombie" : "");
        }
    }

    final Random random;
    final int numbers;
    final int perTick;
    final int crowd;
    final Map<Integer, Process> table = new LinkedHashMap<>();
    final Map<String, Process> everybody = new LinkedHashMap<>();
    final Process init;
    final Process jvm;
    Process leader;
    long ticks = 1000;

    /** How many things happen on average while a census reads, 0 for none. */
    int meanwhile;

    private final List<Process> members = new ArrayList<>();
    private final List<Process> strangers = new ArrayList<>();
    private int cursor;
    private int issued;

    ModelKernel(Random random, int numbers, int perTick, int crowd) {
        this.random = random;
        this.numbers = numbers;
        this.perTick = perTick;
        this.crowd = crowd;
        cursor = FIRST + random.nextInt(numbers);
        init = new Process(1, 0, null, false);
        init.session = new Family(1, init);
        init.group = new Family(1, init);
        table.put(1, init);
        strangers.add(init);
        Process shell = fork(init).orElseThrow();
        setsid(shell);
        tick(5);
        jvm = fork(shell).orElseThrow();
        tick(5);
    }

    void startLeader(boolean ownSession) {
        leader = fork(jvm, true).orElseThrow();
        if (ownSession) {
            setsid(leader);
        } else if (random.nextBoolean()) {
            leader.group = new Family(leader.pid, leader);
        }
    }

    // what a kernel does

    Optional<Process> fork(Process parent) {
        return fork(parent, parent.member);
    }

    private Optional<Process> fork(Process parent, boolean member) {
        // Neither side fills the table, or the other would have no say.
        if ((member ? members : strangers).size() >= crowd / 2) return Optional.empty();
        if (issued >= perTick) tick(1);
        int pid = cursor;
        do {
            pid = pid + 1 >= FIRST + numbers ? FIRST : pid + 1;
            if (pid == cursor) return Optional.empty();
        } while (inUse(pid));
        cursor = pid;
        issued++;
        Process child = new Process(pid, ticks, parent, member);
        child.session = parent.session;
        child.group = parent.group;
        table.put(pid, child);
        (member ? members : strangers).add(child);
        if (everybody.put(pid + "@" + ticks, child) != null) throw new AssertionError("number reused within a tick");
        return Optional.of(child);
    }

    private boolean inUse(int number) {
        for (Process p : table.values()) {
            if (p.pid == number || p.session.number == number || p.group.number == number) return true;
        }
        return false;
    }

    void tick(int n) {
        ticks += n;
        issued = 0;
    }

    void setsid(Process p) {
        if (group(p.pid).isPresent()) return;
        p.session = new Family(p.pid, p);
        p.group = new Family(p.pid, p);
    }

    private Optional<Family> group(int number) {
        for (Process p : table.values()) {
            if (p.group.number == number) return Optional.of(p.group);
        }
        return Optional.empty();
    }

    void setpgid(Process p, Process like) {
        if (p.session.number == p.pid || p.session != like.session) return;
        Family group = like == p ? group(p.pid).orElseGet(() -> new Family(p.pid, p)) : like.group;
        // The one way for a stranger to get into the tree, which is known and said.
        if (!p.member && group.maker.member) return;
        p.group = group;
    }

    void exit(Process p) {
        p.zombie = true;
        Process heir = p.parent;
        while (heir != init && (heir.zombie || !heir.subreaper)) heir = heir.parent;
        for (Process child : table.values()) {
            if (child.parent == p) child.parent = heir;
        }
    }

    void reap(Process p) {
        table.remove(p.pid);
        (p.member ? members : strangers).remove(p);
    }

    boolean held() {
        return leader != null && table.get(leader.pid) == leader;
    }

    // what happens by itself

    void happen(int times) {
        for (int i = 0; i < times; i++) happen();
    }

    private void happen() {
        Process p = any(random.nextInt(2) > 0);
        boolean fixed = p == init || p == jvm;
        int what = random.nextInt(100);
        if (p.zombie) {
            if (p != leader) reap(p);
        } else if (what < 50) {
            fork(p);
        } else if (what < 80) {
            if (fixed || (p == leader && what > 51)) return;
            exit(p);
            if (p != leader && random.nextBoolean()) reap(p);
        } else if (what < 88) {
            if (!fixed) setsid(p);
        } else if (what < 95) {
            Process like = any(p.member && random.nextBoolean());
            if (!fixed) setpgid(p, random.nextBoolean() ? p : like);
        } else if (what < 96) {
            tick(1);
        } else if (what < 98) {
            othersComeAndGo();
        } else {
            p.subreaper = true;
        }
    }

    /** Many short-lived ones bring the cursor to where somebody ended lately, or lives. */
    private void othersComeAndGo() {
        if (numbers > 1000) return;
        List<Process> all = new ArrayList<>(everybody.values());
        int target = all.get(all.size() - 1 - random.nextInt(Math.min(20, all.size()))).pid;
        int distance = Math.floorMod(target - 1 - cursor, numbers);
        cursor = FIRST + Math.floorMod(cursor - FIRST + distance, numbers);
        issued += distance;
        ticks += issued / perTick;
        issued %= perTick;
    }

    private Process any(boolean member) {
        List<Process> some = member && !members.isEmpty() ? members : strangers;
        return some.get(random.nextInt(some.size()));
    }

    // what a census sees

    @Override
    public int self() {
        return jvm.pid;
    }

    /** All that are, and that may be while they are read, in any order. */
    @Override
    public int[] pids() {
        List<Integer> pids = new ArrayList<>(table.keySet());
        if (meanwhile > 0) {
            for (int pid = FIRST; pid < FIRST + numbers; pid++) {
                if (!table.containsKey(pid)) pids.add(pid);
            }
        }
        Collections.shuffle(pids, random);
        return pids.stream().mapToInt(i -> i).toArray();
    }

    @Override
    public Optional<Entry> read(int pid) {
        while (meanwhile > 0 && random.nextInt(numbers + meanwhile) < meanwhile) happen(1);
        Process p = table.get(pid);
        if (p == null) return Optional.empty();
        int ppid = p.parent == null ? 0 : p.parent.pid;
        return Optional.of(new Entry(p.pid, ppid, p.group.number, p.session.number, p.zombie ? 'Z' : 'S', 1, p.start));
    }

    @Override
    public Mark mark() {
        return new Mark(ticks, cursor, table.size(), table.size());
    }

    @Override
    public int numbers() {
        return numbers;
    }

    @Override
    public int numbersPerTick() {
        return perTick;
    }
}
