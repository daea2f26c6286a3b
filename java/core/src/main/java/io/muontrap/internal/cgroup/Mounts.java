package io.muontrap.internal.cgroup;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The hierarchies that this process can reach, each at the best of its mount points.
 *
 * @param all version 2 first, then version 1 by the name of the first controller
 */
public record Mounts(List<Hierarchy> all) {

    private static final String DELETED = " (deleted)";

    /** Then the kernel shows least of what is not ours, and the shortest path to it. */
    private static final Comparator<Hierarchy> BEST = Comparator.comparingInt(Mounts::use)
            .thenComparingInt(h -> h.root().length())
            .thenComparingInt(h -> h.mount().toString().length());

    private static final Comparator<Hierarchy> ORDER = Comparator.comparingInt((Hierarchy h) -> -h.version())
            .thenComparing(h -> String.join(",", h.controllers()));

    public Mounts {
        all = List.copyOf(all);
    }

    /** Of this process now. */
    public static Mounts read() throws IOException {
        return parse(text("/proc/self/mountinfo"), text("/proc/self/cgroup"));
    }

    /** Of the texts of {@code /proc/self/mountinfo} and {@code /proc/self/cgroup}; lines that make no sense are skipped. */
    static Mounts parse(String mountinfo, String cgroup) {
        Map<String, String> membership = membership(cgroup);
        if (cgroup.lines().anyMatch(line -> line.startsWith("0::") && line.endsWith(DELETED))) membership.remove("");
        Map<List<String>, Hierarchy> best = new LinkedHashMap<>();
        for (MountLine line : MountLine.cgroups(mountinfo)) {
            boolean v2 = line.type().equals("cgroup2");
            List<String> controllers = v2 ? List.of() : Controllers.among(line.options(), membership.keySet());
            if (!v2 && controllers.isEmpty()) continue;
            String member = membership.get(v2 ? "" : controllers.get(0));
            Optional<String> own = Optional.ofNullable(member).flatMap(path -> below(line.root(), path));
            Hierarchy found = new Hierarchy(v2 ? 2 : 1, controllers, line.point(), line.root(), own, line.readOnly());
            best.merge(controllers, found, (a, b) -> BEST.compare(b, a) < 0 ? b : a);
        }
        List<Hierarchy> all = new ArrayList<>(best.values());
        all.sort(ORDER);
        return new Mounts(all);
    }

    /** Version 2, controllers or not. */
    public Optional<Hierarchy> v2() {
        return all.stream().filter(h -> h.version() == 2).findFirst();
    }

    /** The v1 hierarchy of this controller. */
    public Optional<Hierarchy> v1(String controller) {
        return all.stream().filter(h -> h.has(controller)).findFirst();
    }

    /** Of the text of {@code /proc/PID/cgroup}: the path in each hierarchy, by controller; "" for version 2. */
    public static Map<String, String> membership(String procPidCgroup) {
        Map<String, String> paths = new LinkedHashMap<>();
        procPidCgroup.lines().forEach(line -> {
            String[] fields = line.split(":", 3);
            if (fields.length < 3 || !fields[2].startsWith("/")) return;
            String path = fields[2];
            // Only version 2 says so; it is no part of the name.
            if (fields[1].isEmpty() && path.endsWith(DELETED)) {
                path = path.substring(0, path.length() - DELETED.length());
            }
            for (String key : fields[1].split(",", -1)) paths.put(key, path);
        });
        return paths;
    }

    /** A path of {@code /proc/PID/cgroup} below the group at a mount point; empty where it is beside or above it. */
    private static Optional<String> below(String root, String path) {
        String prefix = root.equals("/") ? "/" : root + "/";
        if (path.equals(root)) return Optional.of("");
        if (!path.startsWith(prefix)) return Optional.empty();
        String rest = path.substring(prefix.length());
        return rest.equals("..") || rest.startsWith("../") ? Optional.empty() : Optional.of(rest);
    }

    private static int use(Hierarchy h) {
        if (h.readOnly()) return h.own().isPresent() ? 2 : 3;
        return h.own().isPresent() ? 0 : 1;
    }

    /** In the charset that turns the names in it into paths again. */
    private static String text(String file) throws IOException {
        String jnu = System.getProperty("sun.jnu.encoding", "UTF-8");
        Charset charset = Charset.isSupported(jnu) ? Charset.forName(jnu) : Charset.defaultCharset();
        return new String(Files.readAllBytes(Path.of(file)), charset);
    }
}
