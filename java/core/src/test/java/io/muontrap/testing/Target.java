package io.muontrap.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The multi-tool of jni/src/test/c: {@code target help} lists what it can do. */
public final class Target {

    /** Absolute path of the program. */
    public static final String PATH = Path.of(System.getProperty("muontrap.target"))
            .toAbsolutePath()
            .normalize()
            .toString();

    private Target() {}

    /** The lines up to {@code ready}, that one left out; fails if the stream ends before it. */
    public static List<String> untilReady(InputStream out) throws IOException {
        return untilReady(reader(out));
    }

    public static BufferedReader reader(InputStream out) {
        return new BufferedReader(new InputStreamReader(out, StandardCharsets.UTF_8));
    }

    public static List<String> untilReady(BufferedReader out) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = out.readLine(); ; line = out.readLine()) {
            if (line == null) {
                throw new IOException("ended without saying ready; it said " + lines);
            }
            if (line.equals("ready")) {
                return lines;
            }
            lines.add(line);
        }
    }

    /** The pids that a tree prints before {@code ready}. */
    public static List<Integer> pidsUntilReady(InputStream out) throws IOException {
        return untilReady(out).stream().map(Integer::valueOf).toList();
    }

    /** What {@code target print-state} printed. */
    public static Map<String, String> state(String printed) {
        Map<String, String> state = new LinkedHashMap<>();
        printed.lines().forEach(line -> {
            int at = line.indexOf('=');
            state.put(line.substring(0, at), line.substring(at + 1));
        });
        return state;
    }
}
