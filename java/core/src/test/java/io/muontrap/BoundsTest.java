package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.spawn.StopPolicy;
import io.muontrap.testing.Capability;
import io.muontrap.testing.GroupBase;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Target;
import io.muontrap.testing.Written;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tree that writes nothing for too long, or too much, is stopped; what it wrote is kept. */
@Timeout(120)
class BoundsTest {

    private Leftovers before;

    @BeforeEach
    void warm() throws Exception {
        target("exit", "0").run();
        before = Leftovers.before();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        before.assertNone();
    }

    private static Command target(String... words) {
        return Command.of(Target.PATH, words).stopPolicy(StopPolicy.kill());
    }

    @Test
    void whoWritesNothingForTooLongIsStopped() throws Exception {
        Result result = Command.of("sh", "-c", "echo begun; exec sleep 600")
                .idleTimeout(Duration.ofMillis(300))
                .run();
        assertThat(result.cause()).isEqualTo(Cause.IDLE);
        assertThat(result.stdout()).isEqualTo("begun\n");
        assertThat(result.usage().wall()).isBetween(Duration.ofMillis(300), Duration.ofSeconds(60));
        assertThatThrownBy(result::orThrow).hasMessageContaining("IDLE");
    }

    /** Each byte is new time; on either stream. */
    @Test
    void whoWritesNowAndThenIsNot() throws Exception {
        Result result = Command.of("sh", "-c", "for i in 1 2 3 4 5 6 7 8; do echo $i >&2; sleep 0.2; done")
                .idleTimeout(Duration.ofMillis(1200))
                .run()
                .orThrow();
        assertThat(result.usage().wall()).isGreaterThan(Duration.ofMillis(1300));
    }

    /** The program waits for its consumer, and not the other way round. */
    @Test
    void aConsumerThatTakesItsTimeIsNoIdleProgram() throws Exception {
        AtomicLong seen = new AtomicLong();
        CountDownLatch tick = new CountDownLatch(1);
        Result result = target("write", "" + (2 << 20))
                .stdout(Output.bytes(bytes -> {
                    seen.addAndGet(bytes.length);
                    await(tick); // 64 KiB in 20 ms each
                }))
                .idleTimeout(Duration.ofMillis(500))
                .run()
                .orThrow();
        assertThat(seen).hasValue(2 << 20);
        assertThat(result.cause()).isEqualTo(Cause.SELF);
    }

    private static void await(CountDownLatch never) {
        try {
            assertThat(never.await(20, TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoEndsInTimeIsNotTouched() throws Exception {
        for (int i = 0; i < 20; i++) {
            target("echo", "x")
                    .idleTimeout(Duration.ofSeconds(100))
                    .outputLimit(100)
                    .run()
                    .orThrow();
        }
    }

    @Test
    void whoWritesTooMuchIsStopped() throws Exception {
        Result result = target("write", "" + (100L << 20)).outputLimit(100_000).run();
        assertThat(result.cause()).isEqualTo(Cause.LIMIT);
        assertThat(result.stdoutBytes()).hasSizeGreaterThan(100_000);
        assertThat(result.stdoutBytes()).startsWith(Written.stdout(100_000));
        assertThatThrownBy(result::orThrow).hasMessageContaining("LIMIT");
    }

    @Test
    void bothOutputsCountTogetherAndTheLimitItselfIsAllowed() throws Exception {
        target("write", "6000", "stderr", "4000").outputLimit(10_000).run().orThrow();
        Result result = Command.of("sh", "-c", "printf 123456; printf 12345 >&2; exec sleep 600")
                .outputLimit(10)
                .run();
        assertThat(result.cause()).isEqualTo(Cause.LIMIT);
        assertThat(result.stdout() + result.stderr()).isEqualTo("12345612345");
    }

    @Test
    void anOutputThatNobodyOfOursReadsHasNoBounds() {
        Command silent = target("echo", "x").stdout(Output.discard()).stderr(Output.inherit());
        for (Command wrong : new Command[] {silent.outputLimit(1), silent.idleTimeout(Duration.ofSeconds(1))}) {
            assertThatThrownBy(wrong::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("outputLimit");
        }
        assertThatThrownBy(() -> target("exit", "0").outputLimit(1).start())
                .as("pipes, which the user reads")
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whoUsesTooMuchProcessorTimeIsStopped() throws Exception {
        Result result = target("cpu", "60").cpuLimit(Duration.ofMillis(300)).run();
        assertThat(result.cause()).isEqualTo(Cause.LIMIT);
        Duration used = result.usage().user().plus(result.usage().system());
        assertThat(used).isBetween(Duration.ofMillis(280), Duration.ofSeconds(10));
        target("sleep", "0.5").cpuLimit(Duration.ofMillis(400)).run().orThrow();
        assertThat(target("sleep", "60").cpuLimit(Duration.ZERO).run().cause()).isEqualTo(Cause.LIMIT);
    }

    /** Not the leader's alone, where a group counts for all. */
    @Test
    @Needs(Capability.CGROUP_V2)
    void inAGroupTheWholeTreeCounts() throws Exception {
        try (GroupBase base = GroupBase.of()) {
            Result result = target("with-child", "cpu", "60", "--", "sleep", "60")
                    .cgroup(CgroupSpec.under(base.path()))
                    .cpuLimit(Duration.ofMillis(300))
                    .run();
            assertThat(result.cause()).isEqualTo(Cause.LIMIT);
            assertThat(result.cgroup().orElseThrow().cpu().orElseThrow()).isGreaterThan(Duration.ofMillis(290));
        }
    }
}
