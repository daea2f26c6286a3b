package io.muontrap.internal.launch;

import java.util.List;

/**
 * One spawn as plain numbers and bytes, before it is laid out for the child. What each field does, and in which order,
 * is said in {@code child.c}.
 *
 * @param program absolute path, without NUL
 * @param argv the arguments, each ended by NUL
 * @param envp the environment, each entry ended by NUL
 * @param directory absolute path, or null
 */
public record Plan(
        byte[] program,
        Strings argv,
        Strings envp,
        byte[] directory,
        int flags,
        Fds fds,
        Scheduling scheduling,
        List<Limit> limits,
        Rights rights) {

    /** Bits of {@code flags}, as in plan.h. */
    public static final int CLONE3 = 1;

    public static final int INTO_CGROUP = 1 << 1;
    public static final int OWN_MEMORY = 1 << 2;
    public static final int CLOSE_RANGE = 1 << 3;
    public static final int OWNER_SIGNAL = 1 << 4;
    public static final int SESSION = 1 << 5;
    public static final int TERMINAL = 1 << 6;
    public static final int OOM_SCORE = 1 << 7;
    public static final int UMASK = 1 << 8;
    public static final int NICE = 1 << 9;
    public static final int IO_PRIORITY = 1 << 10;
    public static final int NOFILE_DEFAULT = 1 << 11;
    public static final int PRIVATE_PROC = 1 << 12;
    public static final int SECUREBITS = 1 << 13;
    public static final int BOUNDING_SET = 1 << 14;
    public static final int CLEAR_AMBIENT = 1 << 15;
    public static final int KEEP_CAPABILITIES = 1 << 16;
    public static final int GROUPS = 1 << 17;
    public static final int GID = 1 << 18;
    public static final int UID = 1 << 19;
    public static final int CAPABILITIES = 1 << 20;
    public static final int UNDUMPABLE = 1 << 21;
    public static final int NO_NEW_PRIVS = 1 << 22;

    /** Any of these, and the JVM's "dumpable" is at stake: such spawns are serial in the whole JVM. */
    public static final int CHANGES_RIGHTS = GROUPS | GID | UID | CAPABILITIES | UNDUMPABLE;

    /** Strings one behind the other, each ended by NUL. */
    public record Strings(byte[] bytes, int count) {}

    /** A descriptor of ours and the number that it has in the child. */
    public record Move(int source, int target) {}

    /**
     * Descriptors.
     *
     * @param joins files of cgroups, "0" is written to each
     * @param cgroup directory for CLONE_INTO_CGROUP, or −1
     * @param exec descriptor to exec instead of the program, or −1
     * @param terminal what becomes the controlling terminal, or −1
     */
    public record Fds(List<Move> moves, List<Integer> joins, int cgroup, int exec, int terminal) {
        public static Fds of(List<Move> moves) {
            return new Fds(moves, List.of(), -1, -1, -1);
        }
    }

    /** Values that count where their flag is set; affinity where it is not empty. */
    public record Scheduling(int umask, int nice, int ioPriority, int oomScore, byte[] affinity) {
        public static final Scheduling INHERITED = new Scheduling(0, 0, 0, 0, new byte[0]);
    }

    /** RLIMIT number, soft and hard; −1 is no limit. */
    public record Limit(int resource, long soft, long hard) {}

    /** Values that count where their flag is set; ambient where it is not 0. */
    public record Rights(
            int uid,
            int gid,
            int[] groups,
            int securebits,
            long permitted,
            long inheritable,
            long ambient,
            long bounding) {
        public static final Rights UNCHANGED = new Rights(0, 0, new int[0], 0, 0, 0, 0, 0);
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
