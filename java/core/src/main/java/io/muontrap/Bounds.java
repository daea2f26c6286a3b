package io.muontrap;

import java.time.Duration;

/**
 * What ends a tree beside its timeout.
 *
 * @param idle the longest time without output, or null
 * @param output bytes of both outputs together, or −1
 * @param cpu processor time, or null
 */
record Bounds(Duration idle, long output, Duration cpu) {

    static final Bounds NONE = new Bounds(null, -1, null);

    boolean onOutput() {
        return idle != null || output >= 0;
    }
}
