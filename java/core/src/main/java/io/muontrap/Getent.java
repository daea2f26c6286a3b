package io.muontrap;

import io.muontrap.internal.text.TextBytes;
import io.muontrap.internal.users.NameService;
import io.muontrap.spawn.StopPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Asks the C library's name services by getent(1), by its absolute path and with an empty environment: modules of theirs
 * (sssd, LDAP) belong into no JVM.
 */
final class Getent implements NameService {

    private static final List<Path> PLACES = List.of(Path.of("/usr/bin/getent"), Path.of("/bin/getent"));
    private static final int NO_SUCH_KEY = 2;

    private final Duration patience;

    Getent(Duration patience) {
        this.patience = patience;
    }

    @Override
    public Optional<String> ask(String database, String key) throws IOException {
        Path getent = PLACES.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException(
                        "nsswitch.conf names more than files for " + database + ", and there is no getent to ask it"));
        Command command = Command.of(getent.toString(), database)
                .arg(TextBytes.text(key.getBytes(StandardCharsets.ISO_8859_1)))
                .clearEnv()
                .stopPolicy(StopPolicy.kill())
                .timeout(patience);
        Result result;
        try {
            result = command.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while getent was asked for " + database, e);
        }
        if (result.cause() != Cause.SELF) {
            throw new IOException(getent + " " + database + " did not answer: " + result.cause());
        }
        int code = result.status().exitValue();
        if (code == NO_SUCH_KEY) {
            return Optional.empty();
        }
        if (code != 0) {
            throw new IOException(getent + " " + database + " failed with " + code + ": "
                    + result.stderr().strip());
        }
        return new String(result.stdoutBytes(), StandardCharsets.ISO_8859_1)
                .lines()
                .findFirst();
    }
}
