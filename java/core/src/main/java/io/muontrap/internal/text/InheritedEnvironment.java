package io.muontrap.internal.text;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The environment that this JVM was started with, as bytes. */
final class InheritedEnvironment {

    private static volatile List<byte[]> known;

    private InheritedEnvironment() {}

    /** Each {@code name=value} without its NUL. Read once: the kernel shows it as it was at the JVM's exec. */
    static List<byte[]> entries() throws IOException {
        List<byte[]> entries = known;
        if (entries == null) {
            entries = read(Path.of("/proc/self/environ"), System.getenv());
            known = entries;
        }
        return entries;
    }

    /**
     * A JVM with file capabilities, or one that made itself non-dumpable, may not read its own: then the JDK's view
     * serves as long as nothing in it was lost in decoding.
     */
    static List<byte[]> read(Path environ, Map<String, String> shown) throws IOException {
        try {
            return split(Files.readAllBytes(environ));
        } catch (IOException e) {
            List<byte[]> entries = new ArrayList<>();
            for (Map.Entry<String, String> entry : shown.entrySet()) {
                String text = entry.getKey() + '=' + entry.getValue();
                if (text.indexOf('\uFFFD') >= 0) {
                    throw new IOException(
                            "environment variable " + entry.getKey() + " is no text and " + environ
                                    + " is not readable",
                            e);
                }
                entries.add(TextBytes.encode(text, "environment variable " + entry.getKey(), Charset.defaultCharset()));
            }
            return List.copyOf(entries);
        }
    }

    static List<byte[]> split(byte[] environ) {
        List<byte[]> found = new ArrayList<>();
        int from = 0;
        while (from < environ.length) {
            int end = from;
            while (end < environ.length && environ[end] != 0) {
                end++;
            }
            found.add(Arrays.copyOfRange(environ, from, end));
            from = end + 1;
        }
        return List.copyOf(found);
    }
}
