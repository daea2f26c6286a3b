package io.muontrap.internal.proc;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One walk as it is told: a host of 1000 numbers that gives out at most 10 in a tick. */
final class ScriptedProc implements Proc {

    private final int self;
    private final Mark ended;
    private final Map<Integer, Entry> rows = new LinkedHashMap<>();
    private Mark next;

    ScriptedProc(int self, Mark began, Mark ended, Entry... rows) {
        this.self = self;
        this.next = began;
        this.ended = ended;
        Arrays.stream(rows).forEach(row -> this.rows.put(row.pid(), row));
    }

    @Override
    public int self() {
        return self;
    }

    @Override
    public int[] pids() {
        return rows.keySet().stream().mapToInt(i -> i).toArray();
    }

    @Override
    public Optional<Entry> read(int pid) {
        return Optional.of(rows.get(pid));
    }

    @Override
    public Mark mark() {
        Mark now = next;
        next = ended;
        return now;
    }

    @Override
    public int numbers() {
        return 1000;
    }

    @Override
    public int numbersPerTick() {
        return 10;
    }
}
