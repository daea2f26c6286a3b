package io.muontrap.internal.lifecycle;

/**
 * What the driver has to do, in the order given.
 *
 * <p>Four kinds are answered by an event: the ones that signal or reap the rest by {@link Event#TREE_EMPTY}, DRAIN by
 * {@link Event#DRAINED}, REMOVE_LEAF by {@link Event#LEAF_GONE}. Such an action is always the last of its list, so the
 * driver may answer from within it. No action fails: what cannot be done is logged and answered all the same.
 */
public enum Action {
    /** Send {@link Lifecycle#rung()}, then SIGCONT: a stopped process sees nothing else but SIGKILL. */
    SIGNAL_RUNG,
    /** SIGKILL to the whole tree, again and again until it is empty; then TREE_EMPTY. */
    KILL_TREE,
    /** Reap the leader; the rest lives on. */
    REAP,
    /**
     * Signal the rest with {@link Lifecycle#restSignal()}, then SIGCONT, while the leader is still a zombie and so holds
     * its group's number; then reap it; TREE_EMPTY as soon as nothing is left.
     */
    REAP_AND_SIGNAL_REST,
    /** As REAP_AND_SIGNAL_REST with SIGKILL, and then as KILL_TREE. */
    REAP_AND_KILL_REST,
    /** Close our end of the program's stdin. May come more than once, and before the program was started. */
    CLOSE_STDIN,
    /** Our end of stdin is closed; the outputs are read to their ends; then DRAINED. */
    DRAIN,
    /** Read no further: close our ends of the outputs. */
    CUT_OUTPUT,
    /** Remove the leaf, or give up within a bounded time; nothing to do if there is none or if it is kept. */
    REMOVE_LEAF,
    /** The one moment: publish the result. */
    COMPLETE
}
