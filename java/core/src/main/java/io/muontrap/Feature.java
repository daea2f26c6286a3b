package io.muontrap;

/** What a host may have or lack; {@link HostReport} tells which, and why not. */
public enum Feature {
    /** A child that shares the JVM's memory until its exec. */
    VFORK,
    /** clone3(2): it may be missing or refused by a seccomp filter. */
    CLONE3,
    /** Processes named by descriptor (Linux 5.3). */
    PIDFD,
    /** The exit status of a process that other code reaped (Linux 6.15). */
    PIDFD_EXIT_INFO,
    /** A signal to a whole process group by descriptor (Linux 6.9). */
    PIDFD_SIGNAL_GROUP,
    /** A child that the kernel kills when its last descriptor is closed (Linux 7.1). */
    PIDFD_AUTOKILL,
    /** All descriptors closed by one call (Linux 5.9). */
    CLOSE_RANGE,
    /** The kernel's signal to a child at its owner's death. */
    OWNER_SIGNAL,
    /** A child born in its control group (Linux 5.7, cgroup v2). */
    CLONE_INTO_CGROUP,
    /** A whole control group killed by one write (Linux 5.14, cgroup v2). */
    CGROUP_KILL,
    /** Control groups, version 1. */
    CGROUP_V1,
    /** Control groups, version 2. */
    CGROUP_V2,
    /** A place below which this JVM may make control groups. */
    CGROUP_BASE,
    /** Pid namespaces, by privilege or by a user namespace. */
    PID_NAMESPACE,
    /** Programs started as other users. */
    OTHER_USERS
}
