package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.examples.ExamplesMain;
import io.muontrap.testing.BentJvm;
import io.muontrap.testing.Capability;
import io.muontrap.testing.GroupBase;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Procs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples of the face's definition do what they say. Not every host has tar, ping and make, nor may everybody read
 * /etc: programs of these names stand in front of the PATH.
 */
@Timeout(200)
@Tag("host")
@Tag("place")
class ExamplesTest {

    @TempDir
    Path directory;

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @BeforeEach
    void programs() throws IOException {
        program("tar", "[ \"$*\" = 'cf - /etc' ] || exit 99\nprintf archive\n");
        program("ping", "[ \"$*\" = '-i 5 localhost' ] || exit 99\nsleep 600 & echo child $!\necho pong\n");
        program("make", "echo \"$* in $(pwd)\"\n");
    }

    private List<String> run(String example) throws Exception {
        return BentJvm.run(
                        "PATH=" + directory + ":$PATH; export PATH; ",
                        ExamplesMain.class,
                        List.of(),
                        example,
                        directory.toRealPath().toString())
                .ok()
                .lines();
    }

    @Test
    @Tag("jvm")
    void runStreamMigrateAndLowLevelWork() throws Exception {
        List<String> said = run("now");
        assertThat(said).hasSize(6);
        assertThat(said.get(0)).isEqualTo("run done");
        assertThat(said.get(1)).startsWith("child ");
        assertThat(Procs.gone(Integer.parseInt(said.get(1).substring(6)))).isTrue();
        assertThat(said.subList(2, 6))
                .containsExactly("pong", "stream done", "-j4 in " + directory.toRealPath(), "lowLevel done");
    }

    /** In {@code mycgroup}, which an admin makes: here we, where it is nobody's. */
    @Test
    @Tag("jvm")
    @Needs({Capability.ROOT, Capability.CHANGE_IDS, Capability.LIMIT_CPU, Capability.LIMIT_MEMORY, Capability.LIMIT_PIDS
    })
    void containWorks() throws Exception {
        program("myprogram", "[ \"$*\" = myargs ] || exit 99\nsleep 600\n");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (GroupBase mycgroup = GroupBase.named("mycgroup", "cpu", "memory", "pids")) {
            assertThat(run("contain")).containsExactly("contain done");
            assertThat(mycgroup.leaves()).isEmpty();
        }
    }

    @Test
    @Tag("jvm")
    void thoseOfLaterChaptersRefuseByName() throws Exception {
        assertThat(run("later"))
                .containsExactly(
                        "ProcessScope.open() is not in this version", "HostReport.probe() is not in this version");
    }
}
