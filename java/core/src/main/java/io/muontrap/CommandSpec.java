package io.muontrap;

import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.internal.text.EnvironmentBlock;
import io.muontrap.spawn.StopPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Everything that a {@link Command} says, checked, in the form that a start needs. Arrays in it are never written.
 *
 * @param program as the user wrote it, not looked up
 * @param arguments behind the program's name
 * @param arg0 what the program sees as its name, or null for {@code program}
 * @param directory as the user gave it, or null for the JVM's
 * @param stdin null where nothing was said; likewise the two outputs
 * @param timeout null for none
 * @param bounds what ends it besides
 * @param drain how long an output that is held open is waited for after the tree's end
 * @param drainAsked whether the user chose it
 * @param executor null for our own
 * @param keepNofile RLIMIT_NOFILE passes as the JVM has it
 * @param groups null where nothing was said
 */
@SuppressWarnings("ArrayRecordComponent") // never written, never compared
record CommandSpec(
        byte[] program,
        List<byte[]> arguments,
        byte[] arg0,
        EnvironmentBlock environment,
        byte[] directory,
        Input stdin,
        Output stdout,
        Output stderr,
        Duration timeout,
        Bounds bounds,
        Duration drain,
        boolean drainAsked,
        StopPolicy stopPolicy,
        AfterExit afterExit,
        Set<Integer> successCodes,
        Executor executor,
        boolean keepNofile,
        OwnerDeath onOwnerDeath,
        Thread ownedBy,
        Set<Containment> required,
        boolean isolatePids,
        CgroupSpec cgroup,
        String user,
        String group,
        List<String> groups,
        boolean allowRoot,
        boolean foreground) {

    static final Duration DEFAULT_DRAIN = Duration.ofSeconds(1);

    CommandSpec {
        arguments = List.copyOf(arguments);
        successCodes = Set.copyOf(successCodes);
        required = Set.copyOf(required);
        groups = groups == null ? null : List.copyOf(groups);
    }

    /** With what {@code start()} takes where nothing was said: no input, outputs as pipes. */
    CommandSpec forStart() {
        CommandDraft draft = new CommandDraft(this);
        draft.stdin = stdin == null ? Input.empty() : stdin;
        draft.stdout = stdout == null ? Output.pipe() : stdout;
        draft.stderr = stderr == null ? Output.pipe() : stderr;
        return draft.spec();
    }

    /** With what {@code run()} takes: a pipe has nobody at its other end there, so it is as if nothing was said. */
    CommandSpec forRun() {
        CommandDraft draft = new CommandDraft(this);
        draft.stdin = stdin == null || stdin == Input.pipe() ? Input.empty() : stdin;
        draft.stdout = stdout == null || stdout == Output.pipe() ? Output.capture() : stdout;
        draft.stderr = stderr == null || stderr == Output.pipe() ? Output.capture() : stderr;
        return draft.spec();
    }

    /** Whether somebody of ours reads an output. */
    boolean reads() {
        return reads(stdout.form()) || reads(stderr.form());
    }

    private static boolean reads(OutputForm form) {
        return form instanceof OutputForm.Capture
                || form instanceof OutputForm.Lines
                || form instanceof OutputForm.Bytes
                || form instanceof OutputForm.Tee;
    }

    /** The first word that asks for what this version does not do. */
    Optional<String> unsupported() {
        if (isolatePids) {
            return Optional.of("isolatePids()");
        }
        if (onOwnerDeath != OwnerDeath.KILL_LEADER) {
            return Optional.of("onOwnerDeath(" + onOwnerDeath + ")");
        }
        if (ownedBy != null) {
            return Optional.of("ownedBy()");
        }
        return required.stream()
                .filter(c -> c == Containment.PID_NAMESPACE)
                .sorted()
                .map(c -> "require(" + c + ")")
                .findFirst();
    }
}
