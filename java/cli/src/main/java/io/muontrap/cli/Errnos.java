package io.muontrap.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Map;

/** Names of the errnos behind the JDK's own exceptions, as far as they can be told: it keeps the text alone. */
final class Errnos {

    /** What glibc and musl say in English; in another language the text itself has to do. */
    private static final Map<String, String> NAMES = Map.of(
            "No space left on device", "ENOSPC",
            "Disk quota exceeded", "EDQUOT",
            "Quota exceeded", "EDQUOT",
            "Broken pipe", "EPIPE",
            "Input/output error", "EIO",
            "I/O error", "EIO",
            "Is a directory", "EISDIR",
            "Not a directory", "ENOTDIR",
            "Read-only file system", "EROFS",
            "Bad file descriptor", "EBADF");

    private Errnos() {}

    static String name(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "ENOENT";
        }
        if (e instanceof AccessDeniedException) {
            return "EACCES";
        }
        String text = e instanceof FileSystemException refused ? refused.getReason() : e.getMessage();
        return text == null ? e.getClass().getSimpleName() : NAMES.getOrDefault(text, text);
    }
}
