package io.muontrap;

import io.muontrap.internal.text.TextBytes;
import io.muontrap.spawn.CheckReturnValue;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/** Where a program's standard output or standard error goes. Immutable; one may serve any number of commands. */
public final class Output {

    /** What {@link #capture()} keeps: 16 MiB. */
    static final int DEFAULT_CAPTURE = 16 << 20;

    /** Some bytes below the longest array that every JVM makes. */
    private static final int LARGEST_CAPTURE = Integer.MAX_VALUE - 64;

    private static final Output DISCARD = new Output(new OutputForm.Discard());
    private static final Output INHERIT = new Output(new OutputForm.Inherit());
    private static final Output PIPE = new Output(new OutputForm.Pipe());
    private static final Output TO_STDOUT = new Output(new OutputForm.ToStdout());

    private final OutputForm form;

    private Output(OutputForm form) {
        this.form = form;
    }

    OutputForm form() {
        return form;
    }

    /** Away with it: the program writes to /dev/null. */
    public static Output discard() {
        return DISCARD;
    }

    /** The JVM's own standard output, or standard error for standard error. */
    public static Output inherit() {
        return INHERIT;
    }

    /**
     * A pipe, read through {@link ContainedProcess#getInputStream()} or {@link ContainedProcess#getErrorStream()}; a
     * program that is not read stops when the pipe is full. {@link Command#run()}, where nobody could read, captures
     * instead.
     */
    public static Output pipe() {
        return PIPE;
    }

    /**
     * A file, made or cut to nothing at the start. A relative path counts from the JVM's working directory, as in
     * {@link ProcessBuilder}.
     *
     * @throws IllegalArgumentException if the path is empty, not of the default file system, or not expressible in the
     *     JVM's charset for paths
     */
    public static Output file(Path path) {
        return new Output(new OutputForm.ToFile(TextBytes.of(path, "path"), false));
    }

    /**
     * A file, made if it is not there, written at its end. The path as in {@link #file}.
     *
     * @throws IllegalArgumentException as {@link #file}
     */
    public static Output appendTo(Path path) {
        return new Output(new OutputForm.ToFile(TextBytes.of(path, "path"), true));
    }

    /**
     * Each line as text without its end ({@code \n} or {@code \r\n}), the last one also without; in order and never two at
     * once, on the command's executor. A slow consumer slows the program down. One that throws ends the tree. What is no
     * text in the charset becomes U+FFFD. A line is cut after 1 MiB, and then ends in {@code …[cut]}.
     *
     * <p>The charset is the locale's, but UTF-8 where that is US-ASCII; {@link #charset} takes another.
     */
    public static Output lines(Consumer<String> consumer) {
        return new Output(
                new OutputForm.Lines(Objects.requireNonNull(consumer, "consumer"), TextBytes.streamCharset(), false));
    }

    /**
     * The bytes as they come, each array once and for keeps; in order and never two at once, on the command's executor. A
     * slow consumer slows the program down. One that throws ends the tree.
     */
    public static Output bytes(Consumer<byte[]> consumer) {
        return new Output(new OutputForm.Bytes(Objects.requireNonNull(consumer, "consumer"), false));
    }

    /**
     * Each line to a log, at this level; as {@link #lines}, but for a log that is too slow lines are dropped and told by
     * {@link Result#truncated()}: a program does not wait for its log.
     */
    public static Output log(System.Logger logger, System.Logger.Level level) {
        Objects.requireNonNull(logger, "logger");
        Objects.requireNonNull(level, "level");
        return lines(line -> logger.log(level, line)).dropping();
    }

    /**
     * Kept for {@link Result#stdout()} or {@link Result#stderr()}, the first 16 MiB; the program is never stalled by the
     * bound. Losing more than that makes {@link Result#orThrow()} throw.
     */
    public static Output capture() {
        return new Output(new OutputForm.Capture(DEFAULT_CAPTURE, 0, false, TextBytes.streamCharset()));
    }

    /**
     * Kept, the first {@code max} bytes; {@link Result#truncated()} tells whether there were more, which is no failure,
     * since the bound was asked for.
     *
     * @param max bytes, 0 to about 2 GiB
     * @throws IllegalArgumentException if it is negative or more than fits into an array
     */
    public static Output capture(long max) {
        return capture(checked(max, "max"), 0);
    }

    /**
     * Kept, the last {@code max} bytes; else as {@link #capture(long)}.
     *
     * @param max bytes, 0 to about 2 GiB
     * @throws IllegalArgumentException if it is negative or more than fits into an array
     */
    public static Output captureTail(long max) {
        return capture(0, checked(max, "max"));
    }

