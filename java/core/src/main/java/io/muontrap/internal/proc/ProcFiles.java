package io.muontrap.internal.proc;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** What /proc tells of one process. A number may have changed hands between two calls; {@link Victim} rules that out. */
public final class ProcFiles {

    /** Of {@link #state}: there is no such process. */
    public static final char GONE = 'X';

    /** More of a command line is not shown to anybody. */
    private static final int LONGEST_NAME = 4096;

    private ProcFiles() {}

    /**
     * Its row now; empty when it is gone, or hidden from us.
     *
     * @throws IOException when no file can be opened: it may well be alive
     */
    public static Optional<Entry> entry(int pid) throws IOException {
        return pid <= 0 ? Optional.empty() : new HostProc().read(pid);
    }

    /** The letter of proc(5), {@link #GONE} where there is no such process. */
    public static char state(int pid) throws IOException {
        return entry(pid).map(Entry::state).orElse(GONE);
    }

    /** When it was made, in ticks of 10 ms since boot; {@link Members#UNKNOWN} where there is no such process. */
    public static long startTime(int pid) throws IOException {
        return entry(pid).map(Entry::startTime).orElse(Members.UNKNOWN);
    }

    /**
     * Processor time that it has used, and those of its children that have ended and were waited for; empty where it is gone.
     * In steps of 10 ms.
     */
    public static Optional<Duration> processorTime(int pid) {
        String stat = text("/proc/" + pid + "/stat", 1024);
        // fields 14 to 17 of proc(5); the name in front may hold blanks and parentheses
        String[] behind = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        if (behind.length < 15) return Optional.empty();
        long ticks = 0;
        for (int i = 11; i < 15; i++) ticks += Long.parseLong(behind[i]);
        return Optional.of(Duration.ofMillis(10 * ticks));
    }

    /** The kernel function that it sleeps in; empty when it runs, is gone, or may not be traced by us. */
    public static String wchan(int pid) {
        String name = text("/proc/" + pid + "/wchan", 256).strip();
        return name.equals("0") ? "" : name;
    }

    /**
     * Its command line with a blank between arguments, else its short name in brackets, {@code [?]} when it is gone.
     * Control characters, which could play with a terminal, come as '?'.
     */
    public static String name(int pid) throws IOException {
        // The command line lies in its memory, and whoever hangs in D may hang with that locked: we would hang too.
        String line = state(pid) == 'D' ? "" : text("/proc/" + pid + "/cmdline", LONGEST_NAME);
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == '\0') end--;
        if (end > 0) return printable(line.substring(0, end).replace('\0', ' '));
        return shortName(pid);
    }

    /** Its short name in brackets, {@code [?]} when it is gone. Never waits for the process. */
    public static String shortName(int pid) {
        String comm = text("/proc/" + pid + "/comm", 256);
        return "[" + (comm.isEmpty() ? "?" : printable(comm.substring(0, comm.length() - 1))) + "]";
    }

    private static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** The beginning of a small file; empty when it cannot be read, for whatever reason. */
    static String text(String file, int longest) {
        try (FileInputStream in = new FileInputStream(file)) {
            return new String(in.readNBytes(longest), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
