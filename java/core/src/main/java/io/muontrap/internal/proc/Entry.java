package io.muontrap.internal.proc;

import java.util.Optional;

/**
 * One process as /proc/&lt;pid&gt;/stat told it at one moment.
 *
 * @param pid its number
 * @param ppid its parent's number, 0 where the parent is outside our pid namespace
 * @param pgrp its group's number; 0 for a group from outside the namespace, −1 when the process is half gone
 * @param session its session's number; 0 and −1 as above
 * @param state the letter of proc(5)
 * @param threads how many, a first thread that has ended before the others among them
 * @param startTime when it was made, in ticks of 10 ms since boot; exec does not change it
 */
public record Entry(int pid, int ppid, int pgrp, int session, char state, int threads, long startTime) {

    /** The numbers between state and start time, the start time counted: fields 4 to 22 of proc(5). */
    private static final int NUMBERS = 19;

    /**
     * Has run its last instruction. A zombie with more than one thread has not: only its first thread has ended
     * (pthread_exit in main), the others run on.
     */
    public boolean dead() {
        return state == 'X' || state == 'x' || (state == 'Z' && threads <= 1);
    }

    /** The same process, not only the same number: no number comes back within one tick. */
    public boolean same(Entry other) {
        return pid == other.pid && startTime == other.startTime;
    }

    /** Reads a line of /proc/&lt;pid&gt;/stat; empty when it is none, or is cut before the start time's end. */
    static Optional<Entry> parse(byte[] line, int length) {
        // The name may hold blanks, newlines and parentheses, but no field behind it holds a parenthesis.
        int i = length - 1;
        while (i >= 0 && line[i] != ')') i--;
        if (i < 0 || i + 2 >= length) return Optional.empty();
        char state = (char) line[i + 2];
        i += 3;
        long[] numbers = new long[NUMBERS];
        for (int n = 0; n < NUMBERS; n++) {
            boolean negative = i + 1 < length && line[i + 1] == '-';
            int from = i + (negative ? 2 : 1);
            i = endOfNumber(line, from, length);
            // Ending with the line, a number may have been cut.
            if (i == from || i >= length) return Optional.empty();
            long value = number(line, from, i);
            numbers[n] = negative ? -value : value;
        }
        int end = endOfNumber(line, 0, length);
        if (end == 0) return Optional.empty();
        return Optional.of(new Entry(
                (int) number(line, 0, end),
                (int) numbers[0],
                (int) numbers[1],
                (int) numbers[2],
                state,
                (int) numbers[16],
                numbers[18]));
    }

    static int endOfNumber(byte[] line, int from, int length) {
        int i = from;
        while (i < length && line[i] >= '0' && line[i] <= '9') i++;
        return i;
    }

    static long number(byte[] line, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) value = value * 10 + (line[i] - '0');
        return value;
    }
}