    /**
     * Kept, the first {@code head} bytes and the last {@code tail} ones, one behind the other; what was between them is
     * gone, and {@link Result#truncated()} tells so. Else as {@link #capture(long)}.
     *
     * @param head bytes, from 0
     * @param tail bytes, from 0; both together to about 2 GiB
     * @throws IllegalArgumentException if one is negative, or both are more than fits into an array
     */
    public static Output captureEnds(long head, long tail) {
        int first = checked(head, "head");
        int last = checked(tail, "tail");
        checked((long) first + last, "head and tail");
        return capture(first, last);
    }

    private static Output capture(int head, int tail) {
        return new Output(new OutputForm.Capture(head, tail, true, TextBytes.streamCharset()));
    }

    private static int checked(long bytes, String what) {
        if (bytes < 0 || bytes > LARGEST_CAPTURE) {
            throw new IllegalArgumentException(what + " must be 0 to " + LARGEST_CAPTURE + " bytes: " + bytes);
        }
        return (int) bytes;
    }

    /**
     * To several at once: files, the JVM's own stream, consumers, and at most one that is kept. The slowest sets the pace.
     *
     * @throws IllegalArgumentException if there is none, or among them is {@link #pipe}, {@link #toStdout} or a second one
     *     that is kept
     */
    public static Output tee(Output... outputs) {
        List<OutputForm> forms = new ArrayList<>();
        for (Output output : outputs) {
            OutputForm form = Objects.requireNonNull(output, "output " + (forms.size() + 1)).form;
            if (form instanceof OutputForm.Pipe || form instanceof OutputForm.ToStdout) {
                throw new IllegalArgumentException("outputs must not hold " + output);
            }
            if (form instanceof OutputForm.Tee more) {
                forms.addAll(more.forms());
            } else if (!(form instanceof OutputForm.Discard)) {
                forms.add(form);
            }
        }
        if (outputs.length == 0) {
            throw new IllegalArgumentException("outputs must not be none");
        }
        if (forms.stream().filter(OutputForm.Capture.class::isInstance).count() > 1) {
            throw new IllegalArgumentException("outputs must not hold more than one that is kept");
        }
        return forms.isEmpty()
                ? DISCARD
                : forms.size() == 1 ? new Output(forms.get(0)) : new Output(new OutputForm.Tee(forms));
    }

    /** For {@link Command#stderr} alone: merged into standard output, in the order of writing. */
    public static Output toStdout() {
        return TO_STDOUT;
    }

    /**
     * The same as a redirect of {@link ProcessBuilder}.
     *
     * @throws IllegalArgumentException if it is one for reading
     */
    public static Output from(Redirect redirect) {
        if (redirect.equals(Redirect.DISCARD)) {
            return DISCARD;
        }
        return switch (redirect.type()) {
            case PIPE -> PIPE;
            case INHERIT -> INHERIT;
            case WRITE -> file(redirect.file().toPath());
            case APPEND -> appendTo(redirect.file().toPath());
            default -> throw new IllegalArgumentException("redirect must be one for writing: " + redirect);
        };
    }

    /**
     * {@link #lines}, {@link #log} or {@link #capture} with its text in this charset.
     *
     * @throws IllegalArgumentException for any other output, which has no text
     */
    @CheckReturnValue
    public Output charset(Charset charset) {
        Objects.requireNonNull(charset, "charset");
        if (form instanceof OutputForm.Lines lines) {
            return new Output(new OutputForm.Lines(lines.consumer(), charset, lines.drop()));
        }
        if (form instanceof OutputForm.Capture capture) {
            return new Output(new OutputForm.Capture(capture.max(), capture.tail(), capture.asked(), charset));
        }
        throw new IllegalArgumentException("charset is for lines and capture: " + this);
    }

    /**
     * {@link #lines} or {@link #bytes}, where a consumer that is too slow does not slow the program down: what has no place
     * in 256 KiB is dropped, and {@link Result#truncated()} tells so.
     *
     * @throws IllegalArgumentException for any other output, which has no consumer
     */
    @CheckReturnValue
    public Output dropping() {
        if (form instanceof OutputForm.Lines lines) {
            return new Output(new OutputForm.Lines(lines.consumer(), lines.charset(), true));
        }
        if (form instanceof OutputForm.Bytes bytes) {
            return new Output(new OutputForm.Bytes(bytes.consumer(), true));
        }
        throw new IllegalArgumentException("dropping is for lines and bytes: " + this);
    }

    @Override
    public String toString() {
        if (form instanceof OutputForm.ToFile file) {
            return "Output[" + TextBytes.text(file.path()) + "]";
        }
        return "Output[" + form.getClass().getSimpleName().toLowerCase(Locale.ROOT) + "]";
    }
}
