package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.spawn.ExitStatus;
import io.muontrap.testing.ChildJvm;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Before Linux 6.9 a group cannot be signalled by pidfd: who is left is then named before the zombie is reaped. */
@Timeout(300)
@Tag("host")
@Tag("trap-50")
class OlderGroupSignalTest {

    @Test
    @Tag("jvm")
    void whoIsLeftIsStillNamed() throws Exception {
        ChildJvm.plain()
                .options("-Dmuontrap.disable=signal_group")
                .passes(OlderGroupSignalTest.class, "whoIsLeftIsNamed", "nobodyIsLeft");
    }

    static void whoIsLeftIsNamed() throws Exception {
        for (int i = 0; i < 20; i++) {
            Result result = Command.of(Target.PATH, "with-child", "sleep", "forever", "--", "exit", "3")
                    .run();
            assertThat(result.status()).isEqualTo(new ExitStatus.Exited(3));
            assertThat(result.usage().killedWith()).singleElement().asString().contains("with-child sleep forever");
        }
    }

    static void nobodyIsLeft() throws Exception {
        Leftovers before = Leftovers.before();
        for (int i = 0; i < 20; i++) {
            assertThat(Command.of(Target.PATH, "exit", "3").run().usage().killedWith())
                    .isEmpty();
        }
        before.assertNone();
    }
}
