package io.muontrap.internal.cgroup;

/**
 * Processor time for each period, both in µs. Rounded to the µs; the usual period of 100 ms, and 1 s where that would
 * leave less than the 1 ms that is the least the kernel takes.
 */
record Quota(long micros, long period) {

    private static final long USUAL = 100_000;
    private static final long LONGEST = 1_000_000;
    private static final long LEAST = 1_000;

    static Quota of(String processors) {
        double cpus = Double.parseDouble(processors);
        long period = cpus * USUAL < LEAST ? LONGEST : USUAL;
        return new Quota(Math.round(cpus * period), period);
    }
}
