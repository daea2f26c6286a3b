package io.muontrap.internal.users;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * From names and numbers to the ids of a user with its groups: /etc/passwd and /etc/group first, then, where
 * nsswitch.conf names more than files, whoever that is (TRAPS 82). What that answered is believed for ten seconds. Any
 * thread.
 */
public final class UserLookup {

    private static final long BELIEVED_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** A user that can be taken on. */
    public record User(int uid, int gid, String name) {}

    /** There is no such user or group. */
    public static final class UnknownException extends IOException {
        private static final long serialVersionUID = 1;

        UnknownException(String message) {
            super(message);
        }
    }

    private record Answer(Optional<String> line, long since, String version) {}

    private final AccountFiles files;
    private final Switch services;
    private final NameService others;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    /** Of this host. */
    public UserLookup(NameService others) {
        this(
                new AccountFiles(Path.of("/etc/passwd"), Path.of("/etc/group")),
                new Switch(Path.of("/etc/nsswitch.conf"), Path.of("/run/systemd/userdb")),
                others);
    }

    UserLookup(AccountFiles files, Switch services, NameService others) {
        this.files = files;
        this.services = services;
        this.others = others;
    }

    /**
     * By name, or by a number without sign or leading zeros. Of a number that no account has the uid alone is known.
     *
     * @param word in ISO 8859-1, each character a byte
     * @throws UnknownException if there is no such name
     */
    public Optional<User> user(String word) throws IOException {
        boolean number = isNumber(word);
        Optional<AccountFiles.Account> account = number ? files.user(id(word)) : files.user(word);
        if (account.isEmpty() && services.hasMore("passwd")) {
            account = asked("passwd", word)
                    .map(line -> line.split(":", -1))
                    .filter(fields -> fields.length >= 4)
                    .flatMap(AccountFiles::account);
        }
        if (account.isEmpty() && !number) {
            throw new UnknownException("there is no user '" + shown(word) + "'" + where("passwd"));
        }
        return account.map(one -> new User(one.uid(), one.gid(), one.name()));
    }

    /** A group's number; it need not have a name. */
    public int group(String word) throws IOException {
        if (isNumber(word)) return id(word);
        Optional<Integer> gid = files.group(word);
        if (gid.isEmpty() && services.hasMore("group")) {
            gid = asked("group", word)
                    .map(line -> line.split(":", -1))
                    .filter(fields -> fields.length >= 3)
                    .map(fields -> AccountFiles.id(fields[2]))
                    .filter(one -> one.isPresent())
                    .map(one -> (int) one.getAsLong());
        }
        if (gid.isEmpty()) throw new UnknownException("there is no group '" + shown(word) + "'" + where("group"));
        return gid.get();
    }

    /** Of a user by name: those that it is a member of, and this one, which comes first. As initgroups(3). */
    public List<Integer> groups(String user, int gid) throws IOException {
        Set<Integer> all = new LinkedHashSet<>();
        all.add(gid);
        all.addAll(files.groupsOf(user));
        if (services.hasMore("initgroups")) {
            String line = asked("initgroups", user).orElse("");
            // name, blanks, numbers
            String[] words = line.strip().split("\\s+");
            for (int i = 1; i < words.length; i++) {
                AccountFiles.id(words[i]).ifPresent(id -> all.add((int) id));
            }
        }
        return new ArrayList<>(all);
    }

    private Optional<String> asked(String database, String key) throws IOException {
        String version = files.version();
        String what = database + ":" + key;
        Answer known = answers.get(what);
        long now = System.nanoTime();
        if (known != null && known.version().equals(version) && now - known.since() < BELIEVED_NANOS) {
            return known.line();
        }
        answers.values().removeIf(old -> now - old.since() >= BELIEVED_NANOS);
        Optional<String> line = others.ask(database, key);
        answers.put(what, new Answer(line, System.nanoTime(), version));
        return line;
    }

    private String where(String database) throws IOException {
        return " in /etc/" + database + (services.hasMore(database) ? ", nor elsewhere in nsswitch.conf" : "");
    }

    private static boolean isNumber(String word) {
        return word.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static int id(String number) throws UnknownException {
        return (int) AccountFiles.id(number)
                .orElseThrow(() -> new UnknownException("an id is 0 to 4294967294, not " + number));
    }

    private static String shown(String word) {
        return new String(word.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
