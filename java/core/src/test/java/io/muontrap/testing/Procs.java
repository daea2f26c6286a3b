package io.muontrap.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Processes as /proc has them. "Gone" is reaped or state Z or X: never by {@code kill -0}, to which a zombie under a PID 1
 * that is slow to reap looks alive.
 */
public final class Procs {

    private Procs() {}

    /** The state's letter; X when there is no such process. */
    public static char state(int pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return 'X';
        }
    }

    public static boolean gone(int pid) {
        char state = state(pid);
        return state == 'Z' || state == 'X' || state == 'x';
    }

    /** Those of them that are alive. */
    public static List<Integer> alive(Collection<Integer> pids) {
        return pids.stream().filter(pid -> !gone(pid)).toList();
    }

    /** Of those that it made, the ones that nobody has reaped. */
    public static List<Integer> zombies() throws IOException {
        List<Integer> zombies = new ArrayList<>();
        for (int pid : made()) {
            if (state(pid) == 'Z') {
                zombies.add(pid);
            }
        }
        return zombies;
    }

    /**
     * Children that this JVM made, zombies among them. Where it is PID 1 every orphan becomes its zombie, which cannot be
     * told from one that it made: then only those alive.
     */
    public static List<Integer> made() throws IOException {
        List<Integer> children = children();
        return ProcessHandle.current().pid() == 1 ? alive(children) : children;
    }

    /** Children of this JVM, zombies among them. */
    public static List<Integer> children() throws IOException {
        List<Integer> children = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                children.addAll(childrenOf(task));
            }
        }
        return children;
    }

    private static List<Integer> childrenOf(Path task) throws IOException {
        try {
            String line = Files.readString(task.resolve("children")).trim();
            return line.isEmpty()
                    ? List.of()
                    : Stream.of(line.split(" ")).map(Integer::valueOf).toList();
        } catch (NoSuchFileException threadIsGone) {
            return List.of();
        }
    }

    /** Open descriptors of this JVM, each with what it is. */
    public static List<String> fds() throws IOException {
        return fds(ProcessHandle.current().pid());
    }

    /** Of another process. */
    public static List<String> fds(long pid) throws IOException {
        List<String> fds = new ArrayList<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path entry : entries.toList()) {
                try {
                    fds.add(entry.getFileName() + " " + Files.readSymbolicLink(entry));
                } catch (NoSuchFileException closedMeanwhile) {
                    continue; // the one of the listing itself, among others
                }
            }
        }
        return fds;
    }

    /** The short name of a process; empty where it is gone. */
    public static String name(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
        } catch (IOException gone) {
            return "";
        }
    }

    /** Threads of the library in this JVM. */
    public static List<String> libraryThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("muontrap"))
                .sorted()
                .toList();
    }

    /**
     * Waits for something that has no event (a process that is not ours to wait for); fails after the time, which is far
     * beyond what it should take.
     */
    public static void await(String what, Duration most, BooleanSupplier condition) {
        long until = System.nanoTime() + most.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("not within " + most + ": " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
