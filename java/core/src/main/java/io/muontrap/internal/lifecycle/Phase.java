package io.muontrap.internal.lifecycle;

/** Where one tree stands between its start and the one moment. Each is left for good, and only downwards. */
public enum Phase {
    /** The spawn is under way; there is nothing yet that could be signalled. */
    STARTING,
    /** As STARTING, but its end has been asked for. */
    DOOMED,
    /** The leader lives and nothing was asked. */
    RUNNING,
    /** The leader lives, the ladder runs. */
    STOPPING,
    /** The leader lives, SIGKILL was sent to the tree. */
    KILLING,
    /** The leader is reaped, the rest of the tree is on the ladder. */
    ENDING,
    /** The leader is reaped, SIGKILL was sent to the rest. */
    FINISHING,
    /** The leader is reaped, the rest dead or left alone on purpose; the outputs are being drained. */
    DRAINING,
    /** Nothing runs and nothing is read any more; the leaf is being removed. */
    CLEANING,
    /** The one moment has passed. */
    CLOSED
}
