package io.muontrap.internal.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * Text and paths as the bytes that the kernel gets, and back.
 *
 * <p>The JDK's charset for this is {@code sun.jnu.encoding}; unlike the JDK, which writes {@code ?} for what it cannot
 * express (TRAPS 68), everything that would not arrive whole is refused, naming the argument but never its value.
 */
public final class TextBytes {

    private static final Charset NATIVE = named("sun.jnu.encoding", Charset.defaultCharset());
    private static final char REPLACEMENT = '\uFFFD';

    private TextBytes() {}

    /** The charset of program names, arguments, environment and paths. */
    public static Charset charset() {
        return NATIVE;
    }

    /**
     * The charset of what programs read and write, where nobody says otherwise: the locale's, but UTF-8 where that is
     * US-ASCII. The C locale says nothing about a program's output, and UTF-8 reads ASCII alike.
     */
    public static Charset streamCharset() {
        Charset locale = named("native.encoding", NATIVE);
        return locale.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : locale;
    }

    /**
     * The bytes of a text without NUL.
     *
     * @param what the argument's name, for the exception
     * @throws IllegalArgumentException if there is a NUL in it, or something that the charset cannot express
     */
    public static byte[] of(String text, String what) {
        return of(text, what, NATIVE);
    }

    /** As {@link #of(String, String)}, and the empty text is refused too. */
    public static byte[] ofNonEmpty(String text, String what) {
        if (Objects.requireNonNull(text, what).isEmpty()) {
            throw new IllegalArgumentException(what + " must not be empty");
        }
        return of(text, what);
    }

    static byte[] of(String text, String what, Charset charset) {
        int nul = Objects.requireNonNull(text, what).indexOf('\0');
        if (nul >= 0) {
            throw new IllegalArgumentException(what + " must not hold NUL: it has one at index " + nul);
        }
        return encode(text, what, charset);
    }

    /**
     * The bytes of a text in which NUL is allowed.
     *
     * @throws IllegalArgumentException if the charset cannot express it, half a surrogate for example
     */
    public static byte[] encode(String text, String what, Charset charset) {
        CharsetEncoder encoder = charset.newEncoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer in = CharBuffer.wrap(Objects.requireNonNull(text, what));
        ByteBuffer out = ByteBuffer.allocate((int) Math.ceil((double) encoder.maxBytesPerChar() * text.length()) + 16);
        CoderResult end = encoder.encode(in, out, true);
        if (!end.isError()) {
            end = encoder.flush(out);
        }
        if (end.isError()) {
            throw new IllegalArgumentException(refusal(text, in.position(), what, charset));
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    /** The text of bytes, for messages and listings: what is no text becomes U+FFFD. */
    public static String text(byte[] bytes) {
        return new String(bytes, NATIVE);
    }

    /**
     * The bytes of a path, exactly those that the file system gave, also where they are no text.
     *
     * @throws IllegalArgumentException if it is empty, not of the default file system, or not expressible
     */
    public static byte[] of(Path path, String what) {
        Objects.requireNonNull(path, what);
        if (path.getFileSystem() != FileSystems.getDefault()) {
            throw new IllegalArgumentException(
                    what + " must be a path of the default file system: " + path.getFileSystem());
        }
        String text = path.toString();
        if (text.isEmpty()) {
            throw new IllegalArgumentException(what + " must not be empty");
        }
        return text.indexOf(REPLACEMENT) < 0 ? of(text, what) : fromUri(path);
    }

    /** The path of absolute bytes, exactly, also where they are no text. */
    public static Path path(byte[] absolute) {
        StringBuilder uri = new StringBuilder("file://");
        for (byte b : absolute) {
            if (b == '/') {
                uri.append('/');
            } else {
                uri.append('%').append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
            }
        }
        return Path.of(URI.create(uri.toString()));
    }

    /**
     * A path that begins at the root: a relative one continues the JVM's working directory, which is asked of the
     * kernel, since the property {@code user.dir} can be set to anything.
     */
    public static byte[] absolute(byte[] path) throws IOException {
        return path.length > 0 && path[0] == '/' ? path : resolve(workingDirectory(), path);
    }

    /** The JVM's working directory. */
    public static byte[] workingDirectory() throws IOException {
        return of(Files.readSymbolicLink(Path.of("/proc/self/cwd")), "working directory");
    }

    /** {@code path} below {@code directory}, or itself when it begins at the root. */
    public static byte[] resolve(byte[] directory, byte[] path) {
        if (path.length > 0 && path[0] == '/') {
            return path;
        }
        boolean slash = directory.length == 0 || directory[directory.length - 1] != '/';
        byte[] whole = Arrays.copyOf(directory, directory.length + (slash ? 1 : 0) + path.length);
        if (slash) {
            whole[directory.length] = '/';
        }
        System.arraycopy(path, 0, whole, whole.length - path.length, path.length);
        return whole;
    }

    /** The one public view of a Path's own bytes: its URI escapes them one by one. */
    private static byte[] fromUri(Path path) {
        String raw = path.toAbsolutePath().toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        byte[] all = bytes.toByteArray();
        boolean directorySlash = all.length > 1 && all[all.length - 1] == '/';
        return directorySlash ? Arrays.copyOf(all, all.length - 1) : all;
    }

    private static String refusal(String text, int index, String what, Charset charset) {
        char c = text.charAt(Math.min(index, text.length() - 1));
        boolean half = Character.isSurrogate(c)
                && !(Character.isHighSurrogate(c)
                        && index + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(index + 1)));
        return half
                ? String.format("%s must be text: half a surrogate U+%04X at index %d", what, (int) c, index)
                : String.format(
                        "%s cannot be written in %s: U+%04X at index %d%s",
                        what,
                        charset,
                        text.codePointAt(index),
                        index,
                        charset.equals(NATIVE) && !charset.equals(StandardCharsets.UTF_8)
                                ? ", and that is this JVM's sun.jnu.encoding (start it in a UTF-8 locale)"
                                : "");
    }

    private static Charset named(String property, Charset otherwise) {
        String name = System.getProperty(property);
        return name != null && Charset.isSupported(name) ? Charset.forName(name) : otherwise;
    }
}
