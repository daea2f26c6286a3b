package io.muontrap.internal.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.io.Pipes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What a program writes arrives whole, through real pipes, however it is cut into writes. */
class PumpProperties {

    private static void write(Descriptor to, byte[] all, Random random) throws Exception {
        for (int at = 0; at < all.length; ) {
            int n = Math.min(all.length - at, 1 + random.nextInt(random.nextBoolean() ? 16 : 100_000));
            Pipes.write(to, Arrays.copyOfRange(all, at, at + n));
            at += n;
        }
        to.close();
    }

    private static void run(Sink sink, byte[] all, Random random) throws Exception {
        Descriptor.Ends pipe = Descriptor.pipe();
        AtomicInteger progress = new AtomicInteger();
        Pump pump = new Pump(pipe.read(), sink, progress::incrementAndGet);
        CompletableFuture<Void> end = new CompletableFuture<>();
        pump.onEnd(() -> end.complete(null));
        pump.start();
        write(pipe.write(), all, random);
        end.get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(pump.end()).isEqualTo(Pump.End.EOF);
        assertThat(pump.failure()).isEmpty();
        assertThat(pump.truncated()).isFalse();
        if (all.length > 0) assertThat(progress.get()).isPositive();
        assertThat(Pipes.isOpen(pipe.read().number())).isFalse();
    }

    @Property(tries = 100)
    void captureKeepsEveryByte(@ForAll @IntRange(max = 400_000) int total, @ForAll Random random) throws Exception {
        byte[] all = new byte[total];
        random.nextBytes(all);
        CaptureSink sink = new CaptureSink(CaptureSink.MOST);
        run(sink, all, random);
        assertThat(sink.bytes()).isEqualTo(all);
    }

    @Property(tries = 100)
    void bytesAndLinesOfATeeAreTheWhole(@ForAll @IntRange(max = 400_000) int total, @ForAll Random random)
            throws Exception {
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        while (text.length() < total) {
            String line = "zeile é€😀 ".repeat(random.nextInt(12)) + expected.size();
            expected.add(line);
            text.append(line).append(random.nextBoolean() ? "\n" : "\r\n");
        }
        byte[] all = text.toString().getBytes(StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CaptureSink capture = new CaptureSink(CaptureSink.MOST);
        run(
                new TeeSink(List.of(
                        new LineSink(StandardCharsets.UTF_8, lines::add, HandlerThreads.shared(), t -> {}),
                        capture,
                        new BytesSink(
                                bytes::writeBytes, HandlerThreads.shared(), HandlerSink.WhenBehind.WAIT, t -> {}))),
                all,
                random);
        assertThat(lines).isEqualTo(expected);
        assertThat(capture.bytes()).isEqualTo(all);
        assertThat(bytes.toByteArray()).isEqualTo(all);
    }

    @Property(tries = 100)
    void linesOfAnyBytesAreThoseOfTheWhole(@ForAll @Size(max = 2_000) byte[] all, @ForAll Random random)
            throws Exception {
        List<String> expected = new ArrayList<>();
        LineDecoder whole = new LineDecoder(StandardCharsets.UTF_8, LineSink.DEFAULT_MAX, expected::add);
        whole.feed(all);
        whole.end();
        List<String> lines = new ArrayList<>();
        run(new LineSink(StandardCharsets.UTF_8, lines::add, HandlerThreads.shared(), t -> {}), all, random);
        assertThat(lines).isEqualTo(expected);
    }
}
