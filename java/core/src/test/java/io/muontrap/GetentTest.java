package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.testing.Capability;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The host's own getent(1) is asked, by our own spawner. */
@Tag("trap-82")
@Needs(Capability.GETENT)
class GetentTest {

    private final Getent getent = new Getent(Duration.ofSeconds(60));

    @Test
    void whoIsThereIsTold() throws Exception {
        Leftovers before = Leftovers.before();
        String root = Files.readAllLines(Path.of("/etc/passwd")).stream()
                .filter(line -> line.startsWith("root:"))
                .findFirst()
                .orElseThrow();
        assertThat(getent.ask("passwd", "root")).contains(root);
        assertThat(getent.ask("passwd", "0")).contains(root);
        assertThat(getent.ask("initgroups", "root").orElseThrow()).startsWith("root");
        before.assertNone();
    }

    @Test
    void whoIsNotThereIsNobody() throws Exception {
        assertThat(getent.ask("passwd", "nobodyatall")).isEmpty();
        assertThat(getent.ask("group", "nogroupatall")).isEmpty();
    }

    @Test
    void whatCannotBeAskedFails() {
        assertThatThrownBy(() -> getent.ask("nosuchdatabase", "root"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nosuchdatabase");
    }
}
