package io.muontrap.internal.users;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * /etc/passwd and /etc/group as they are now: read again when their times or sizes have changed. Names are compared as
 * bytes, which a text in ISO 8859-1 stands for here. Lines whose numbers make no sense are not there, as to the C library;
 * of two with one name or number the first counts. Any thread.
 */
final class AccountFiles {

    /** Ids are of 32 bits, and the last one means "unchanged" to the kernel. */
    private static final long LARGEST = 0xffff_fffeL;

    /** A user's line; {@code name} in ISO 8859-1. */
    record Account(String name, int uid, int gid) {}

    private record Group(int gid, List<String> members) {}

    private record Content(
            Map<String, Account> byName, Map<Integer, Account> byUid, Map<String, Group> groups, String version) {}

    private final Path passwd;
    private final Path group;
    private volatile Content content;

    AccountFiles(Path passwd, Path group) {
        this.passwd = passwd;
        this.group = group;
    }

    Optional<Account> user(String name) throws IOException {
        return Optional.ofNullable(content().byName().get(name));
    }

    Optional<Account> user(int uid) throws IOException {
        return Optional.ofNullable(content().byUid().get(uid));
    }

    Optional<Integer> group(String name) throws IOException {
        return Optional.ofNullable(content().groups().get(name)).map(Group::gid);
    }

    /** Those that list this user as a member. */
    List<Integer> groupsOf(String user) throws IOException {
        return content().groups().values().stream()
                .filter(one -> one.members().contains(user))
                .map(Group::gid)
                .toList();
    }

    /** Changes whenever one of the files does. */
    String version() throws IOException {
        return FileVersion.of(passwd) + " " + FileVersion.of(group);
    }

    private Content content() throws IOException {
        String version = version(); // before the reading: what changes meanwhile is read again next time
        Content known = content;
        if (known == null || !known.version().equals(version)) {
            known = parse(text(passwd), text(group), version);
            content = known;
        }
        return known;
    }

    private static String text(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
    }

    private static Content parse(String passwd, String group, String version) {
        Map<String, Account> byName = new HashMap<>();
        Map<Integer, Account> byUid = new HashMap<>();
        for (String[] fields : lines(passwd, 4)) {
            account(fields).ifPresent(one -> {
                byName.putIfAbsent(one.name(), one);
                byUid.putIfAbsent(one.uid(), one);
            });
        }
        Map<String, Group> groups = new HashMap<>();
        for (String[] fields : lines(group, 3)) {
            OptionalLong gid = id(fields[2]);
            List<String> members = fields.length > 3 ? List.of(fields[3].split(",", -1)) : List.of();
            if (gid.isPresent()) groups.putIfAbsent(fields[0], new Group((int) gid.getAsLong(), members));
        }
        return new Content(byName, byUid, groups, version);
    }

    /** Of the fields of a line of passwd(5). */
    static Optional<Account> account(String[] fields) {
        OptionalLong uid = id(fields[2]);
        OptionalLong gid = id(fields[3]);
        return uid.isEmpty() || gid.isEmpty()
                ? Optional.empty()
                : Optional.of(new Account(fields[0], (int) uid.getAsLong(), (int) gid.getAsLong()));
    }

    /** Those that begin with + or - ask NIS, which getent does. */
    private static List<String[]> lines(String text, int fields) {
        List<String[]> all = new ArrayList<>();
        for (String line : text.split("\n")) {
            String[] parts = line.split(":", -1);
            boolean comment = line.isEmpty() || "#+-:".indexOf(line.charAt(0)) >= 0;
            if (!comment && parts.length >= fields) all.add(parts);
        }
        return all;
    }

    /** A plain decimal number in the kernel's range. */
    static OptionalLong id(String text) {
        if (!text.matches("[0-9]{1,10}")) return OptionalLong.empty();
        long id = Long.parseLong(text);
        return id > LARGEST ? OptionalLong.empty() : OptionalLong.of(id);
    }
}
