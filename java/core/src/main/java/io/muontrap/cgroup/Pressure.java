package io.muontrap.cgroup;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How much time the processes of a group lost waiting for something that was short: the kernel's pressure stall
 * information.
 *
 * @param some at least one of them waited
 * @param full all that had work to do waited; absent where the kernel does not tell
 */
public record Pressure(Stall some, Optional<Stall> full) {

    public Pressure {
        Objects.requireNonNull(some, "some");
        Objects.requireNonNull(full, "full");
    }

    /**
     * The averages are parts of the time, in percent.
     *
     * @param average10 of the last 10 s
     * @param average60 of the last 60 s
     * @param average300 of the last 300 s
     * @param total all the time since the group was made
     */
    public record Stall(double average10, double average60, double average300, Duration total) {

        public Stall {
            Objects.requireNonNull(total, "total");
        }
    }
}
