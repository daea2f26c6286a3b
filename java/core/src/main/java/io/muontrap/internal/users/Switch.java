package io.muontrap.internal.users;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** nsswitch.conf(5): whether a database has more than its file. */
final class Switch {

    /** What the file itself answers. */
    private static final Set<String> FILES = Set.of("files", "compat");

    private final Path conf;
    private final Path systemd;

    /** @param systemd the directory of the sockets that nss-systemd asks; without it that knows nobody of its own */
    Switch(Path conf, Path systemd) {
        this.conf = conf;
        this.systemd = systemd;
    }

    /** Whether somebody besides the file would be asked; not where there is no nsswitch.conf, as on musl. */
    boolean hasMore(String database) throws IOException {
        if (!Files.exists(conf)) return false;
        for (String line : Files.readAllLines(conf)) {
            String[] parts = line.replaceFirst("#.*", "").strip().split(":", 2);
            if (parts.length == 2 && parts[0].strip().equals(database)) return names(parts[1]);
        }
        return database.equals("initgroups") && hasMore("group");
    }

    private boolean names(String services) {
        return List.of(services.replaceAll("\\[[^]]*]", " ").strip().split("\\s+")).stream()
                .anyMatch(service -> !service.isEmpty()
                        && !FILES.contains(service)
                        && !(service.equals("systemd") && !Files.isDirectory(systemd)));
    }
}
