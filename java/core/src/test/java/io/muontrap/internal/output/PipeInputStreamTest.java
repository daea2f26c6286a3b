package io.muontrap.internal.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.io.Pipes;
import io.muontrap.internal.reactor.Reactor;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PipeInputStreamTest {

    private Descriptor.Ends pipe;
    private PipeInputStream in;

    @BeforeEach
    void open() throws IOException {
        pipe = Descriptor.pipe();
        in = new PipeInputStream(pipe.read());
    }

    @AfterEach
    void everythingIsClosed() {
        in.close();
        pipe.close();
        assertThat(Pipes.isOpen(pipe.read().number())).isFalse();
        assertThat(Pipes.isOpen(pipe.write().number())).isFalse();
    }

    private interface Reading {
        Object read() throws Exception;
    }

    /** A thread that is inside the read and waits. */
    private static CompletableFuture<Object> blocked(Reading reading) {
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                outcome.complete(reading.read());
            } catch (Throwable t) {
                outcome.complete(t);
            }
        });
        thread.start();
        Pipes.parked(thread);
        return outcome;
    }

    private static Object get(CompletableFuture<Object> outcome) throws Exception {
        return outcome.get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void aReadWaitsForTheFirstByteOnly() throws Exception {
        byte[] into = new byte[100];
        CompletableFuture<Object> n = blocked(() -> in.read(into, 10, 50));
        Pipes.write(pipe.write(), "hello");
        assertThat(get(n)).isEqualTo(5);
        assertThat(new String(into, 10, 5, StandardCharsets.US_ASCII)).isEqualTo("hello");
        Pipes.write(pipe.write(), "\u00ff");
        assertThat(in.available()).isEqualTo(2);
        assertThat(in.read()).isEqualTo(0xc3);
        assertThat(in.read(into, 0, 0)).isZero();
        pipe.write().close();
        assertThat(in.read()).isEqualTo(0xbf);
        assertThat(in.read()).isEqualTo(-1);
        assertThat(in.read()).isEqualTo(-1);
        assertThat(in.available()).isZero();
        assertThatThrownBy(() -> in.read(into, 90, 11)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aWaitingReadSeesTheEnd() throws Exception {
        CompletableFuture<Object> n = blocked(in::read);
        pipe.write().close();
        assertThat(get(n)).isEqualTo(-1);
    }

    @Test
    void closeEndsTheReadsOfAllOtherThreads() throws Exception {
        List<CompletableFuture<Object>> readers = new ArrayList<>();
        for (int i = 0; i < 5; i++) readers.add(blocked(in::read));
        in.close();
        for (CompletableFuture<Object> r : readers) {
            assertThat(get(r)).isInstanceOf(IOException.class).hasToString("java.io.IOException: Stream closed");
        }
        assertThat(Pipes.isOpen(pipe.read().number())).isFalse();
        assertThatThrownBy(in::read).hasMessage("Stream closed");
        assertThatThrownBy(in::available).hasMessage("Stream closed");
        in.processEnded();
        assertThatThrownBy(in::read).hasMessage("Stream closed");
    }

    @Test
    void closingWhileOthersReadNeverHangsNorLeaks() throws Exception {
        List<String> before = Pipes.open();
        for (int i = 0; i < 500; i++) {
            Descriptor.Ends p = Descriptor.pipe();
            PipeInputStream stream = new PipeInputStream(p.read());
            CompletableFuture<Object> outcome = new CompletableFuture<>();
            Thread reader = new Thread(() -> {
                try {
                    while (stream.read() >= 0) Thread.onSpinWait();
                    outcome.complete("end");
                } catch (IOException e) {
                    outcome.complete(e.getMessage());
                }
            });
            reader.start();
            if (i % 3 == 0) Pipes.write(p.write(), "some bytes");
            if (i % 2 == 0) stream.close();
            else stream.processEnded();
            assertThat(get(outcome)).isEqualTo(i % 2 == 0 ? "Stream closed" : "end");
            stream.close();
            p.write().close();
        }
        assertThat(Pipes.open()).isEqualTo(before);
    }

    @Test
    void theContentSurvivesTheProcess() throws Exception {
        byte[] all = new byte[65_536];
        new Random(1).nextBytes(all);
        Pipes.write(pipe.write(), all); // the pipe is full; the write end stays open, as in a grandchild
        in.processEnded();
        assertThat(Pipes.isOpen(pipe.read().number())).isFalse();
        assertThat(in.available()).isEqualTo(all.length);
        assertThat(in.readNBytes(10)).isEqualTo(java.util.Arrays.copyOf(all, 10));
        in.processEnded();
        assertThat(in.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(all, 10, all.length));
        assertThat(in.read()).isEqualTo(-1);
        in.close();
        assertThatThrownBy(in::read).hasMessage("Stream closed");
    }

    @Test
    void theEndOfTheProcessWakesAReaderThoughAGrandchildHoldsThePipe() throws Exception {
        CompletableFuture<Object> n = blocked(in::read);
        in.processEnded();
        assertThat(get(n)).isEqualTo(-1);
    }

    @Test
    void aGrandchildThatWritesForEverDoesNotHoldTheEnd() throws Exception {
        Descriptor write = pipe.write();
        Thread chatter = new Thread(() -> {
            try {
                for (; ; ) Pipes.write(write, "chatter ".repeat(100));
            } catch (IOException brokenPipe) {
                assertThat(brokenPipe).hasMessageContaining("EPIPE");
            }
        });
        chatter.start();
        assertThat(in.read()).isEqualTo('c');
        in.processEnded();
        chatter.join(TimeUnit.SECONDS.toMillis(Pipes.PATIENCE_SECONDS));
        assertThat(chatter.isAlive()).isFalse();
        String rest = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        assertThat("c" + rest).startsWith("chatter chatter").hasSizeLessThanOrEqualTo(1 << 20);
    }

    @Test
    void nothingIsLostOrTurnedRoundWhenTheEndRacesWithAReader() throws Exception {
        for (int round = 0; round < 100; round++) {
            Descriptor.Ends p = Descriptor.pipe();
            PipeInputStream stream = new PipeInputStream(p.read());
            byte[] all = new byte[50_000];
            new Random(round).nextBytes(all);
            Pipes.write(p.write(), all);
            CompletableFuture<Object> outcome = new CompletableFuture<>();
            new Thread(() -> {
                        ByteArrayOutputStream got = new ByteArrayOutputStream();
                        byte[] some = new byte[777];
                        try {
                            for (int n; (n = stream.read(some)) >= 0; ) got.write(some, 0, n);
                            outcome.complete(got.toByteArray());
                        } catch (IOException e) {
                            outcome.complete(e);
                        }
                    })
                    .start();
            stream.processEnded();
            assertThat(get(outcome)).isEqualTo(all);
            p.write().close();
        }
    }

    @Test
    void interruptionNeitherEndsAReadNorIsLost() throws Exception {
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        CompletableFuture<Object> outcome = blocked(() -> {
            Thread.currentThread().interrupt();
            reader.complete(Thread.currentThread());
            int got = in.read();
            return got + " " + Thread.interrupted();
        });
        reader.get().interrupt();
        Pipes.parked(reader.get());
        Pipes.write(pipe.write(), "A");
        assertThat(get(outcome)).isEqualTo("65 true");
    }

    @Test
    void theBufferInFrontHasMarksAndClosesToo() throws Exception {
        InputStream buffered = in.buffered();
        Pipes.write(pipe.write(), "abcdef");
        buffered.mark(10);
        assertThat(buffered.readNBytes(3)).containsExactly('a', 'b', 'c');
        buffered.reset();
        in.processEnded();
        assertThat(buffered.available()).isEqualTo(6);
        BufferedReader reader = new BufferedReader(new InputStreamReader(buffered, StandardCharsets.UTF_8));
        assertThat(reader.readLine()).isEqualTo("abcdef");
        assertThat(reader.readLine()).isNull();
        buffered.close();
        assertThatThrownBy(buffered::read).isInstanceOf(IOException.class);
    }

    @Test
    void closingTheBufferEndsAReadThroughIt() throws Exception {
        InputStream buffered = in.buffered();
        CompletableFuture<Object> n = blocked(buffered::read);
        buffered.close();
        assertThat(get(n)).isInstanceOf(IOException.class);
    }

    @Test
    void aReadGoesOnWithTheNextReactor() throws Exception {
        CompletableFuture<Object> n = blocked(in::read);
        Reactor first = Reactor.get();
        Reactor.shutdown().get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS);
        Pipes.write(pipe.write(), "A");
        assertThat(get(n)).isEqualTo(65);
        assertThat(Reactor.get()).isNotSameAs(first);
    }

    /** More of them wait than there are carriers: they must have let go of those. */
    @Test
    @Needs(Capability.VIRTUAL_THREADS)
    void virtualThreadsLeaveTheirCarriersWhileTheyWait() throws Exception {
        var start = Thread.class.getMethod("startVirtualThread", Runnable.class); // not in the class library of 17
        int count = 16 + 8 * Runtime.getRuntime().availableProcessors();
        List<Descriptor.Ends> pipes = new ArrayList<>();
        List<PipeInputStream> streams = new ArrayList<>();
        List<CompletableFuture<Object>> outcomes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pipes.add(Descriptor.pipe());
            PipeInputStream stream = new PipeInputStream(pipes.get(i).read());
            streams.add(stream);
            InputStream buffered = stream.buffered();
            CompletableFuture<Object> outcome = new CompletableFuture<>();
            outcomes.add(outcome);
            Thread thread = (Thread) start.invoke(null, (Runnable) () -> {
                try {
                    outcome.complete(buffered.read());
                } catch (IOException e) {
                    outcome.complete(e);
                }
            });
            Pipes.parked(thread); // each of them, one after the other: the earlier ones do not hold the carriers
        }
        for (int i = 0; i < count; i += 2) Pipes.write(pipes.get(i).write(), "A");
        for (int i = 1; i < count; i += 2) streams.get(i).close();
        for (int i = 0; i < count; i++) {
            if (i % 2 == 0) assertThat(get(outcomes.get(i))).isEqualTo(65);
            else assertThat(get(outcomes.get(i))).isInstanceOf(IOException.class);
            streams.get(i).close();
            pipes.get(i).close();
        }
    }
}
