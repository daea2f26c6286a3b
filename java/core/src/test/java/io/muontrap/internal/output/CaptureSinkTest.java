package io.muontrap.internal.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class CaptureSinkTest {

    @Property(tries = 200)
    void keepsTheHeadOfWhateverComes(
            @ForAll @IntRange(max = 600_000) int total,
            @ForAll @IntRange(max = 600_000) int max,
            @ForAll Random random) {
        byte[] all = new byte[total];
        random.nextBytes(all);
        CaptureSink sink = new CaptureSink(max);
        for (int at = 0; at < total; ) {
            int n = Math.min(total - at, 1 + random.nextInt(65_536));
            ByteBuffer piece = ByteBuffer.wrap(all, at, n);
            assertThat(sink.accept(piece)).isTrue();
            assertThat(piece.hasRemaining()).isFalse();
            at += n;
        }
        assertThat(sink.bytes()).isEqualTo(Arrays.copyOf(all, Math.min(total, max)));
        assertThat(sink.dropped()).isEqualTo(Math.max(0, total - max));
        assertThat(sink.truncated()).isEqualTo(total > max);
    }

    @Example
    void theResultIsACopyAndIsThereBeforeTheEnd() {
        CaptureSink sink = new CaptureSink(10);
        sink.accept(ByteBuffer.wrap(new byte[] {1, 2}));
        sink.bytes()[0] = 9;
        assertThat(sink.bytes()).containsExactly(1, 2);
        AtomicBoolean served = new AtomicBoolean();
        sink.end(() -> served.set(true));
        assertThat(served).isTrue();
        assertThat(sink.failure()).isEmpty();
    }

    @Example
    void hugeBoundsAreTakenAndNegativeOnesAreNot() {
        CaptureSink sink = new CaptureSink(Long.MAX_VALUE);
        sink.accept(ByteBuffer.wrap(new byte[] {1}));
        assertThat(sink.bytes()).hasSize(1);
        assertThatThrownBy(() -> new CaptureSink(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max: -1");
    }
}
