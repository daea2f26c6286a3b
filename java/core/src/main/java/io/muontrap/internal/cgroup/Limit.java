package io.muontrap.internal.cgroup;

/** The limits that a spec has verbs for; each is kept as the text of its own unit. */
public enum Limit {
    /** Bytes. */
    MEMORY_MAX,
    /** Bytes. */
    MEMORY_HIGH,
    /** Bytes of swap alone, as version 2 counts. */
    SWAP_MAX,
    /** Processors, a fraction too. */
    CPU_QUOTA,
    /** 1 to 10 000, 100 being usual. */
    CPU_WEIGHT,
    /** Processes and threads. */
    PIDS_MAX,
    /** 1 to 10 000, 100 being usual. */
    IO_WEIGHT,
    /** A list of processors such as 0-3,5. */
    CPUSET_CPUS,
    /** A list of memory nodes. */
    CPUSET_MEMS,
    /** true or false. */
    OOM_GROUP
}
