package io.muontrap;

/** What happens to the rest of a tree when its leader has ended by itself. */
public enum AfterExit {
    /** It is stopped by the stop policy: the tree ends with its leader. The default. */
    STOP,
    /**
     * It is left running, and nobody waits for it. A stop that was asked before still ends the whole tree. Outputs that it
     * holds open are read until the {@linkplain Command#drain drain} is over, and are then cut: send them to a file, or
     * discard them.
     */
    LEAVE
}
