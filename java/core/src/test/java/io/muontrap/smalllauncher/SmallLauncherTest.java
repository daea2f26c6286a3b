package io.muontrap.smalllauncher;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Signal;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Target;
import io.muontrap.testing.Written;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Other launchers can stand on the low-level layer. */
@Timeout(60)
@Tag("host")
@Tag("place")
class SmallLauncherTest {

    private static final Duration LONG = Duration.ofSeconds(50);

    @Test
    void runsCapturesTimesOutAndStops() throws Exception {
        SmallLauncher.run(LONG, Target.PATH, "exit", "0");
        Leftovers before = Leftovers.before();

        SmallLauncher.Ended ended = SmallLauncher.run(LONG, Target.PATH, "write", "200000");
        assertThat(ended.status()).isEqualTo(new ExitStatus.Exited(0));
        assertThat(ended.timedOut()).isFalse();
        assertThat(ended.output()).isEqualTo(Written.stdout(200_000));

        assertThat(SmallLauncher.run(LONG, Target.PATH, "exit", "9").status()).isEqualTo(new ExitStatus.Exited(9));

        SmallLauncher.Ended late = SmallLauncher.run(
                Duration.ofMillis(500), Target.PATH, "with-child", "sleep", "forever", "--", "chatter");
        assertThat(late.timedOut()).isTrue();
        assertThat(late.status()).isEqualTo(new ExitStatus.Signaled(Signal.TERM, false));
        assertThat(new String(late.output(), StandardCharsets.US_ASCII)).endsWith("\n");

        before.assertNone();
    }
}
