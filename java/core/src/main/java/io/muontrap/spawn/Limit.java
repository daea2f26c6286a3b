package io.muontrap.spawn;

import java.util.Objects;

/**
 * A resource limit of a child: setrlimit(2).
 *
 * @param soft what is enforced; {@link #NONE} for no limit
 * @param hard up to where the child may raise it itself; {@link #NONE} for no limit
 */
public record Limit(Resource resource, long soft, long hard) {

    /** RLIM_INFINITY. */
    public static final long NONE = -1;

    /** Named as in setrlimit(2), without {@code RLIMIT_}; numbered as on x86_64 and aarch64. */
    public enum Resource {
        /** Seconds of processor time. */
        CPU,
        /** Bytes of a file that it may write. */
        FSIZE,
        /** Bytes of data segment. */
        DATA,
        /** Bytes of stack. */
        STACK,
        /** Bytes of a core file. */
        CORE,
        /** Has no effect on Linux since 2.4.30. */
        RSS,
        /** Processes of its real user id, counted over the whole host. */
        NPROC,
        /** One more than the highest descriptor. */
        NOFILE,
        /** Bytes that may be locked in memory. */
        MEMLOCK,
        /** Bytes of address space. */
        AS,
        /** Has no effect on Linux. */
        LOCKS,
        /** Queued signals of its real user id. */
        SIGPENDING,
        /** Bytes in POSIX message queues of its real user id. */
        MSGQUEUE,
        /** 20 less the lowest nice value that it may take. */
        NICE,
        /** The highest real-time priority. */
        RTPRIO,
        /** Microseconds of real-time processor time without a blocking call. */
        RTTIME
    }

    /** @throws IllegalArgumentException when below {@link #NONE}, or soft above hard */
    public Limit {
        Objects.requireNonNull(resource, "resource");
        if (soft < NONE || hard < NONE) {
            throw new IllegalArgumentException("limit " + resource + ": negative: " + soft + ", " + hard);
        }
        if (Long.compareUnsigned(soft, hard) > 0) {
            throw new IllegalArgumentException("limit " + resource + ": soft " + soft + " is above hard " + hard);
        }
    }
}
