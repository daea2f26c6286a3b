package io.muontrap.internal.users;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The ids of this JVM, from /proc/self/status.
 *
 * @param uids real, effective, saved and that for files
 * @param gids likewise
 * @param capabilities the effective ones, as bits
 */
public record Own(List<Integer> uids, List<Integer> gids, Set<Integer> groups, long capabilities) {

    private static final int CAP_KILL = 5;
    private static final int CAP_SETUID = 7;

    /** As they are now. */
    public static Own now() throws IOException {
        return parse(Files.readAllLines(Path.of("/proc/self/status")));
    }

    static Own parse(List<String> status) throws IOException {
        return new Own(
                ids(status, "Uid:"),
                ids(status, "Gid:"),
                new HashSet<>(ids(status, "Groups:")),
                Long.parseUnsignedLong(field(status, "CapEff:"), 16));
    }

    /** Whether these are what it is already; what is empty does not matter. */
    public boolean are(OptionalInt uid, OptionalInt gid, Optional<List<Integer>> wanted) {
        return (uid.isEmpty() || uids.stream().allMatch(one -> one == uid.getAsInt()))
                && (gid.isEmpty() || gids.stream().allMatch(one -> one == gid.getAsInt()))
                && (wanted.isEmpty() || groups.equals(new HashSet<>(wanted.get())));
    }

    /** Whether it may send a signal to a process that has this uid in all its places: kill(2). */
    public boolean maySignal(int uid) {
        return (capabilities >> CAP_KILL & 1) != 0 || uids.get(0) == uid || uids.get(1) == uid;
    }

    /** Whether it may become any user. */
    public boolean maySetUids() {
        return (capabilities >> CAP_SETUID & 1) != 0;
    }

    private static List<Integer> ids(List<String> status, String name) throws IOException {
        String text = field(status, name);
        return text.isEmpty()
                ? List.of()
                : List.of(text.split("\\s+")).stream()
                        .map(Integer::parseUnsignedInt)
                        .toList();
    }

    private static String field(List<String> status, String name) throws IOException {
        return status.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElseThrow(() -> new IOException("/proc/self/status has no " + name));
    }
}
