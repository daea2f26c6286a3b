package io.muontrap.internal.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.io.Logs;
import io.muontrap.internal.io.Pipes;
import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.reactor.Reactor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PumpTest {

    /** A pipe, its pump, and what came of it. */
    private static final class Run implements AutoCloseable {
        final Descriptor.Ends pipe;
        final CompletableFuture<Thread> end = new CompletableFuture<>();
        final Pump pump;

        Run(Sink sink) throws IOException {
            pipe = Descriptor.pipe();
            pump = new Pump(pipe.read(), sink, () -> {});
            pump.onEnd(() -> end.complete(Thread.currentThread()));
            pump.start();
        }

        void write(String text) throws IOException {
            Pipes.write(pipe.write(), text);
        }

        void eof() {
            pipe.write().close();
        }

        Thread awaitEnd() throws Exception {
            return end.get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            pump.cut();
            pipe.write().close();
        }
    }

    private static LineSink lines(Consumer<String> consumer) {
        return lines(consumer, HandlerThreads.shared(), new ArrayList<>());
    }

    private static LineSink lines(Consumer<String> consumer, Executor executor, List<Throwable> failures) {
        return new LineSink(StandardCharsets.UTF_8, consumer, executor, failures::add);
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS)) throw new AssertionError("never came");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The reactor has looked at all descriptors again, a few times. */
    private static void turns() throws Exception {
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Void> turn = new CompletableFuture<>();
            Reactor reactor = Reactor.get();
            reactor.execute(() -> reactor.atTurnEnd(() -> turn.complete(null)));
            turn.get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void theEndIsToldByTheReactorWhenEveryLineIsHandled() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch handling = new CountDownLatch(1);
        List<String> got = new CopyOnWriteArrayList<>();
        try (Run run = new Run(lines(line -> {
            handling.countDown();
            await(release);
            got.add(line);
        }))) {
            run.write("one\ntwo\nlast");
            run.eof();
            await(handling);
            Pipes.eventually("all is read", () -> run.pump.end() == Pump.End.EOF);
            turns();
            assertThat(run.end).isNotDone();
            release.countDown();
            assertThat(run.awaitEnd().getName()).isEqualTo("muontrap-reactor");
            assertThat(got).containsExactly("one", "two", "last");
            CompletableFuture<Void> late = new CompletableFuture<>();
            run.pump.onEnd(() -> late.complete(null));
            late.get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void aSlowConsumerStopsItsOwnPipeOnly() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger slowLines = new AtomicInteger();
        AtomicInteger fastLines = new AtomicInteger();
        try (Run slow = new Run(lines(line -> {
                    await(release);
                    slowLines.incrementAndGet();
                }));
                Run fast = new Run(lines(line -> fastLines.incrementAndGet()))) {
            int written = writeUntilFull(slow.pipe.write());
            // what waits for the consumer, one read beyond it, and the pipe itself
            assertThat(written).isBetween(HandlerSink.HIGH / 2, HandlerSink.HIGH + 3 * 65_536);
            for (int i = 0; i < 50_000; i++) fast.write("a line of the fast one\n");
            fast.eof();
            fast.awaitEnd();
            assertThat(fastLines).hasValue(50_000);
            assertThat(slowLines).hasValue(0);
            release.countDown();
            slow.eof();
            slow.awaitEnd();
            assertThat(slowLines).hasValue(written / 8);
            assertThat(slow.pump.truncated()).isFalse();
        }
    }

    /** 8 bytes a line, until nobody takes any more for a while; the bytes written. */
    private static int writeUntilFull(Descriptor to) throws Exception {
        to.setNonBlocking();
        ByteBuffer line = ByteBuffer.allocateDirect(8).put("1234567\n".getBytes(StandardCharsets.US_ASCII));
        int written = 0;
        for (int refused = 0; refused < 20; ) {
            int n = to.write(line.flip());
            line.position(8);
            if (n == -Errno.EAGAIN) {
                refused++;
                turns();
            } else {
                assertThat(n).isEqualTo(8);
                written += 8;
                refused = 0;
            }
        }
        return written;
    }

    @Test
    void aPausedPipeWhoseProgramHasEndedCostsNothingAndLosesNothing() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger count = new AtomicInteger();
        try (Run run = new Run(lines(line -> {
            await(release);
            count.incrementAndGet();
        }))) {
            int written = writeUntilFull(run.pipe.write());
            run.eof();
            turns();
            assertThat(run.pump.end()).isEqualTo(Pump.End.OPEN);
            release.countDown();
            run.awaitEnd();
            assertThat(count).hasValue(written / 8);
        }
    }

    @Test
    void linesComeInOrderAndNeverOverlapOnAnyExecutor() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            for (Executor executor :
                    List.<Executor>of(pool, HandlerThreads.shared(), Runnable::run, r -> new Thread(r).start())) {
                AtomicInteger inside = new AtomicInteger();
                AtomicInteger overlaps = new AtomicInteger();
                List<String> got = new ArrayList<>();
                List<Thread> reactors = new CopyOnWriteArrayList<>();
                try (Run run = new Run(lines(
                        line -> {
                            if (inside.incrementAndGet() != 1) overlaps.incrementAndGet();
                            if (Reactor.onReactorThread()) reactors.add(Thread.currentThread());
                            got.add(line);
                            inside.decrementAndGet();
                        },
                        executor,
                        new ArrayList<>()))) {
                    List<String> expected = new ArrayList<>();
                    for (int i = 0; i < 3_000; i++) {
                        expected.add("line " + i);
                        run.write("line " + i + "\n");
                    }
                    run.eof();
                    run.awaitEnd();
                    assertThat(got).isEqualTo(expected);
                    assertThat(overlaps).hasValue(0);
                    assertThat(reactors).isEmpty();
                }
            }
        } finally {
            pool.shutdown();
        }
    }

    /** With one thread for many pipes no pipe may keep it until it is empty. */
    @Test
    void aNoisyPipeLeavesTheExecutorToOthers() throws Exception {
        BlockingQueue<Runnable> one = new LinkedBlockingQueue<>(); // its only thread is this one
        List<String> order = new CopyOnWriteArrayList<>();
        try (Run noisy = new Run(lines(order::add, one::add, new ArrayList<>()));
                Run quiet = new Run(lines(order::add, one::add, new ArrayList<>()))) {
            for (int i = 0; i < 40; i++) {
                noisy.write("noise\n");
                Pipes.eventually("it is read", () -> noisy.pipe.read().available() <= 0);
            }
            Runnable noise = next(one);
            quiet.write("quiet\n");
            Runnable other = next(one);
            noise.run();
            assertThat(order).isNotEmpty().containsOnly("noise").hasSizeLessThan(40);
            other.run();
            assertThat(order).endsWith("quiet");
            noisy.eof();
            quiet.eof();
            while (!noisy.end.isDone() || !quiet.end.isDone()) {
                Runnable work = one.poll(1, TimeUnit.MILLISECONDS);
                if (work != null) work.run();
            }
            assertThat(order).hasSize(41);
        }
    }

    private static Runnable next(BlockingQueue<Runnable> works) throws InterruptedException {
        Runnable work = works.poll(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(work).as("work given to the executor").isNotNull();
        return work;
    }

    @Test
    void aThrowingConsumerIsAnErrorValueAndTheProgramGoesOn() throws Exception {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        AtomicInteger calls = new AtomicInteger();
        IllegalStateException thrown = new IllegalStateException("on purpose");
        try (Run run = new Run(lines(
                line -> {
                    if (calls.incrementAndGet() == 2) throw thrown;
                },
                HandlerThreads.shared(),
                failures))) {
            run.write("one\ntwo\nthree\n");
            for (int i = 0; i < 300; i++) run.write("x".repeat(9_999) + "\n"); // 3 MB: would block if it were not read
            run.eof();
            run.awaitEnd();
            assertThat(calls).hasValue(2);
            assertThat(failures).containsExactly(thrown);
            assertThat(run.pump.failure()).contains(thrown);
            assertThat(run.pump.truncated()).isTrue();
        }
    }

    @Test
    void evenACallbackThatThrowsDoesNotStopTheReading() throws Exception {
        LineSink sink = new LineSink(
                StandardCharsets.UTF_8,
                line -> {
                    throw new AssertionError("on purpose");
                },
                HandlerThreads.shared(),
                t -> {
                    throw new IllegalStateException("on purpose too");
                });
        List<LogRecord> records = Logs.during(() -> {
            try (Run run = new Run(sink)) {
                for (int i = 0; i < 100; i++) run.write("x".repeat(9_999) + "\n");
                run.eof();
                run.awaitEnd();
            }
        });
        assertThat(sink.failure()).containsInstanceOf(AssertionError.class);
        assertThat(records).hasSize(1);
    }

    @Test
    void anExecutorThatRefusesIsAnErrorValue() throws Exception {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        AtomicInteger calls = new AtomicInteger();
        Executor refuses = r -> {
            throw new RejectedExecutionException("full");
        };
        try (Run run = new Run(lines(line -> calls.incrementAndGet(), refuses, failures))) {
            for (int i = 0; i < 100; i++) run.write("x".repeat(9_999) + "\n");
            run.eof();
            run.awaitEnd();
            assertThat(failures).hasSize(1).first().isInstanceOf(RejectedExecutionException.class);
            assertThat(calls).hasValue(0);
        }
    }

    @Test
    void cutEndsAtOnceThoughTheConsumerIsStuck() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch handling = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        List<String> got = new CopyOnWriteArrayList<>();
        try (Run run = new Run(lines(line -> {
            got.add(line);
            handling.countDown();
            await(release);
            left.countDown();
        }))) {
            run.write("one\ntwo\nthree\n");
            await(handling);
            run.eof();
            Pipes.eventually("all is read", () -> run.pump.end() == Pump.End.EOF);
            assertThat(run.pump.truncated()).isFalse();
            run.pump.cut();
            run.awaitEnd();
            assertThat(run.pump.truncated()).isTrue();
            release.countDown();
            await(left);
            turns();
            assertThat(got).containsExactly("one");
        }
    }

    @Test
    void cutAfterTheEndTakesNothingBack() throws Exception {
        try (Run run = new Run(lines(line -> {}))) {
            run.write("one\n");
            run.eof();
            run.awaitEnd();
            run.pump.cut();
            turns();
            assertThat(run.pump.end()).isEqualTo(Pump.End.EOF);
            assertThat(run.pump.truncated()).isFalse();
        }
    }

    @Test
    void cutClosesAPipeThatAGrandchildHolds() throws Exception {
        CaptureSink sink = new CaptureSink(100);
        try (Run run = new Run(sink)) {
            run.write("partial");
            Pipes.eventually("it is read", () -> sink.bytes().length == 7);
            run.pump.cut();
            run.awaitEnd();
            assertThat(run.pump.end()).isEqualTo(Pump.End.CUT);
            assertThat(run.pump.truncated()).isTrue();
            assertThat(Pipes.isOpen(run.pipe.read().number())).isFalse();
            assertThatThrownBy(() -> run.write("more")).hasMessageContaining("EPIPE");
        }
    }

    @Test
    void cutBeforeTheStartClosesAsWell() throws Exception {
        Descriptor.Ends pipe = Descriptor.pipe();
        Pump pump = new Pump(pipe.read(), new CaptureSink(1), () -> {});
        CompletableFuture<Void> end = new CompletableFuture<>();
        pump.onEnd(() -> end.complete(null));
        pump.cut();
        end.get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThatThrownBy(pump::start).isInstanceOf(IOException.class);
        assertThat(Pipes.isOpen(pipe.read().number())).isFalse();
        pipe.write().close();
    }

    @Test
    void aSlowHandlerThatGetsOnIsProgress() throws Exception {
        Descriptor.Ends pipe = Descriptor.pipe();
        CountDownLatch afterEof = new CountDownLatch(3);
        AtomicReference<Pump> itself = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        Sink sink = lines(line -> {
            Pipes.eventually("a moment", new Pause(25_000_000)::over);
        });
        Pump pump = new Pump(pipe.read(), sink, () -> {
            if (itself.get().end() == Pump.End.EOF) afterEof.countDown();
        });
        itself.set(pump);
        pump.onEnd(ended::countDown);
        pump.start();
        Pipes.write(pipe.write(), "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
        pipe.write().close();
        await(afterEof);
        await(ended);
    }

    private record Pause(long since, long nanos) {
        Pause(long nanos) {
            this(System.nanoTime(), nanos);
        }

        boolean over() {
            return System.nanoTime() - since >= nanos;
        }
    }

    @Test
    void aSinkThatThrowsIsDroppedAndThePipeReadOn() throws Exception {
        Error noMemory = new OutOfMemoryError("on purpose");
        Sink sink = new Sink() {
            @Override
            public void open(Flow flow) {}

            @Override
            public boolean accept(ByteBuffer bytes) {
                throw noMemory;
            }

            @Override
            public void end(Runnable served) {
                served.run();
            }

            @Override
            public void cut() {}

            @Override
            public boolean truncated() {
                return false;
            }

            @Override
            public Optional<Throwable> failure() {
                return Optional.empty();
            }
        };
        try (Run run = new Run(sink)) {
            for (int i = 0; i < 50; i++) run.write("x".repeat(10_000));
            run.eof();
            run.awaitEnd();
            assertThat(run.pump.failure()).contains(noMemory);
            assertThat(run.pump.truncated()).isTrue();
        }
    }

    @Test
    void whoAskedForDropsIsNeverWaitedFor() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        List<String> got = new CopyOnWriteArrayList<>();
        LineSink sink = new LineSink(
                StandardCharsets.UTF_8,
                LineSink.DEFAULT_MAX,
                line -> {
                    await(release);
                    got.add(line);
                },
                HandlerThreads.shared(),
                HandlerSink.WhenBehind.DROP,
                t -> {});
        try (Run run = new Run(sink)) {
            String line = "y".repeat(999);
            for (int i = 0; i < 3_000; i++) run.write(line + "\n"); // 3 MB
            run.write("dropped to its half");
            Pipes.eventually("it is read", () -> run.pipe.read().available() == 0);
            turns();
            long dropped = sink.dropped();
            assertThat(dropped).isGreaterThan(1_000_000);
            release.countDown();
            Pipes.eventually("the consumer has caught up", () -> sink.waiting() == 0);
            run.write(", and the rest\nfresh\n");
            run.eof();
            run.awaitEnd();
            assertThat(run.pump.truncated()).isTrue();
            assertThat(sink.dropped()).isEqualTo(dropped);
            assertThat(got).contains(line).endsWith("fresh").noneMatch(l -> l.contains("rest"));
            assertThat(got.subList(0, got.size() - 1)).allMatch(l -> l.equals(line) || l.endsWith(LineSink.CUT));
            assertThat(sink.cutLines()).isEqualTo(1);
        }
    }

    @Test
    void twoHundredPipesAtOnceKeepAllTheirBytes() throws Exception {
        List<Run> runs = new ArrayList<>();
        List<CaptureSink> sinks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sinks.add(new CaptureSink(CaptureSink.MOST));
            runs.add(new Run(sinks.get(i)));
        }
        for (int round = 0; round < 10; round++) for (Run run : runs) run.write("0123456789".repeat(100));
        runs.forEach(Run::eof);
        for (int i = 0; i < 200; i++) {
            runs.get(i).awaitEnd();
            assertThat(sinks.get(i).bytes()).hasSize(10_000);
        }
    }

    @Test
    void shutdownOfTheReactorEndsPumps() throws Exception {
        try (Run run = new Run(lines(line -> {}))) {
            run.write("one\n");
            turns();
            Reactor.shutdown().get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS);
            run.awaitEnd();
            assertThat(run.pump.end()).isEqualTo(Pump.End.CUT);
            assertThat(Pipes.isOpen(run.pipe.read().number())).isFalse();
            run.pump.cut();
        }
    }

    @Test
    void aHandlerThreadGoesWhenThereIsNoWork() throws Exception {
        CompletableFuture<Thread> worker = new CompletableFuture<>();
        HandlerThreads.shared().execute(() -> worker.complete(Thread.currentThread()));
        Thread thread = worker.get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(thread.getName()).startsWith("muontrap-handler-");
        assertThat(thread.isDaemon()).isTrue();
        thread.join(TimeUnit.SECONDS.toMillis(Pipes.PATIENCE_SECONDS));
        assertThat(thread.isAlive()).isFalse();
    }
}
