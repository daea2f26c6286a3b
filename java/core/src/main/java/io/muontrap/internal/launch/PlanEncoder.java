package io.muontrap.internal.launch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Lays a {@link Plan} out as {@code struct plan} (plan.h): one block, offsets instead of pointers. */
final class PlanEncoder {

    private static final int MAGIC = 0x4d547031;
    private static final int HEADER = 208;
    private static final int FLAGS = 40;
    private static final int OWNER_PIDFD = 48;
    private static final int OWNER_PID = 52;
    private static final int CGROUP_FD = 56;
    private static final int EXEC_FD = 60;
    private static final int TTY_FD = 64;
    private static final int OWNER_SIGNAL = 68;
    private static final int UMASK = 72;
    private static final int NICE = 76;
    private static final int IO_PRIORITY = 80;
    private static final int OOM_SCORE = 84;
    private static final int UID = 88;
    private static final int GID = 92;
    private static final int SECUREBITS = 96;
    private static final int PERMITTED = 104;
    private static final int INHERITABLE = 112;
    private static final int AMBIENT = 120;
    private static final int BOUNDING = 128;
    private static final int PROGRAM = 136;
    private static final int DIRECTORY = 140;
    private static final int ARGV = 144;
    private static final int ENVP = 152;
    private static final int JOINS = 160;
    private static final int MOVES = 168;
    private static final int LIMITS = 176;
    private static final int GROUPS = 184;
    private static final int AFFINITY = 192;
    private static final int POINTERS = 200;

    private static final int SIGKILL = 9;

    private PlanEncoder() {}

    /** The bytes that {@link #encode} needs, its pointer area included; more than an int holds is refused by the caller. */
    static long size(Plan plan) {
        long tables = 8L * plan.fds().moves().size()
                + 4L * plan.fds().joins().size()
                + 24L * plan.limits().size()
                + 4L * plan.rights().groups().length
                + 8 * 8;
        long strings = plan.program().length
                + 1L
                + (plan.directory() == null ? 0 : plan.directory().length + 1L)
                + plan.argv().bytes().length
                + plan.envp().bytes().length
                + plan.scheduling().affinity().length;
        long pointers = 8L * ((long) plan.argv().count() + plan.envp().count() + 2);
        return HEADER + tables + strings + pointers + 16;
    }

    static void encode(Plan plan, Owner owner, ByteBuffer to) {
        to.clear().order(ByteOrder.nativeOrder());
        for (int at = 0; at < HEADER; at += 8) {
            to.putLong(at, 0);
        }
        to.putInt(0, MAGIC);
        to.putLong(FLAGS, plan.flags());
        to.putInt(OWNER_PIDFD, owner.pidfd());
        to.putInt(OWNER_PID, owner.parentPid());
        to.putInt(CGROUP_FD, plan.fds().cgroup());
        to.putInt(EXEC_FD, plan.fds().exec());
        to.putInt(TTY_FD, plan.fds().terminal());
        to.putInt(OWNER_SIGNAL, SIGKILL);
        to.putInt(UMASK, plan.scheduling().umask());
        to.putInt(NICE, plan.scheduling().nice());
        to.putInt(IO_PRIORITY, plan.scheduling().ioPriority());
        to.putInt(OOM_SCORE, plan.scheduling().oomScore());
        to.putInt(UID, plan.rights().uid());
        to.putInt(GID, plan.rights().gid());
        to.putInt(SECUREBITS, plan.rights().securebits());
        to.putLong(PERMITTED, plan.rights().permitted());
        to.putLong(INHERITABLE, plan.rights().inheritable());
        to.putLong(AMBIENT, plan.rights().ambient());
        to.putLong(BOUNDING, plan.rights().bounding());

        to.position(HEADER);
        putTables(plan, to);
        to.putInt(PROGRAM, to.position());
        to.put(plan.program()).put((byte) 0);
        if (plan.directory() != null) {
            to.putInt(DIRECTORY, to.position());
            to.put(plan.directory()).put((byte) 0);
        }
        table(to, ARGV, plan.argv().count());
        to.put(plan.argv().bytes());
        table(to, ENVP, plan.envp().count());
        to.put(plan.envp().bytes());
        align(to);
        int pointers = plan.argv().count() + plan.envp().count() + 2;
        table(to, POINTERS, pointers);
        to.putInt(4, to.position() + 8 * pointers);
    }

    private static void putTables(Plan plan, ByteBuffer to) {
        table(to, MOVES, plan.fds().moves().size());
        for (Plan.Move move : plan.fds().moves()) {
            to.putInt(move.source()).putInt(move.target());
        }
        List<Integer> joins = plan.fds().joins();
        table(to, JOINS, joins.size());
        joins.forEach(to::putInt);
        align(to);
        table(to, LIMITS, plan.limits().size());
        for (Plan.Limit limit : plan.limits()) {
            to.putInt(limit.resource()).putInt(0).putLong(limit.soft()).putLong(limit.hard());
        }
        table(to, GROUPS, plan.rights().groups().length);
        for (int group : plan.rights().groups()) {
            to.putInt(group);
        }
        table(to, AFFINITY, plan.scheduling().affinity().length);
        to.put(plan.scheduling().affinity());
    }

    private static void table(ByteBuffer to, int at, int count) {
        to.putInt(at, to.position());
        to.putInt(at + 4, count);
    }

    private static void align(ByteBuffer to) {
        while (to.position() % 8 != 0) {
            to.put((byte) 0);
        }
    }
}
