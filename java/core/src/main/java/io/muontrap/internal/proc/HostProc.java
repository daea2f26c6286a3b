package io.muontrap.internal.proc;

import io.muontrap.internal.jni.Library;
import io.muontrap.internal.jni.NativeHost;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The real /proc. One object for one walk by one thread: it holds the buffer that all reads share.
 *
 * <p>FileInputStream, because it costs next to nothing above the kernel's own 6 µs for a stat file, and because, unlike
 * a channel's, its reads are not ended by the interruption of a thread that happens to take a census.
 */
final class HostProc implements Proc {

    private static final int SELF = ownNumber();

    private static final AtomicBoolean OURS = new AtomicBoolean();

    /** RESERVED_PIDS of the kernel: given out once after boot, never again. */
    private static final int RESERVED = 300;

    /** Four times the clones and exits that one CPU was seen to manage in a tick. */
    private static final int PER_CPU_AND_TICK = 1000;

    /** All CPUs together wait for the locks of pid table and task list. */
    private static final int PER_TICK = 5000;

    private final byte[] buffer = new byte[1024];

    private static int ownNumber() {
        Library.load();
        return NativeHost.pid();
    }

    @Override
    public int self() throws IOException {
        if (!OURS.get()) {
            String seen = Files.readSymbolicLink(Path.of("/proc/self")).toString();
            // Its numbers would be other processes' here, and be signalled.
            if (!seen.equals(Integer.toString(SELF))) {
                throw new IOException("/proc is another pid namespace's: it calls this JVM " + seen + ", not " + SELF);
            }
            OURS.set(true);
        }
        return SELF;
    }

    @Override
    public int[] pids() throws IOException {
        String[] names = new File("/proc").list();
        if (names == null) throw new IOException("/proc cannot be listed");
        int[] pids = new int[names.length];
        int n = 0;
        for (String name : names) {
            char first = name.charAt(0);
            if (first >= '1' && first <= '9') pids[n++] = Integer.parseInt(name);
        }
        return Arrays.copyOf(pids, n);
    }

    @Override
    public Optional<Entry> read(int pid) throws IOException {
        int n;
        try {
            n = fill("/proc/" + pid + "/stat");
        } catch (FileNotFoundException e) {
            if (new File("/proc/" + pid).exists()) failIfNothingOpens(e);
            return Optional.empty();
        } catch (IOException e) {
            // ESRCH: ended between open and read.
            return Optional.empty();
        }
        return Entry.parse(buffer, n);
    }

    /** Without descriptors (EMFILE) every process would look gone, and a living tree empty. */
    private void failIfNothingOpens(FileNotFoundException cause) throws IOException {
        try {
            fill("/proc/self/stat");
        } catch (FileNotFoundException again) {
            again.addSuppressed(cause);
            throw again;
        }
    }

    @Override
    public Mark mark() throws IOException {
        int n = fill("/proc/uptime");
        int dot = Entry.endOfNumber(buffer, 0, n);
        if (dot == 0 || dot + 2 >= n || buffer[dot] != '.') throw unreadable("/proc/uptime", n);
        long ticks = Entry.number(buffer, 0, dot) * 100 + Entry.number(buffer, dot + 1, dot + 3);
        // "0.08 0.03 0.05 2/170 20410\n": running/all tasks, last number
        n = fill("/proc/loadavg");
        int slash = 0;
        while (slash < n && buffer[slash] != '/') slash++;
        int blank = Entry.endOfNumber(buffer, slash + 1, n);
        int end = Entry.endOfNumber(buffer, blank + 1, n);
        if (end <= blank + 1) throw unreadable("/proc/loadavg", n);
        int tasks = (int) Entry.number(buffer, slash + 1, blank);
        return new Mark(ticks, (int) Entry.number(buffer, blank + 1, end), tasks, tasks);
    }

    @Override
    public int numbers() throws IOException {
        int n = fill("/proc/sys/kernel/pid_max");
        return (int) Entry.number(buffer, 0, Entry.endOfNumber(buffer, 0, n)) - RESERVED;
    }

    @Override
    public int numbersPerTick() {
        return Cpus.NUMBERS_PER_TICK;
    }

    private int fill(String file) throws IOException {
        try (FileInputStream in = new FileInputStream(file)) {
            return Math.max(0, in.read(buffer));
        }
    }

    private IOException unreadable(String file, int length) {
        return new IOException(file + " says: " + new String(buffer, 0, length, StandardCharsets.US_ASCII));
    }

    /** The machine's processors, not those that we may use: all of them give out numbers. */
    private static final class Cpus {
        static final int NUMBERS_PER_TICK = numbersPerTick();

        private static int numbersPerTick() {
            // "0-3,8-11": the last one counts
            String[] ranges = ProcFiles.text("/sys/devices/system/cpu/online", 1024)
                    .strip()
                    .split("[,-]");
            String last = ranges[ranges.length - 1];
            if (!last.matches("[0-9]{1,5}")) return PER_TICK;
            return Math.min(PER_TICK, PER_CPU_AND_TICK * (Integer.parseInt(last) + 1));
        }
    }
}
