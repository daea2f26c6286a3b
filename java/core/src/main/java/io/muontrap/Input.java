package io.muontrap;

import io.muontrap.internal.text.TextBytes;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;

/** Where a program's standard input comes from. Immutable; one may serve any number of commands. */
public final class Input {

    private static final Input EMPTY = new Input(new InputForm.Empty());
    private static final Input PIPE = new Input(new InputForm.Pipe());
    private static final Input INHERIT = new Input(new InputForm.Inherit());

    private final InputForm form;

    private Input(InputForm form) {
        this.form = form;
    }

    InputForm form() {
        return form;
    }

    /** Nothing: the program sees the end of its input at once. The default. */
    public static Input empty() {
        return EMPTY;
    }

    /** These bytes, then the end. The array is copied. A program that does not want them all is no failure. */
    public static Input bytes(byte[] bytes) {
        return new Input(new InputForm.Bytes(bytes.clone()));
    }

    /**
     * This text, then the end, in the charset that {@link Result#stdout()} is read in: the locale's, but UTF-8 where that
     * is US-ASCII.
     *
     * @throws IllegalArgumentException if the charset cannot express it
     */
    public static Input text(String text) {
        return text(text, TextBytes.streamCharset());
    }

    /**
     * This text in that charset, then the end.
     *
     * @throws IllegalArgumentException if the charset cannot express it
     */
    public static Input text(String text, Charset charset) {
        return new Input(
                new InputForm.Bytes(TextBytes.encode(text, "text", Objects.requireNonNull(charset, "charset"))));
    }

    /**
     * What a stream gives, then the end; read by a thread of the command's executor, and not closed. It can be read once,
     * so that such a command can be started once. A program that does not want all of it is no failure; a stream that
     * throws ends the tree, for a program must not take half an input for a whole one.
     */
    public static Input stream(InputStream stream) {
        return new Input(new InputForm.Stream(Objects.requireNonNull(stream, "stream")));
    }

    /**
     * A file, opened at the start. A relative path counts from the JVM's working directory, as in
     * {@link ProcessBuilder}.
     *
     * @throws IllegalArgumentException if the path is empty, not of the default file system, or not expressible in the
     *     JVM's charset for paths
     */
    public static Input file(Path path) {
        return new Input(new InputForm.FromFile(TextBytes.of(path, "path")));
    }

    /**
     * A pipe, written through {@link ContainedProcess#getOutputStream()}. {@link Command#run()}, where nobody could write,
     * closes it at once.
     */
    public static Input pipe() {
        return PIPE;
    }

    /** The JVM's own standard input. */
    public static Input inherit() {
        return INHERIT;
    }

    /**
     * The same as a redirect of {@link ProcessBuilder}.
     *
     * @throws IllegalArgumentException if it is one for writing
     */
    public static Input from(Redirect redirect) {
        return switch (redirect.type()) {
            case PIPE -> PIPE;
            case INHERIT -> INHERIT;
            case READ -> file(redirect.file().toPath());
            default -> throw new IllegalArgumentException("redirect must be one for reading: " + redirect);
        };
    }

    @Override
    public String toString() {
        return form instanceof InputForm.Bytes given
                ? "Input[" + given.bytes().length + " bytes]"
                : "Input[" + (form instanceof InputForm.FromFile file ? TextBytes.text(file.path()) : name()) + "]";
    }

    private String name() {
        return form.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
