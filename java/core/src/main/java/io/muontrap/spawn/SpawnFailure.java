package io.muontrap.spawn;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.launch.Outcome;
import io.muontrap.internal.launch.Plan;
import io.muontrap.internal.text.Shebang;
import io.muontrap.internal.text.TextBytes;
import java.util.List;
import java.util.Optional;

/** Turns a step and an errno into one line that says what was wrong and, where that is known, what helps. */
final class SpawnFailure {

    private SpawnFailure() {}

    /** @param joins the files of {@link Step#JOIN}, in the plan's order */
    static SpawnException of(Outcome outcome, Plan plan, List<Fd> joins) {
        Step step = Step.ofNative(outcome.step());
        if (step == Step.RUNNING) {
            return new SpawnException(
                    Step.EXEC,
                    Errno.ETIMEDOUT,
                    "it ran only after the start's deadline, and was killed",
                    TextBytes.text(plan.program()));
        }
        if (outcome.errno() == 0) {
            return new SpawnException(
                    step,
                    0,
                    outcome.signal() == 0
                            ? "the child ended before it ran the program"
                            : "the child was killed by " + Signal.of(outcome.signal()) + " before it ran the program",
                    TextBytes.text(plan.program()));
        }
        int errno = outcome.errno();
        return switch (step) {
            case EXEC -> exec(errno, plan);
            case CLONE -> new SpawnException(step, errno, "no process could be made", null, cloneFix(errno));
            case DIRECTORY ->
                new SpawnException(step, errno, "the directory cannot be entered", TextBytes.text(plan.directory()));
            case KEEP_FDS, PLACE_FDS ->
                new SpawnException(step, errno, handedOver(plan, outcome.detail()), null, fdFix(errno));
            case LIMIT -> new SpawnException(step, errno, "limit " + limit(plan, outcome.detail()));
            case JOIN -> new SpawnException(step, errno, "the child may not join", joined(joins, outcome.detail()));
            case OWNER_ALIVE -> new SpawnException(step, errno, "this JVM was found dead");
            default -> new SpawnException(step, errno, "refused");
        };
    }

    private static String joined(List<Fd> joins, int at) {
        return joins.get(at).name().isEmpty()
                ? "cgroup file number " + at
                : joins.get(at).name();
    }

    static SpawnException tooBig(Plan plan) {
        return new SpawnException(
                Step.EXEC,
                Errno.E2BIG,
                "arguments and environment are larger than any kernel takes",
                TextBytes.text(plan.program()));
    }

    static SpawnException lost(int step, Plan plan) {
        return new SpawnException(
                Step.ofNative(step),
                Errno.ETIMEDOUT,
                "the child neither ran nor died; the thread that spawned it was given up",
                TextBytes.text(plan.program()));
    }

    private static SpawnException exec(int errno, Plan plan) {
        String program = TextBytes.text(plan.program());
        if (errno == Errno.ENOENT) {
            Optional<String> interpreter = Shebang.missing(plan.program(), plan.directory());
            if (interpreter.isPresent()) {
                return new SpawnException(
                        Step.EXEC,
                        errno,
                        "the interpreter " + interpreter.get() + " of the script is missing",
                        program);
            }
        }
        return new SpawnException(Step.EXEC, errno, execWhat(errno), program, execFix(errno));
    }

    private static String execWhat(int errno) {
        return switch (errno) {
            case Errno.ENOENT -> "no such program, or its loader is missing";
            case Errno.EACCES -> "not executable for this user, a directory, or on a noexec mount";
            case Errno.ENOEXEC -> "neither a binary for this machine nor a script with #!";
            case Errno.E2BIG -> "arguments and environment are too large";
            case Errno.ETXTBSY -> "somebody has the program open for writing";
            case Errno.ELOOP -> "too many symbolic links, or an interpreter that is a script itself, too deep";
            default -> "not executed";
        };
    }

    private static String execFix(int errno) {
        return switch (errno) {
            case Errno.E2BIG -> "one string may have 131071 bytes, all together a quarter of the stack limit";
            case Errno.EAGAIN -> "the user's number of processes is at its limit (RLIMIT_NPROC)";
            case Errno.ENOEXEC -> "a script without #! is run by its shell: sh FILE";
            default -> null;
        };
    }

    private static String cloneFix(int errno) {
        return switch (errno) {
            case Errno.EAGAIN ->
                "a limit on processes is reached: RLIMIT_NPROC, pids.max of a cgroup, or kernel.pid_max";
            case Errno.ENOMEM -> "the kernel has no memory, or the pid namespace has no init";
            case Errno.EBUSY -> "a start that changes ids hangs in this JVM, and no other may run beside it";
            default -> null;
        };
    }

    private static String fdFix(int errno) {
        return errno == Errno.EINVAL || errno == Errno.EMFILE || errno == Errno.EBADF
                ? "it must be open, and the numbers asked for must be below RLIMIT_NOFILE"
                : null;
    }

    private static String handedOver(Plan plan, int index) {
        List<Plan.Move> moves = plan.fds().moves();
        return index >= 0 && index < moves.size()
                ? "fd " + moves.get(index).source() + ", given as "
                        + moves.get(index).target()
                : "descriptor number " + index + " of those handed over";
    }

    private static String limit(Plan plan, int index) {
        return index < plan.limits().size()
                ? Limit.Resource.values()[plan.limits().get(index).resource()].name()
                : Limit.Resource.NOFILE.name();
    }
}
