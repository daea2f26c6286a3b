package io.muontrap.internal.users;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** nsswitch.conf(5): whether a database has more than its file. */
final class Switch {

    /** What the file itself answers. */
    private static final Set<String> FILES = Set.of("files", "compat");

    private record Content(String version, Map<String, List<String>> services) {}

    private volatile Content content;
    private final Path conf;
    private final Path systemd;

    /** @param systemd the directory of the sockets that nss-systemd asks; without it that knows nobody of its own */
    Switch(Path conf, Path systemd) {
        this.conf = conf;
        this.systemd = systemd;
    }

    /** Whether somebody besides the file would be asked; not where there is no nsswitch.conf, as on musl. */
    boolean hasMore(String database) throws IOException {
        List<String> services = services().get(database);
        if (services == null) return database.equals("initgroups") && hasMore("group");
        return services.stream()
                .anyMatch(service ->
                        !FILES.contains(service) && !(service.equals("systemd") && !Files.isDirectory(systemd)));
    }

    private Map<String, List<String>> services() throws IOException {
        String version = FileVersion.of(conf);
        Content known = content;
        if (known == null || !known.version().equals(version)) {
            known = new Content(version, version.equals(FileVersion.NONE) ? Map.of() : parse(Files.readAllLines(conf)));
            content = known;
        }
        return known.services();
    }

    /** By database; what is in brackets says what an answer means. */
    private static Map<String, List<String>> parse(List<String> lines) {
        Map<String, List<String>> all = new HashMap<>();
        for (String line : lines) {
            String[] parts = line.replaceFirst("#.*", "").split(":", 2);
            if (parts.length < 2) continue;
            List<String> services = Stream.of(
                            parts[1].replaceAll("\\[[^]]*]", " ").split("\\s+"))
                    .filter(service -> !service.isEmpty())
                    .toList();
            all.putIfAbsent(parts[0].strip(), services);
        }
        return all;
    }
}
