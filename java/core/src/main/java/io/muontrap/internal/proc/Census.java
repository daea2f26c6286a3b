package io.muontrap.internal.proc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One walk of /proc: every process, its family, and what can be said about the numbers meanwhile. Immutable: one serves
 * many trees and threads.
 *
 * <p>The rows are not of one moment. While the walk runs, a process may end and its number be another's by the time that
 * a row naming it is read. Two things show that this was not so: a process older than the walk was not made from
 * reused numbers, and a number that the kernel's cursor did not pass was not given out ({@link #kept}).
 */
public final class Census {

    private final int self;
    private final Mark began;
    private final Mark ended;
    private final long numbers;
    private final int numbersPerTick;
    private final Map<Integer, Entry> entries;
    private final Map<Integer, List<Entry>> children;
    private final Map<Integer, List<Entry>> groups;
    private final Map<Integer, List<Entry>> sessions;

    private Census(Proc proc, Set<Integer> without) throws IOException {
        self = proc.self();
        numbers = proc.numbers();
        numbersPerTick = proc.numbersPerTick();
        Mark first = proc.mark();
        int[] pids = proc.pids();
        began = new Mark(first.ticks(), first.cursor(), first.tasks(), Math.min(first.tasks(), pids.length));
        entries = new LinkedHashMap<>(pids.length * 2);
        children = new HashMap<>();
        groups = new HashMap<>();
        sessions = new HashMap<>();
        int passed = 0;
        for (int pid : pids) {
            if (without.contains(pid)) {
                passed++;
                continue;
            }
            Optional<Entry> row = proc.read(pid);
            if (row.isPresent()) {
                Entry entry = row.get();
                entries.put(pid, entry);
                file(children, entry.ppid(), entry);
                file(groups, entry.pgrp(), entry);
                file(sessions, entry.session(), entry);
            }
        }
        Mark then = proc.mark();
        ended = new Mark(then.ticks(), then.cursor(), then.tasks(), entries.size() + passed);
    }

    /**
     * Walks /proc now, on any thread: about 7 µs a process, nearly all of them the kernel's.
     *
     * @throws IOException when /proc cannot be read (not mounted, another namespace's, no descriptors left): then
     *     nothing is known, least of all that a tree is empty
     */
    public static Census take() throws IOException {
        return take(Set.of());
    }

    /** As {@link #take()}, but for these numbers, which are not looked at. */
    public static Census take(Set<Integer> without) throws IOException {
        return new Census(new HostProc(), without);
    }

    static Census take(Proc proc) throws IOException {
        return new Census(proc, Set.of());
    }

    private static void file(Map<Integer, List<Entry>> index, int key, Entry entry) {
        index.computeIfAbsent(key, k -> new ArrayList<>(2)).add(entry);
    }

    /** The number of the JVM that took it. */
    public int self() {
        return self;
    }

    /** Before the first row. */
    public Mark began() {
        return began;
    }

    public Collection<Entry> entries() {
        return Collections.unmodifiableCollection(entries.values());
    }

    public Optional<Entry> entry(int pid) {
        return Optional.ofNullable(entries.get(pid));
    }

    public List<Entry> children(int ppid) {
        return of(children, ppid);
    }

    public List<Entry> group(int pgrp) {
        return of(groups, pgrp);
    }

    public List<Entry> session(int session) {
        return of(sessions, session);
    }

    private static List<Entry> of(Map<Integer, List<Entry>> index, int key) {
        return Collections.unmodifiableList(index.getOrDefault(key, List.of()));
    }

    /** Made before the walk began. */
    boolean old(Entry entry) {
        return entry.startTime() < began.ticks();
    }

    /** Was not given out during the walk: whoever held it kept it, or nobody has it. */
    boolean kept(int number) {
        return keptSince(began, number);
    }

    /**
     * Was not given out between that moment and the end of the walk. False also where the time was long enough for all
     * free numbers to have been given out.
     */
    boolean keptSince(Mark mark, int number) {
        long free = numbers - Math.max(mark.used(), ended.used());
        long ticks = ended.ticks() - mark.ticks() + 1;
        if (ticks > free / numbersPerTick) return false;
        int from = mark.cursor();
        int to = ended.cursor();
        return from <= to ? number <= from || number > to : number <= from && number > to;
    }
}
