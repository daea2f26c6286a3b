package io.muontrap.internal.cgroup;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A line of mountinfo; see proc_pid_mountinfo(5).
 *
 * @param root what of the file system is at the mount point
 * @param options of the file system, not of the mount
 */
record MountLine(int id, int parent, String root, Path point, boolean readOnly, String type, List<String> options) {

    /** Where the optional fields begin. */
    private static final int OPTIONAL = 6;

    /** The control groups that a path can reach: not those with another mount over them or over a directory above. */
    static List<MountLine> cgroups(String mountinfo) {
        // An id comes twice only in a text that was read while mounts changed: the later one counts.
        Map<Integer, MountLine> byId = new LinkedHashMap<>();
        mountinfo.lines().map(MountLine::parse).flatMap(Optional::stream).forEach(line -> {
            byId.remove(line.id);
            byId.put(line.id, line);
        });
        MountTree tree = new MountTree(byId);
        return byId.values().stream()
                .filter(line -> line.type.equals("cgroup") || line.type.equals("cgroup2"))
                .filter(tree::reaches)
                .toList();
    }

    /** Empty where it is none. */
    static Optional<MountLine> parse(String line) {
        String[] fields = line.split(" ", -1);
        int dash = OPTIONAL;
        while (dash < fields.length && !fields[dash].equals("-")) dash++;
        if (dash + 3 >= fields.length) return Optional.empty();
        try {
            List<String> options = Arrays.asList(fields[dash + 3].split(",", -1));
            boolean readOnly = options.contains("ro")
                    || Arrays.asList(fields[5].split(",", -1)).contains("ro");
            return Optional.of(new MountLine(
                    Integer.parseInt(fields[0]),
                    Integer.parseInt(fields[1]),
                    unescape(fields[3]),
                    Path.of(unescape(fields[4])),
                    readOnly,
                    fields[dash + 1],
                    options));
        } catch (NumberFormatException | InvalidPathException e) {
            return Optional.empty(); // a name that this JVM's locale cannot express is of no use to it
        }
    }

    /** The kernel writes blank, tab, line end and backslash as three octal digits. */
    static String unescape(String field) {
        if (field.indexOf('\\') < 0) return field;
        StringBuilder plain = new StringBuilder(field.length());
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' && i + 3 < field.length() && octal(field, i + 1)) {
                plain.append((char) Integer.parseInt(field, i + 1, i + 4, 8));
                i += 3;
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    private static boolean octal(String text, int from) {
        for (int i = from; i < from + 3; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '7') return false;
        }
        return true;
    }
}
