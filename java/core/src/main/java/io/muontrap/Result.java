package io.muontrap;

import io.muontrap.cgroup.CgroupStats;
import io.muontrap.internal.text.TextBytes;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Usage;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/** What happened: how the leader ended, why, what it used, and the output that was captured. Immutable. */
public final class Result {

    private static final int QUOTED = 200;

    private final CommandSpec command;
    private final ExitStatus status;
    private final Cause cause;
    private final Usage usage;
    private final Captured stdout;
    private final Captured stderr;
    private final boolean drained;
    private final Set<Containment> containment;
    private final Optional<CgroupStats> cgroup;
    private final long dropped;
    private final Throwable handlerFailure;
    private final IOException inputFailure;

    /**
     * @param stdout null where it was not captured
     * @param stderr null where it was not captured; {@link Captured#nothing} where it was merged
     * @param drained whether every output was read to its end
     * @param dropped bytes that outputs which may drop have dropped
     * @param handlerFailure what an output's consumer threw, or null
     * @param inputFailure why the given input was not taken to its end, or null
     */
    Result(
            CommandSpec command,
            ExitStatus status,
            Cause cause,
            Usage usage,
            Captured stdout,
            Captured stderr,
            boolean drained,
            Set<Containment> containment,
            Optional<CgroupStats> cgroup,
            long dropped,
            Throwable handlerFailure,
            IOException inputFailure) {
        this.command = Objects.requireNonNull(command, "command");
        this.status = Objects.requireNonNull(status, "status");
        this.cause = Objects.requireNonNull(cause, "cause");
        this.usage = Objects.requireNonNull(usage, "usage");
        this.stdout = stdout;
        this.stderr = stderr;
        this.drained = drained;
        this.containment = Set.copyOf(containment);
        this.cgroup = cgroup;
        this.dropped = dropped;
        this.handlerFailure = handlerFailure;
        this.inputFailure = inputFailure;
    }

    /** How the leader ended. */
    public ExitStatus status() {
        return status;
    }

    /** Why the tree ended. */
    public Cause cause() {
        return cause;
    }

    /** Times, peak memory, and who was killed with it. */
    public Usage usage() {
        return usage;
    }

    /**
     * Standard output as text, in the charset of its {@link Output}: the locale's, but UTF-8 where that is US-ASCII. What
     * is no text in it becomes U+FFFD.
     *
     * @throws IllegalStateException if it was not captured
     */
    public String stdout() {
        return captured(stdout, "stdout").text();
    }

    /**
     * Standard output as it came.
     *
     * @throws IllegalStateException if it was not captured
     */
    public byte[] stdoutBytes() {
        return captured(stdout, "stdout").bytes().clone();
    }

    /**
     * Standard error as text, as {@link #stdout()}; empty where it was merged into a captured standard
     * output.
     *
     * @throws IllegalStateException if it, or what it was merged into, was not captured
     */
    public String stderr() {
        return captured(stderr, "stderr").text();
    }

    /**
     * Standard error as it came; empty where it was merged into a captured standard
     * output.
     *
     * @throws IllegalStateException if it, or what it was merged into, was not captured
     */
    public byte[] stderrBytes() {
        return captured(stderr, "stderr").bytes().clone();
    }

    /**
     * Whether output is missing: a capture's bound was reached, the drain deadline passed, or a consumer that may lose some
     * was too slow ({@link #dropped}). Long lines that {@link Output#lines} cut do not count.
     */
    public boolean truncated() {
        return !drained
                || dropped > 0
                || (stdout != null && stdout.truncated())
                || (stderr != null && stderr.truncated());
    }

    /** Bytes that were dropped because the consumer of an {@link Output#dropping} output, such as a log, was too slow. */
    public long dropped() {
        return dropped;
    }

    /**
     * Whether every output with a handler was read to its end. If not, something outside the tree still held it open when
     * the drain deadline passed.
     */
    public boolean drained() {
        return drained;
    }

    /** What the tree's control group had used when it ended; empty where it had none. */
    public Optional<CgroupStats> cgroup() {
        return cgroup;
    }

    /** What held the tree together. */
    public Set<Containment> containment() {
        return containment;
    }

    /** What the consumer of an output threw; the tree was ended for it. */
    public Optional<Throwable> handlerFailure() {
        return Optional.ofNullable(handlerFailure);
    }

    /**
     * Why the given input was not taken to its end, mostly EPIPE: the program did not want it all. That alone is no failure
     * of the program.
     */
    public Optional<IOException> inputFailure() {
        return Optional.ofNullable(inputFailure);
    }

    /**
     * This, if the program succeeded: it ended by itself with code 0 or one of {@link Command#successCodes}, no consumer
     * threw, and no output was lost but to a bound that was asked for ({@link Output#capture(long)},
     * {@link Command#drain}).
     *
     * @throws CommandFailedException otherwise; its message quotes the last line of a captured standard error
     */
    public Result orThrow() {
        Optional<String> failure = failure();
        if (failure.isPresent()) {
            throw new CommandFailedException(
                    TextBytes.text(command.program()) + ": " + failure.get() + lastWords(), this, handlerFailure);
        }
        return this;
    }

    private Optional<String> failure() {
        if (handlerFailure != null) {
            return Optional.of("the consumer of its output threw " + handlerFailure);
        }
        if (cause != Cause.SELF) {
            return Optional.of("ended by " + cause + ", " + status.describe());
        }
        if (!(status instanceof ExitStatus.Exited exited)
                || !command.successCodes().contains(exited.code())) {
            return Optional.of(status.describe());
        }
        if (stdout != null && stdout.failed()) {
            return Optional.of("stdout was cut after " + stdout.form().max() + " bytes");
        }
        if (stderr != null && stderr.failed()) {
            return Optional.of("stderr was cut after " + stderr.form().max() + " bytes");
        }
        if (!drained && !command.drainAsked()) {
            return Optional.of("output was cut: it was held open for longer than " + command.drain());
        }
        return Optional.empty();
    }

    /** Without control characters: a program must not write lines or colours of its own into our log. */
    private String lastWords() {
        if (stderr == null) {
            return "";
        }
        String text = stderr.text().stripTrailing();
        String line = text.substring(text.lastIndexOf('\n') + 1).replaceAll("\\p{Cntrl}", " ");
        return line.isEmpty() ? "" : ": " + (line.length() > QUOTED ? line.substring(0, QUOTED) + "..." : line);
    }

    private static Captured captured(Captured stream, String name) {
        if (stream == null) {
            throw new IllegalStateException(
                    name + " was not captured: it was sent elsewhere, or to a pipe; Output.capture() keeps it");
        }
        return stream;
    }

    @Override
    public String toString() {
        StringJoiner words = new StringJoiner(", ", "Result[", "]");
        words.add(TextBytes.text(command.program())).add(status.describe()).add(cause.toString());
        words.add(usage.wall().toString());
        if (truncated()) {
            words.add("truncated");
        }
        return words.toString();
    }
}
