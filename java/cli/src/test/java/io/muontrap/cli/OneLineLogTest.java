package io.muontrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OneLineLogTest {

    private static final System.Logger LOG = System.getLogger("io.muontrap");

    @Test
    void warningsAreOneLineAndTheRestIsNone() {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            System.setErr(err);
            LOG.log(System.Logger.Level.WARNING, "left behind", new IOException("EBUSY\nforged"));
            LOG.log(System.Logger.Level.WARNING, "left behind: {0} ({1})", "a/b", "EBUSY");
            LOG.log(System.Logger.Level.INFO, "nothing");
            LOG.log(System.Logger.Level.DEBUG, "nothing", new IOException("nothing"));
        } finally {
            System.setErr(before);
        }
        assertThat(said.toString(StandardCharsets.UTF_8))
                .isEqualTo("muontrap: left behind: EBUSY\\x0aforged\nmuontrap: left behind: a/b (EBUSY)\n");
    }
}
