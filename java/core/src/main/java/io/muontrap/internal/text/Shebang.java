package io.muontrap.internal.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Names the interpreter that is missing when exec said ENOENT of a script that is there (TRAPS 62).
 *
 * <p>Read as Linux does (fs/binfmt_script.c): the first 256 bytes, {@code #!}, blanks, a path up to a blank, the line's
 * end or NUL; an interpreter may itself be a script, to a depth of five.
 */
public final class Shebang {

    private static final int HEAD = 256;
    private static final int DEPTH = 5;

    private Shebang() {}

    /**
     * The interpreter that this program, or its interpreter, wants and that is not there; empty where the program itself
     * is not there, is no script, or cannot be read.
     *
     * @param program absolute
     * @param directory the child's working directory, against which the kernel reads a relative interpreter; null for the
     *     JVM's
     */
    public static Optional<String> missing(byte[] program, byte[] directory) {
        try {
            byte[] file = program;
            for (int i = 0; i < DEPTH; i++) {
                Optional<byte[]> wanted = interpreter(file);
                if (wanted.isEmpty()) {
                    return Optional.empty();
                }
                file = directory == null
                        ? TextBytes.absolute(wanted.get())
                        : TextBytes.resolve(directory, wanted.get());
                if (Files.notExists(TextBytes.path(file))) {
                    return wanted.map(TextBytes::text);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // the kernel's own error stands; only what it was about stays unnamed
        }
    }

    private static Optional<byte[]> interpreter(byte[] file) throws IOException {
        Path path = TextBytes.path(file);
        if (!Files.isRegularFile(path)) { // a FIFO would hold us here
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(path)) {
            return parse(in.readNBytes(HEAD));
        }
    }

    static Optional<byte[]> parse(byte[] head) {
        if (head.length < 2 || head[0] != '#' || head[1] != '!') {
            return Optional.empty();
        }
        int from = 2;
        while (from < head.length && (head[from] == ' ' || head[from] == '\t')) {
            from++;
        }
        int end = from;
        while (end < head.length && " \t\n\0".indexOf(head[end]) < 0) {
            end++;
        }
        return end == from ? Optional.empty() : Optional.of(Arrays.copyOfRange(head, from, end));
    }
}
