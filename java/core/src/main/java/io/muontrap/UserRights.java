package io.muontrap;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.text.TextBytes;
import io.muontrap.internal.users.Own;
import io.muontrap.internal.users.UserLookup;
import io.muontrap.spawn.Rights;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** From the words for user and groups to numbers, at each start: accounts change. */
final class UserRights {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final UserLookup LOOKUP = new UserLookup(new Getent(PATIENCE));

    private final CommandSpec command;
    private final UserLookup lookup;

    private UserRights(CommandSpec command, UserLookup lookup) {
        this.command = command;
        this.lookup = lookup;
    }

    /** What a command asks for; unchanged where it asks for what this JVM is. */
    static Rights of(CommandSpec command) throws SpawnException {
        if (command.user() == null && command.group() == null && command.groups() == null) {
            return Rights.UNCHANGED;
        }
        try {
            Rights asked = new UserRights(command, LOOKUP).rights();
            return Own.now().are(asked.uid(), asked.gid(), asked.groups()) ? Rights.UNCHANGED : asked;
        } catch (SpawnException e) {
            throw e;
        } catch (UserLookup.UnknownException e) {
            throw new SpawnException(Step.USER, Errno.ENOENT, e.getMessage());
        } catch (IOException e) {
            SpawnException failure = new SpawnException(Step.USER, 0, "users cannot be looked up: " + e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }

    private Rights rights() throws IOException {
        OptionalInt uid = OptionalInt.empty();
        OptionalInt gid = OptionalInt.empty();
        Optional<List<Integer>> groups = Optional.empty();
        if (command.group() != null) {
            gid = OptionalInt.of(lookup.group(bytes(command.group())));
        }
        if (command.user() != null) {
            String word = bytes(command.user());
            Optional<UserLookup.User> user = lookup.user(word);
            uid = OptionalInt.of(user.isPresent() ? user.get().uid() : Integer.parseUnsignedInt(word));
            if (uid.getAsInt() == 0 && !command.allowRoot()) {
                throw new SpawnException(
                        Step.USER,
                        Errno.EPERM,
                        "user '" + command.user() + "' is root",
                        null,
                        "say allowRoot() too (--allow-root)");
            }
            if (gid.isEmpty()) {
                gid = OptionalInt.of(user.orElseThrow(this::noGroup).gid());
            }
            if (command.groups() == null) {
                groups = Optional.of(
                        user.isPresent() ? lookup.groups(user.get().name(), gid.getAsInt()) : List.of(gid.getAsInt()));
            }
        }
        if (command.groups() != null) {
            List<Integer> said = new ArrayList<>();
            for (String group : command.groups()) {
                said.add(lookup.group(bytes(group)));
            }
            groups = Optional.of(said);
        }
        return new Rights(uid, gid, groups, OptionalLong.empty(), 0, OptionalLong.empty(), OptionalInt.empty(), false);
    }

    private SpawnException noGroup() {
        return new SpawnException(
                Step.USER,
                Errno.ENOENT,
                "no account has the uid " + command.user() + ", so its group is not known",
                null,
                "say group() too (--gid)");
    }

    /** Each byte a character. */
    private static String bytes(String word) {
        return new String(TextBytes.of(word, "user"), StandardCharsets.ISO_8859_1);
    }
}
