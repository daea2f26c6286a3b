package io.muontrap.internal.lifecycle;

/**
 * What can happen to a tree. The driver posts only raw events; {@link Lifecycle} sharpens them by what it knows (the
 * ladder in force, the clock), and the sharpened ones are the rows of the {@link Table}.
 */
public enum Event {
    /** The program was exec'ed. */
    SPAWNED,
    /** Sharpened SPAWNED: its end was asked for meanwhile, without any grace. */
    SPAWNED_KILL(Kind.SHARPENED, null),
    /** No program runs, and none will. */
    SPAWN_FAILED,

    /** The leader is a zombie, not yet reaped. A reason given with it replaces SELF (the kernel's OOM killer). */
    LEADER_EXIT(Kind.RAW, Reason.SELF),
    /** Sharpened LEADER_EXIT: the policy has no grace for the rest. */
    LEADER_EXIT_KILL(Kind.SHARPENED, null),
    /** Sharpened LEADER_EXIT: nothing was asked, and the rest is to live on. */
    LEADER_EXIT_LEAVE(Kind.SHARPENED, null),
    /** Nothing of the tree is left but perhaps the leader. */
    TREE_EMPTY,

    /** End the tree by the policy. */
    STOP(Kind.RAW, Reason.STOP_ASKED),
    /** Close our end of stdin, then STOP. */
    CLOSE(Kind.RAW, Reason.STOP_ASKED),
    /** End the tree now. Also a sharpened STOP whose ladder has no rung. */
    KILL(Kind.RAW, Reason.STOP_ASKED),
    /** Sharpened CLOSE whose ladder has no rung. */
    CLOSE_KILL(Kind.SHARPENED, null),
    /** The time allowed is over; sharpened to STOP or KILL. */
    TIME_OVER(Kind.ALIAS, Reason.TIMEOUT),
    /** The owner goes away; sharpened to CLOSE or CLOSE_KILL. */
    OWNER_CLOSING(Kind.ALIAS, Reason.OWNER),

    /** Sharpened deadline: the next rung's turn. */
    RUNG_DUE(Kind.SHARPENED, null),
    /** Sharpened deadline: the grace is over. */
    LADDER_OVER(Kind.SHARPENED, null),

    /** Every output was read to its end and its handlers were served. */
    DRAINED,
    /** Sharpened deadline: the outputs had their time. */
    DRAIN_OVER(Kind.SHARPENED, null),
    /** The leaf is removed, was never made, or could not be removed in time. */
    LEAF_GONE;

    private enum Kind {
        /** Posted by the driver, and a row of the table. */
        RAW,
        /** Posted by the driver under this name, in the table under another. */
        ALIAS,
        /** A row of the table that only the life cycle itself can reach. */
        SHARPENED
    }

    private final Kind kind;
    private final Reason reason;

    Event() {
        this(Kind.RAW, null);
    }

    Event(Kind kind, Reason reason) {
        this.kind = kind;
        this.reason = reason;
    }

    /** Whether the driver may post it. */
    boolean posted() {
        return kind != Kind.SHARPENED;
    }

    /** Whether the table has a row for it. */
    boolean inTable() {
        return kind != Kind.ALIAS;
    }

    /** The reason that it stands for, or null if it is none. */
    Reason reason() {
        return reason;
    }
}
