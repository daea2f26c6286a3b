/**
 * Launches programs whose whole process tree dies with its owner, obeys its limits, starts clean, and ends with a report.
 *
 * <p>Begin with {@link io.muontrap.Command}. Linux only, x86_64 and aarch64.
 */
module io.muontrap {
    exports io.muontrap;
    exports io.muontrap.cgroup;
    exports io.muontrap.spawn;
}
