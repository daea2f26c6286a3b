package io.muontrap;

import io.muontrap.internal.text.TextBytes;
import io.muontrap.spawn.CheckReturnValue;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.file.Path;
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
                new OutputForm.Lines(Objects.requireNonNull(consumer, "consumer"), TextBytes.streamCharset()));
    }

    /**
     * The bytes as they come. Arrives with a later version.
     *
     * @throws UnsupportedOperationException always, in this version
     */
    @SuppressWarnings("DoNotCallSuggester") // a name of the fixed face that is filled later
    public static Output bytes(Consumer<byte[]> consumer) {
        throw new UnsupportedOperationException("Output.bytes() is not in this version");
    }

    /**
     * Each line to a log. Arrives with a later version.
     *
     * @throws UnsupportedOperationException always, in this version
     */
    @SuppressWarnings("DoNotCallSuggester") // a name of the fixed face that is filled later
    public static Output log(System.Logger logger, System.Logger.Level level) {
        throw new UnsupportedOperationException("Output.log() is not in this version");
    }

    /**
     * Kept for {@link Result#stdout()} or {@link Result#stderr()}, the first 16 MiB; the program is never stalled by the
     * bound. Losing more than that makes {@link Result#orThrow()} throw.
     */
    public static Output capture() {
        return new Output(new OutputForm.Capture(DEFAULT_CAPTURE, false, TextBytes.streamCharset()));
    }

    /**
     * Kept, the first {@code max} bytes; {@link Result#truncated()} tells whether there were more, which is no failure,
     * since the bound was asked for.
     *
     * @param max bytes, 0 to about 2 GiB
     * @throws IllegalArgumentException if it is negative or more than fits into an array
     */
    public static Output capture(long max) {
        if (max < 0 || max > LARGEST_CAPTURE) {
            throw new IllegalArgumentException("max must be 0 to " + LARGEST_CAPTURE + " bytes: " + max);
        }
        return new Output(new OutputForm.Capture((int) max, true, TextBytes.streamCharset()));
    }

    /**
     * To several at once. Arrives with a later version.
     *
     * @throws UnsupportedOperationException always, in this version
     */
    @SuppressWarnings("DoNotCallSuggester") // a name of the fixed face that is filled later
    public static Output tee(Output... outputs) {
        throw new UnsupportedOperationException("Output.tee() is not in this version");
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
     * {@link #lines} or {@link #capture} with its text in this charset.
     *
     * @throws IllegalArgumentException for any other output, which has no text
     */
    @CheckReturnValue
    public Output charset(Charset charset) {
        Objects.requireNonNull(charset, "charset");
        if (form instanceof OutputForm.Lines lines) {
            return new Output(new OutputForm.Lines(lines.consumer(), charset));
        }
        if (form instanceof OutputForm.Capture capture) {
            return new Output(new OutputForm.Capture(capture.max(), capture.asked(), charset));
        }
        throw new IllegalArgumentException("charset is for lines and capture: " + this);
    }

    @Override
    public String toString() {
        if (form instanceof OutputForm.ToFile file) {
            return "Output[" + TextBytes.text(file.path()) + "]";
        }
        return "Output[" + form.getClass().getSimpleName().toLowerCase(Locale.ROOT) + "]";
    }
}
