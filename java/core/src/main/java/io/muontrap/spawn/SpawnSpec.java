package io.muontrap.spawn;

import io.muontrap.internal.text.EnvironmentBlock;
import io.muontrap.internal.text.TextBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What {@link Spawner#spawn} starts: one program and all that is set before it runs. Immutable: every method returns a
 * changed copy.
 *
 * <p>Nothing is looked up here: the program is a path, users and groups are numbers. The child gets the JVM's standard
 * streams unless told otherwise, no other descriptor but those named here, the JVM's environment byte for byte, a
 * session of its own, default signals, and a soft limit of 1024 open files (or the hard limit, if that is lower).
 *
 * <p>Text becomes bytes in {@code sun.jnu.encoding}, as the JDK does it; what cannot be encoded and what holds a NUL is
 * refused. Where the bytes matter, there are methods that take bytes.
 */
public final class SpawnSpec {

    private static final byte[][] NO_BYTES = {};

    /** The fields, filled by a change before the copy is seen by anyone. */
    static final class Fields implements Cloneable {
        byte[] program;
        byte[][] argv = NO_BYTES;
        byte[][] environment; // null: the JVM's
        byte[] directory;
        Map<Integer, Fd> fds = Map.of();
        boolean session = true;
        Fd terminal;
        boolean ownerSignal = true;
        boolean keepOpenFilesLimit;
        Integer umask;
        Integer nice;
        Integer ioPriority;
        Integer oomScore;
        BitSet affinity;
        List<Limit> limits = List.of();
        Rights rights = Rights.UNCHANGED;
        List<Fd> joins = List.of();
        Fd cgroup;
        boolean privateProc;
        boolean ownMemory;
        Runnable rescue = () -> {}; // what frees a child that the deadline's SIGKILL does not end

        @Override
        public Fields clone() {
            try {
                return (Fields) super.clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private final Fields fields;

    private SpawnSpec(Fields fields) {
        this.fields = fields;
    }

    Fields fields() {
        return fields;
    }

    /**
     * A program by its path; a relative path is taken from the {@linkplain #directory child's directory}. The program's
     * name is also its argument 0.
     *
     * @throws IllegalArgumentException on an empty program, a NUL, or text that cannot be encoded
     */
    @CheckReturnValue
    public static SpawnSpec of(String program, String... args) {
        byte[][] argv = new byte[args.length + 1][];
        argv[0] = TextBytes.ofNonEmpty(program, "program");
        for (int i = 0; i < args.length; i++) {
            argv[i + 1] = TextBytes.of(args[i], "argument " + (i + 1));
        }
        return new SpawnSpec(new Fields()).with(f -> {
            f.program = argv[0];
            f.argv = argv;
        });
    }

    /**
     * A program and all its arguments as bytes, argument 0 included.
     *
     * @throws IllegalArgumentException on an empty program, no argument 0, or a NUL
     */
    @CheckReturnValue
    public static SpawnSpec of(byte[] program, List<byte[]> argv) {
        if (program.length == 0) {
            throw new IllegalArgumentException("program: empty");
        }
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("argv: empty, and Linux wants an argument 0");
        }
        byte[] path = withoutNul(program, "program");
        byte[][] copies = copies(argv, "argument");
        return new SpawnSpec(new Fields()).with(f -> {
            f.program = path;
            f.argv = copies;
        });
    }

    /** Another argument 0 than the program's name. */
    @CheckReturnValue
    public SpawnSpec arg0(String name) {
        byte[] bytes = TextBytes.of(name, "arg0");
        return with(f -> {
            f.argv = f.argv.clone();
            f.argv[0] = bytes;
        });
    }

    /**
     * Exactly this environment.
     *
     * @throws IllegalArgumentException on an empty name, one with {@code =}, or a NUL
     */
    @CheckReturnValue
    public SpawnSpec env(Map<String, String> environment) {
        EnvironmentBlock block = EnvironmentBlock.inherited().clear();
        for (Map.Entry<String, String> entry : environment.entrySet()) {
            block = block.set(entry.getKey(), entry.getValue());
        }
        try {
            return env(block.entries());
        } catch (IOException e) {
            throw new IllegalStateException("an environment that inherits nothing reads nothing", e);
        }
    }

    /** Exactly these entries, each usually {@code name=value}. */
    @CheckReturnValue
    public SpawnSpec env(List<byte[]> entries) {
        byte[][] copies = copies(entries, "environment entry");
        return with(f -> f.environment = copies);
    }

    /** The child's directory; a relative one is taken from the JVM's. */
    @CheckReturnValue
    public SpawnSpec directory(Path directory) {
        return directory(TextBytes.of(directory, "directory"));
    }

    /** The child's directory as bytes. */
    @CheckReturnValue
    public SpawnSpec directory(byte[] directory) {
        if (directory.length == 0) {
            throw new IllegalArgumentException("directory: empty");
        }
        byte[] copy = withoutNul(directory, "directory");
        return with(f -> f.directory = copy);
    }

    /** What the child has as descriptor 0. */
    @CheckReturnValue
    public SpawnSpec stdin(Fd source) {
        return fd(0, source);
    }

    /** What the child has as descriptor 1. */
    @CheckReturnValue
    public SpawnSpec stdout(Fd source) {
        return fd(1, source);
    }

    /** What the child has as descriptor 2. */
    @CheckReturnValue
    public SpawnSpec stderr(Fd source) {
        return fd(2, source);
    }

    /**
     * What the child has under a number of its own. The JVM's numbers do not matter: one descriptor may be given under
     * several, and numbers may be exchanged.
     *
     * @param number 0 to 1 000 000
     */
    @CheckReturnValue
    public SpawnSpec fd(int number, Fd source) {
        Objects.requireNonNull(source, "source");
        range("fd", number, 0, 1_000_000);
        return with(f -> {
            Map<Integer, Fd> fds = new TreeMap<>(f.fds);
            fds.put(number, source);
            f.fds = fds;
        });
    }

    /** Whether it leads a session and process group of its own (default); without, stop and kill reach it alone. */
    @CheckReturnValue
    public SpawnSpec session(boolean own) {
        return with(f -> f.session = own);
    }

    /** The terminal that controls its session. */
    @CheckReturnValue
    public SpawnSpec terminal(Fd terminal) {
        Objects.requireNonNull(terminal, "terminal");
        return with(f -> f.terminal = terminal);
    }

    /** Whether the kernel kills it when this JVM ends (default): PR_SET_PDEATHSIG, see prctl(2). */
    @CheckReturnValue
    public SpawnSpec diesWithOwner(boolean dies) {
        return with(f -> f.ownerSignal = dies);
    }

    /** The JVM's limit on open files instead of 1024; the JVM raises its own soft limit to the hard one. */
    @CheckReturnValue
    public SpawnSpec keepOpenFilesLimit() {
        return with(f -> f.keepOpenFilesLimit = true);
    }

    /** A resource limit; the last one for a resource counts. */
    @CheckReturnValue
    public SpawnSpec limit(Limit limit) {
        return with(f -> {
            List<Limit> limits = new ArrayList<>(f.limits);
            limits.removeIf(l -> l.resource() == limit.resource());
            limits.add(limit);
            f.limits = limits;
        });
    }

    /** The mask for files that it makes, 0 to 0777. */
    @CheckReturnValue
    public SpawnSpec umask(int mask) {
        range("umask", mask, 0, 0777);
        return with(f -> f.umask = mask);
    }

    /** The nice value, −20 to 19. */
    @CheckReturnValue
    public SpawnSpec nice(int nice) {
        range("nice", nice, -20, 19);
        return with(f -> f.nice = nice);
    }

    /**
     * The priority of its input and output: ionice(1).
     *
     * @param schedulingClass 1 real time, 2 best effort, 3 idle
     * @param level 0 (first) to 7
     */
    @CheckReturnValue
    public SpawnSpec ioPriority(int schedulingClass, int level) {
        range("io priority class", schedulingClass, 1, 3);
        range("io priority level", level, 0, 7);
        return with(f -> f.ioPriority = schedulingClass << 13 | level);
    }

    /** How readily the kernel kills it when memory runs out, −1000 (never) to 1000. */
    @CheckReturnValue
    public SpawnSpec oomScore(int score) {
        range("oom score", score, -1000, 1000);
        return with(f -> f.oomScore = score);
    }

    /** The processors that it may use; empty is refused. */
    @CheckReturnValue
    public SpawnSpec affinity(BitSet processors) {
        if (processors.isEmpty()) {
            throw new IllegalArgumentException("affinity: no processor");
        }
        BitSet copy = (BitSet) processors.clone();
        return with(f -> f.affinity = copy);
    }

    /** Its ids and capabilities. */
    @CheckReturnValue
    public SpawnSpec rights(Rights rights) {
        Objects.requireNonNull(rights, "rights");
        return with(f -> f.rights = rights);
    }

    /** A file to which the child writes "0" to enter a cgroup: v1 {@code tasks} or v2 {@code cgroup.procs}. */
    @CheckReturnValue
    public SpawnSpec join(Fd tasks) {
        Objects.requireNonNull(tasks, "tasks");
        return with(f -> {
            List<Fd> joins = new ArrayList<>(f.joins);
            joins.add(tasks);
            f.joins = joins;
        });
    }

    /** The directory of a v2 cgroup in which it is born: CLONE_INTO_CGROUP, Linux 5.7. */
    @CheckReturnValue
    public SpawnSpec cgroup(Fd directory) {
        Objects.requireNonNull(directory, "directory");
        return with(f -> f.cgroup = directory);
    }

    /** A /proc of its own in a mount namespace of its own; needs CAP_SYS_ADMIN. */
    @CheckReturnValue
    public SpawnSpec privateProc() {
        return with(f -> f.privateProc = true);
    }

    /**
     * Whether the child gets a copy of the JVM's page tables instead of sharing its memory until the exec. Much slower
     * on a large heap; for hosts on which sharing is a danger.
     */
    @CheckReturnValue
    public SpawnSpec ownMemory(boolean own) {
        return with(f -> f.ownMemory = own);
    }

    /** The program; environment values and arguments are left out. */
    @Override
    public String toString() {
        return "SpawnSpec[" + TextBytes.text(fields.program) + ", " + (fields.argv.length - 1) + " arguments]";
    }

    SpawnSpec rescuedBy(Runnable rescue) {
        return with(f -> f.rescue = rescue);
    }

    private SpawnSpec with(Consumer<Fields> change) {
        Fields copy = fields.clone();
        change.accept(copy);
        return new SpawnSpec(copy);
    }

    private static void range(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + ": " + value + " is not in " + least + ".." + most);
        }
    }

    private static byte[][] copies(List<byte[]> items, String what) {
        byte[][] copies = new byte[items.size()][];
        for (int i = 0; i < copies.length; i++) {
            copies[i] = withoutNul(items.get(i), what + " " + i);
        }
        return copies;
    }

    private static byte[] withoutNul(byte[] bytes, String what) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                throw new IllegalArgumentException(what + ": NUL at byte " + i);
            }
        }
        return bytes.clone();
    }

    /** The strings one behind the other, each ended by NUL. */
    static byte[] joined(byte[][] strings) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(
                Arrays.stream(strings).mapToInt(s -> s.length + 1).sum());
        for (byte[] string : strings) {
            all.write(string, 0, string.length);
            all.write(0);
        }
        return all.toByteArray();
    }
}
