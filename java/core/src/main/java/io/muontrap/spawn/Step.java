package io.muontrap.spawn;

import java.util.Arrays;
import java.util.List;

/**
 * The stages of one start in their order: first those in Java, then those in the kernel and the child, then those after
 * the program runs.
 *
 * <p>A failed start names the stage that said no. The names from {@link #PLAN} to {@link #RUNNING} are those of the
 * native library; a library with another list is refused at load.
 */
public enum Step {
    /** The program or a directory was looked up. */
    LOOKUP,
    /** The user and the groups were looked up. */
    USER,
    /** Text was turned into the bytes that the kernel gets. */
    ENCODE,
    /** A file that a stream goes to or comes from was opened. */
    OPEN,
    /** A pipe was made. */
    PIPE,
    /** The tree's control group was found, made and limited. */
    CGROUP,
    /** The spawner thread took the job. */
    SPAWNER,
    /** The plan was laid out in memory and its strings counted. */
    PLAN,
    /** The child was cloned. */
    CLONE,
    /** The child asked for a signal at its owner's death. */
    OWNER_SIGNAL,
    /** Every descriptor of the JVM was marked to close at exec. */
    CLOSE_FDS,
    /** The descriptors still needed were moved out of the way of the wanted numbers. */
    KEEP_FDS,
    /** The child entered the cgroups that were handed over as descriptors. */
    JOIN,
    /** A session of its own. */
    SESSION,
    /** A terminal became the session's own. */
    TERMINAL,
    /** The handed-over descriptors were put at the wanted numbers. */
    PLACE_FDS,
    /** The weight for the out-of-memory killer. */
    OOM_SCORE,
    /** The mask for new files. */
    UMASK,
    /** The nice value. */
    NICE,
    /** The priority of input and output. */
    IO_PRIORITY,
    /** The processors that it may use. */
    AFFINITY,
    /** The resource limits, that on open files last. */
    LIMIT,
    /** A /proc that shows only its own namespace. */
    PRIVATE_PROC,
    /** The securebits. */
    SECUREBITS,
    /** The capability bounding set. */
    BOUNDING_SET,
    /** Ambient capabilities that the JVM holds were dropped. */
    CLEAR_AMBIENT,
    /** Capabilities were kept over the change of user. */
    KEEP_CAPABILITIES,
    /** The supplementary groups. */
    GROUPS,
    /** The group id. */
    GID,
    /** The user id. */
    UID,
    /** The child made itself unreadable for its new user: it still has the JVM's memory. */
    UNDUMPABLE,
    /** The capabilities. */
    CAPABILITIES,
    /** The ambient capabilities. */
    AMBIENT,
    /** Ids and capabilities were read back and compared with what was asked. */
    READ_BACK,
    /** The working directory. */
    DIRECTORY,
    /** No new privileges by exec. */
    NO_NEW_PRIVS,
    /** The signal at the owner's death once more, since a change of ids clears it. */
    OWNER_SIGNAL_AGAIN,
    /** The owner was found dead: the program was not run. */
    OWNER_ALIVE,
    /** Every signal got its default action. */
    SIGNALS,
    /** The signal mask was emptied. */
    MASK,
    /** The program was executed. */
    EXEC,
    /** The program runs. */
    RUNNING,
    /** The program's cgroups were checked against what was asked. */
    MEMBERSHIP;

    private static final List<Step> NATIVE = Arrays.stream(values())
            .filter(s -> s.compareTo(PLAN) >= 0 && s.compareTo(RUNNING) <= 0)
            .toList();

    /** The step that the native library numbers so. */
    static Step ofNative(int index) {
        return NATIVE.get(index);
    }

    /** What the native library must say of itself: the names of its steps in their order, separated by commas. */
    static String nativeNames() {
        return String.join(",", NATIVE.stream().map(Step::name).toList());
    }
}
