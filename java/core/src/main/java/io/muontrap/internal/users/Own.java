package io.muontrap.internal.users;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.StringTokenizer;

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
        try (FileInputStream in = new FileInputStream("/proc/self/status")) { // an interrupt does not end it
            return parse(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        }
    }

    static Own parse(String status) throws IOException {
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

    private static List<Integer> ids(String status, String name) throws IOException {
        List<Integer> ids = new ArrayList<>();
        StringTokenizer numbers = new StringTokenizer(field(status, name));
        while (numbers.hasMoreTokens()) ids.add(Integer.parseUnsignedInt(numbers.nextToken()));
        return ids;
    }

    private static String field(String status, String name) throws IOException {
        int at = status.indexOf("\n" + name);
        int end = at < 0 ? -1 : status.indexOf('\n', at + 1);
        if (end < 0) throw new IOException("/proc/self/status has no " + name);
        return status.substring(at + 1 + name.length(), end).strip();
    }
}
