package io.muontrap.spawn;

import io.muontrap.internal.jni.Errno;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/**
 * The host refused a start: which step, which errno, which file, and what would help.
 *
 * <p>When it is thrown nothing is left behind: no process, no descriptor, no cgroup. What was wrong in itself, on any
 * host, is an {@link IllegalArgumentException} before that.
 */
public final class SpawnException extends IOException {

    private static final long serialVersionUID = 1;

    private final Step step;
    private final int errno;
    private final String path;
    private final String fix;

    /**
     * For launchers built on this package.
     *
     * @param step where it happened
     * @param errno the positive number, 0 where no system call said no
     * @param what a few words on what was tried or found
     * @param path the file, directory or name it was about, or null
     * @param fix what would help, one sentence, or null
     */
    public SpawnException(Step step, int errno, String what, String path, String fix) {
        super(message(step, errno, what, path, fix));
        this.step = Objects.requireNonNull(step, "step");
        this.errno = errno;
        this.path = path;
        this.fix = fix;
    }

    /** Without a known fix. */
    public SpawnException(Step step, int errno, String what, String path) {
        this(step, errno, what, path, null);
    }

    /** Without a file and a known fix. */
    public SpawnException(Step step, int errno, String what) {
        this(step, errno, what, null, null);
    }

    /** Where the start ended. */
    public Step step() {
        return step;
    }

    /** The errno as a positive number; 0 where no system call said no, for example because the child was killed. */
    public int errno() {
        return errno;
    }

    /** The errno's name such as {@code ENOENT}; empty where {@link #errno()} is 0. */
    public String errnoName() {
        return errno == 0 ? "" : Errno.name(errno);
    }

    /** The file, directory or name that it was about, where there is one. */
    public Optional<String> path() {
        return Optional.ofNullable(path);
    }

    /** What would help, where that is known. */
    public Optional<String> fix() {
        return Optional.ofNullable(fix);
    }

    private static String message(Step step, int errno, String what, String path, String fix) {
        StringBuilder line = new StringBuilder().append(step);
        if (errno != 0) {
            line.append(": ").append(Errno.name(errno));
        }
        line.append(": ").append(what);
        if (path != null) {
            line.append(": ").append(path);
        }
        if (fix != null) {
            line.append("; ").append(fix);
        }
        return oneLine(line);
    }

    /** A file's name may hold line breaks and escape sequences, which would forge lines in a log. */
    private static String oneLine(CharSequence text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (Character.isISOControl(c)) {
                clean.append(String.format("\\x%02x", c));
            } else {
                clean.append((char) c);
            }
        });
        return clean.toString();
    }
}
