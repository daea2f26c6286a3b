package io.muontrap.cli;

import io.muontrap.Cause;
import io.muontrap.Result;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.Step;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;

/**
 * The exit codes of the command. What the JVM itself ends with when it gets TERM, INT or HUP, 128 and the signal's number,
 * is not among them: that comes by itself.
 */
final class ExitCodes {

    /** The timeout ended it. */
    static final int TIMED_OUT = 124;
    /** Nothing ran, or we failed. */
    static final int OURS = 125;
    /** The program was found but not executed. */
    static final int NOT_EXECUTABLE = 126;
    /** The program was not found. */
    static final int NOT_FOUND = 127;
    /** What SIGPIPE would have made of any other program that writes where nobody reads. */
    static final int BROKEN_PIPE = 128 + 13;

    /** The host or a limit refused, whatever the program's file is like. */
    private static final Set<String> NOT_THE_FILES_FAULT =
            Set.of("E2BIG", "ENOMEM", "EAGAIN", "EMFILE", "ENFILE", "ENOSPC", "EINTR", "EFAULT", "ETIMEDOUT");

    private ExitCodes() {}

    /**
     * After a program that ran.
     *
     * @param output why its output could not be passed on, or null
     */
    static int of(Result result, boolean preserveStatus, OutputFailure output) {
        if (result.cause() == Cause.TIMEOUT && !preserveStatus) {
            return TIMED_OUT;
        }
        if (output != null) {
            return of(output);
        }
        return result.status() instanceof ExitStatus.Unknown
                ? OURS
                : result.status().exitValue();
    }

    /** After an error. */
    static int of(Throwable e) {
        if (e instanceof OutputFailure output) {
            return output.nobodyReads() ? BROKEN_PIPE : OURS;
        }
        return e instanceof SpawnException spawn ? ofStart(spawn) : OURS;
    }

    private static int ofStart(SpawnException e) {
        String errno = e.errnoName();
        if (e.step() == Step.LOOKUP) {
            return switch (errno) {
                case "ENOENT" -> NOT_FOUND;
                case "EACCES" -> NOT_EXECUTABLE;
                default -> OURS;
            };
        }
        if (e.step() != Step.EXEC || errno.isEmpty() || NOT_THE_FILES_FAULT.contains(errno)) {
            return OURS;
        }
        // exec says ENOENT also where the file's interpreter or loader is what is missing
        return errno.equals("ENOENT") && !e.path().map(ExitCodes::exists).orElse(false) ? NOT_FOUND : NOT_EXECUTABLE;
    }

    private static boolean exists(String path) {
        try {
            return Files.exists(Path.of(path));
        } catch (InvalidPathException e) {
            return false; // not expressible here, so not what was given on this command line
        }
    }
}
