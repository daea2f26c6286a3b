package io.muontrap.internal.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names and numbers of users and groups, and who is asked for them (TRAPS 27, 28, 82). */
class UserLookupTest {

    @TempDir
    Path etc;

    private final Map<String, String> directory = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private UserLookup lookup;

    @BeforeEach
    void makeFiles() throws IOException {
        write("passwd", """
                # a comment:x:9:9
                root:x:0:0:root:/root:/bin/sh
                ann:x:1000:1000::/home/ann:/bin/sh
                ann:x:1001:1001:the second is not looked at:/:/bin/sh
                twin:x:1000:77::/:/bin/sh
                huge:x:4294967297:1:would be root if cut:/:/bin/sh
                minus:x:-1:1::/:/bin/sh
                octal:x:010:010::/:/bin/sh
                top:x:4294967294:4294967294::/:/bin/sh
                +nis:x:5:5::/:/bin/sh
                short:x:3
                """);
        write("group", """
                root:x:0:
                ann:x:1000:
                audio:x:29:bob,ann
                disk:x:6:annabel
                video:x:44:ann
                bad:x:4294967296:ann
                """);
        lookup = new UserLookup(
                new AccountFiles(etc.resolve("passwd"), etc.resolve("group")),
                new Switch(etc.resolve("nsswitch.conf"), etc.resolve("userdb")),
                (database, key) -> {
                    asked.add(database + " " + key);
                    return Optional.ofNullable(directory.get(database + " " + key));
                });
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(etc.resolve(name), text, StandardCharsets.ISO_8859_1);
    }

    @Test
    void byNameAndByNumber() throws IOException {
        assertThat(lookup.user("ann")).contains(new UserLookup.User(1000, 1000, "ann"));
        assertThat(lookup.user("1000")).as("the first of that number").contains(new UserLookup.User(1000, 1000, "ann"));
        assertThat(lookup.user("twin")).contains(new UserLookup.User(1000, 77, "twin"));
        assertThat(lookup.user("4294967294").orElseThrow().uid()).isEqualTo(-2);
        assertThat(lookup.user("2000")).as("a number needs no account").isEmpty();
        assertThat(lookup.group("audio")).isEqualTo(29);
        assertThat(lookup.group("4711")).isEqualTo(4711);
        assertThat(asked).isEmpty();
    }

    @Test
    @Tag("trap-28")
    void whatTheKernelWouldTakeForAnotherIsNobody() {
        for (String name : List.of("huge", "minus", "+nis", "short", "# a comment", "nobodyatall")) {
            assertThatThrownBy(() -> lookup.user(name))
                    .isInstanceOf(UserLookup.UnknownException.class)
                    .hasMessageContaining(name);
        }
        assertThatThrownBy(() -> lookup.group("bad")).isInstanceOf(UserLookup.UnknownException.class);
        assertThatThrownBy(() -> lookup.user("4294967295")).hasMessageContaining("0 to 4294967294");
    }

    @Test
    void zerosInFrontAreNoOctalNumberInFilesToo() throws IOException {
        assertThat(lookup.user("octal").orElseThrow().uid()).isEqualTo(10);
    }

    @Test
    @Tag("trap-27")
    void groupsOfAUserAreThoseThatListIt() throws IOException {
        assertThat(lookup.groups("ann", 1000)).containsExactlyInAnyOrder(1000, 29, 44);
        assertThat(lookup.groups("ann", 29)).as("each once").containsExactlyInAnyOrder(29, 44);
        assertThat(lookup.groups("root", 0)).containsExactly(0);
    }

    @Test
    void filesThatChangeAreReadAgain() throws IOException {
        assertThat(lookup.group("audio")).isEqualTo(29);
        write("group", "audio:x:129:\n");
        assertThat(lookup.group("audio")).isEqualTo(129);
        Files.delete(etc.resolve("group"));
        assertThatThrownBy(() -> lookup.group("audio")).isInstanceOf(UserLookup.UnknownException.class);
    }

    @Test
    void filesComeFirstAndAloneWhereNothingElseIsNamed() throws IOException {
        write("nsswitch.conf", "passwd: files [NOTFOUND=return] compat # sss\ngroup: files\n");
        assertThatThrownBy(() -> lookup.user("zoe")).hasMessageContaining("/etc/passwd");
        assertThat(lookup.groups("ann", 1)).hasSize(3);
        assertThat(asked).isEmpty();
    }

    @Test
    @Tag("trap-82")
    void aDirectoryIsAskedForWhomTheFilesDoNotHaveAndForEverybodysGroups() throws IOException {
        write("nsswitch.conf", "passwd:\tfiles sss\ngroup: files [SUCCESS=merge] sss\n");
        directory.put("passwd zoe", "zoe:*:70000:70001::/home/zoe:/bin/sh");
        directory.put("group team", "team:*:70002:");
        directory.put("initgroups ann", "ann                   70002 70003");
        assertThat(lookup.user("zoe")).contains(new UserLookup.User(70000, 70001, "zoe"));
        assertThat(lookup.user("ann")).isPresent();
        assertThat(lookup.group("team")).isEqualTo(70002);
        assertThat(lookup.groups("ann", 1000)).containsExactlyInAnyOrder(1000, 29, 44, 70002, 70003);
        assertThat(lookup.groups("zoe", 70001)).containsExactly(70001);
        assertThatThrownBy(() -> lookup.user("nobodyatall")).hasMessageContaining("nsswitch.conf");
        assertThat(asked)
                .containsExactly("passwd zoe", "group team", "initgroups ann", "initgroups zoe", "passwd nobodyatall");
        lookup.user("zoe");
        assertThat(asked).as("believed for a while").hasSize(5);
        write("passwd", "root:x:0:0::/:/bin/sh\n");
        lookup.user("zoe");
        assertThat(asked).as("but not when the files change").hasSize(6);
    }

    @Test
    void initgroupsMayHaveAServiceOfItsOwn() throws IOException {
        write("nsswitch.conf", "group: files\ninitgroups: files ldap\n");
        lookup.groups("ann", 1000);
        assertThat(asked).containsExactly("initgroups ann");
    }

    @Test
    void systemdIsAskedOnlyWhereItRuns() throws IOException {
        write("nsswitch.conf", "passwd: files systemd\ngroup: files systemd\n");
        lookup.groups("ann", 1000);
        assertThat(asked).isEmpty();
        Files.createDirectory(etc.resolve("userdb"));
        lookup.groups("ann", 1000);
        assertThat(asked).containsExactly("initgroups ann");
    }

    @Test
    void whereNobodyCanBeAskedItFails() throws IOException {
        write("nsswitch.conf", "passwd: files sss\n");
        UserLookup silent = new UserLookup(
                new AccountFiles(etc.resolve("passwd"), etc.resolve("group")),
                new Switch(etc.resolve("nsswitch.conf"), etc.resolve("userdb")),
                (database, key) -> {
                    throw new IOException("no getent");
                });
        assertThatThrownBy(() -> silent.user("zoe")).hasMessage("no getent");
        assertThat(silent.user("ann")).isPresent();
    }
}
