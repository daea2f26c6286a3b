package io.muontrap.internal.users;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/** What differs when a file was written or replaced since. */
final class FileVersion {

    /** Of a file that is not there. */
    static final String NONE = "none";

    private FileVersion() {}

    static String of(Path file) throws IOException {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return now.fileKey() + "/" + now.size() + "/"
                    + now.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        } catch (NoSuchFileException e) {
            return NONE;
        }
    }
}
