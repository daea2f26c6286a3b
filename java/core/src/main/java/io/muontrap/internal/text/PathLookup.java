package io.muontrap.internal.text;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds a program as execvp(3) does, with three differences: it uses the PATH that the child will have (TRAPS 63), it
 * never looks below the working directory, and a directory of PATH that may not be searched does not make the program
 * one that was found and refused (EACCES): it is not found, and the error names the directory.
 *
 * <p>What it finds is only likely to run: exec has the last word, for another user perhaps.
 */
public final class PathLookup {

    /** Where there is no PATH, as in glibc and the JDK. */
    static final String DEFAULT_PATH = "/bin:/usr/bin";

    /** What came of it. */
    public sealed interface Outcome {}

    /**
     * The program's file.
     *
     * @param path absolute; a program that was given with a slash is not looked at, exec tells
     */
    @SuppressWarnings("ArrayRecordComponent") // never written, never compared
    public record Found(byte[] path) implements Outcome {}

    /**
     * No program.
     *
     * @param denied EACCES: something of that name is there and cannot be executed; else ENOENT
     * @param why a few words
     * @param path what they are about
     */
    public record NotFound(boolean denied, String why, String path) implements Outcome {}

    private PathLookup() {}

    /**
     * The absolute path of a program.
     *
     * @param program as the user wrote it; not empty
     * @param path the child's PATH; the default one where it has none
     * @param directory the child's working directory, absolute, against which a relative path with a slash counts
     */
    public static Outcome find(byte[] program, Optional<byte[]> path, byte[] directory) {
        for (byte b : program) {
            if (b == '/') {
                return new Found(TextBytes.resolve(directory, program));
            }
        }
        return search(program, path.orElseGet(() -> TextBytes.of(DEFAULT_PATH, "PATH")));
    }

    private static Outcome search(byte[] program, byte[] path) {
        String denied = null;
        List<String> unsearched = new ArrayList<>();
        int from = 0;
        while (from <= path.length) {
            int end = from;
            while (end < path.length && path[end] != ':') {
                end++;
            }
            byte[] entry = Arrays.copyOfRange(path, from, end);
            if (entry.length == 0 || entry[0] != '/') {
                // To pass over it would run another program than a shell; to search it, one that anybody put there.
                return new NotFound(denied != null, refusal(program, entry), "PATH=" + TextBytes.text(path));
            }
            byte[] candidate = TextBytes.resolve(entry, program);
            Look seen = look(candidate);
            if (seen == Look.PROGRAM) {
                return new Found(candidate);
            }
            if (seen == Look.DENIED && denied == null) {
                denied = TextBytes.text(candidate);
            }
            if (seen == Look.UNSEARCHABLE) {
                unsearched.add(TextBytes.text(entry));
            }
            from = end + 1;
        }
        return denied != null
                ? new NotFound(true, "in PATH, but no file that may be executed", denied)
                : new NotFound(false, "not found in PATH " + searched(path, unsearched), TextBytes.text(program));
    }

    private static String searched(byte[] path, List<String> unsearched) {
        return TextBytes.text(path)
                + (unsearched.isEmpty() ? "" : ", of which this user may not search " + String.join(", ", unsearched));
    }

    private static String refusal(byte[] program, byte[] entry) {
        return TextBytes.text(program) + " not found before "
                + (entry.length == 0 ? "an empty entry" : "the relative entry " + TextBytes.text(entry))
                + " of PATH, and such entries are refused";
    }

    private enum Look {
        PROGRAM,
        DENIED,
        UNSEARCHABLE,
        NOTHING
    }

    private static Look look(byte[] candidate) {
        Path file = TextBytes.path(candidate);
        if (Files.isRegularFile(file)) {
            return Files.isExecutable(file) ? Look.PROGRAM : Look.DENIED;
        }
        if (Files.exists(file)) {
            return Look.DENIED;
        }
        if (!hidden(file)) {
            return Look.NOTHING;
        }
        // A link into a place that is closed to us has the name; a closed directory of PATH need not.
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? Look.DENIED : Look.UNSEARCHABLE;
    }

    /** EACCES on the way. */
    private static boolean hidden(Path file) {
        try {
            file.getFileSystem().provider().checkAccess(file);
            return false;
        } catch (AccessDeniedException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
