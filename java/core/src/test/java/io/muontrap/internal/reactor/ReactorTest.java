package io.muontrap.internal.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.io.Logs;
import io.muontrap.internal.io.Pipes;
import io.muontrap.internal.jni.NativeEpoll;
import io.muontrap.internal.jni.NativeFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReactorTest {

    private static final class NeverStops extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Everything queued before has run when this returns, and one more look at the descriptors was taken. */
    private static void turns(Reactor reactor, int n) throws Exception {
        for (int i = 0; i < n; i++) {
            CompletableFuture<Void> turn = new CompletableFuture<>();
            reactor.execute(() -> reactor.atTurnEnd(() -> turn.complete(null)));
            turn.get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void itsThreadTakesNothingFromItsMaker() throws Exception {
        Reactor.shutdown().get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS);
        InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
        local.set("mine");
        AtomicReference<Thread> thread = new AtomicReference<>();
        AtomicReference<String> inherited = new AtomicReference<>("?");
        Reactor reactor = Reactor.get();
        reactor.execute(() -> {
            thread.set(Thread.currentThread());
            inherited.set(local.get());
        });
        turns(reactor, 1);
        assertThat(thread.get().getName()).isEqualTo("muontrap-reactor");
        assertThat(thread.get().isDaemon()).isTrue();
        assertThat(thread.get().getContextClassLoader()).isNull();
        assertThat(thread.get().getThreadGroup().getParent()).isNull();
        assertThat(inherited.get()).isNull();
        assertThat(reactor.onReactor()).isFalse();
        assertThat(Reactor.onReactorThread()).isFalse();
        assertThatThrownBy(() -> reactor.atTurnEnd(() -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void tellsThatAPipeIsReadable() throws Exception {
        Reactor reactor = Reactor.get();
        try (Descriptor.Ends pipe = Descriptor.pipe()) {
            CompletableFuture<Integer> came = new CompletableFuture<>();
            AtomicReference<Registration> told = new AtomicReference<>();
            Registration made = reactor.register(pipe.read(), NativeEpoll.IN, (at, events) -> {
                told.set(at);
                at.close();
                came.complete(events);
            });
            turns(reactor, 2);
            assertThat(came).isNotDone();
            Pipes.write(pipe.write(), "x");
            assertThat(came.get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS) & NativeEpoll.IN)
                    .isNotZero();
            assertThat(told.get()).isSameAs(made);
        }
    }

    @Test
    void silenceHoldsEvenAtTheEndOfThePipe() throws Exception {
        Reactor reactor = Reactor.get();
        try (Descriptor.Ends pipe = Descriptor.pipe()) {
            AtomicInteger calls = new AtomicInteger();
            CompletableFuture<Integer> hangUp = new CompletableFuture<>();
            Registration at = reactor.register(pipe.read(), NativeEpoll.IN, (r, events) -> {
                calls.incrementAndGet();
                r.close();
                hangUp.complete(events);
            });
            at.interest(0);
            pipe.write().close();
            turns(reactor, 3);
            assertThat(calls).hasValue(0);
            at.interest(NativeEpoll.IN);
            assertThat(hangUp.get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS) & NativeEpoll.HUP)
                    .isNotZero();
            at.interest(NativeEpoll.IN); // closed: nothing
            turns(reactor, 2);
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void oneShotComesOnce() throws Exception {
        Reactor reactor = Reactor.get();
        try (Descriptor.Ends pipe = Descriptor.pipe()) {
            AtomicInteger calls = new AtomicInteger();
            Registration at = reactor.register(
                    pipe.read(), NativeEpoll.IN | NativeEpoll.ONE_SHOT, (r, events) -> calls.incrementAndGet());
            Pipes.write(pipe.write(), "x");
            Pipes.eventually("the first call", () -> calls.get() == 1);
            turns(reactor, 3);
            assertThat(calls).hasValue(1);
            at.interest(NativeEpoll.IN | NativeEpoll.ONE_SHOT);
            Pipes.eventually("the second call", () -> calls.get() == 2);
            at.close();
        }
    }

    /** Both are in one batch of events; whichever is called first closes the other and gives its number away. */
    @Test
    void eventsOfAClosedRegistrationAreIgnoredThoughTheNumberLivesOn() throws Exception {
        Reactor reactor = Reactor.get();
        AtomicInteger sameNumber = new AtomicInteger();
        for (int round = 0; round < 50; round++) {
            Descriptor.Ends[] pipes = {Descriptor.pipe(), Descriptor.pipe()};
            for (Descriptor.Ends p : pipes) Pipes.write(p.write(), "x");
            Registration[] made = new Registration[2];
            List<Integer> called = new ArrayList<>();
            AtomicInteger strangers = new AtomicInteger();
            CompletableFuture<Descriptor.Ends> reused = new CompletableFuture<>();
            AtomicReference<Registration> third = new AtomicReference<>();
            reactor.execute(() -> {
                for (int i = 0; i < 2; i++) {
                    int me = i;
                    try {
                        made[i] = reactor.register(pipes[i].read(), NativeEpoll.IN, (at, events) -> {
                            called.add(me);
                            at.interest(0);
                            made[1 - me].close();
                            pipes[1 - me].read().close();
                            Descriptor.Ends next = Descriptor.pipe();
                            // unless another thread of this JVM has opened something just now
                            if (next.read().number() == pipes[1 - me].read().number()) sameNumber.incrementAndGet();
                            third.set(reactor.register(
                                    next.read(), NativeEpoll.IN, (r, e) -> strangers.incrementAndGet()));
                            reused.complete(next);
                        });
                    } catch (IOException e) {
                        reused.completeExceptionally(e);
                    }
                }
            });
            Descriptor.Ends next = reused.get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS);
            turns(reactor, 2);
            assertThat(called).hasSize(1);
            assertThat(strangers).hasValue(0);
            for (Registration r : made) r.close();
            third.get().close();
            for (Descriptor.Ends p : pipes) p.close();
            next.close();
        }
        assertThat(sameNumber).hasValueGreaterThan(25);
    }

    @Test
    void aRegistrationKeepsTheNumberUntilItIsOutOfTheEpoll() throws Exception {
        Descriptor.Ends pipe = Descriptor.pipe();
        Registration at = Reactor.get().register(pipe.read(), NativeEpoll.IN, (r, events) -> {});
        pipe.read().close();
        assertThat(Pipes.isOpen(pipe.read().number())).isTrue();
        at.close();
        at.close();
        assertThat(Pipes.isOpen(pipe.read().number())).isFalse();
        pipe.close();
    }

    /** A forked child's copy of a descriptor would keep the closed one firing for ever. */
    @Test
    void aClosedRegistrationIsOutOfTheEpollThoughACopyLives() throws Exception {
        Descriptor.Ends pipe = Descriptor.pipe();
        int fd = pipe.read().number();
        try (Descriptor copy = Descriptor.of(NativeFiles.duplicate(fd))) {
            assertThat(watched(fd)).isFalse();
            Registration at = Reactor.get().register(pipe.read(), NativeEpoll.IN, (r, events) -> {});
            assertThat(watched(fd)).isTrue();
            at.close();
            pipe.close();
            assertThat(copy.isClosed()).isFalse();
            assertThat(watched(fd)).isFalse();
        }
    }

    /** Whether the descriptor is in an epoll of this JVM, as the kernel tells. */
    private static boolean watched(int fd) throws IOException {
        for (String open : Pipes.open()) {
            if (!open.contains("eventpoll")) continue;
            Path info = Path.of("/proc/self/fdinfo/" + open.substring(0, open.indexOf(' ')));
            if (Files.readString(info).matches("(?s).*tfd: *" + fd + " .*")) return true;
        }
        return false;
    }

    @Test
    void aFailedRegistrationLeavesNothing() throws Exception {
        Reactor reactor = Reactor.get();
        int before = reactor.registered();
        Descriptor file = Descriptor.open(new byte[] {'/'}, NativeFiles.DIRECTORY);
        assertThatThrownBy(() -> reactor.register(file, NativeEpoll.IN, (r, e) -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("EPERM");
        file.close();
        assertThat(Pipes.isOpen(file.number())).isFalse();
        assertThatThrownBy(() -> reactor.register(file, NativeEpoll.IN, (r, e) -> {}))
                .hasMessageContaining("EBADF");
        assertThat(reactor.registered()).isEqualTo(before);
    }

    @Test
    void aSlotClosesWhatComesTooLate() throws Exception {
        Reactor reactor = Reactor.get();
        int before = reactor.registered();
        try (Descriptor.Ends pipe = Descriptor.pipe()) {
            RegistrationSlot slot = new RegistrationSlot();
            slot.close();
            slot.set(reactor.register(pipe.read(), NativeEpoll.IN, (r, e) -> {}));
            assertThat(reactor.registered()).isEqualTo(before);
            RegistrationSlot early = new RegistrationSlot();
            early.set(reactor.register(pipe.read(), NativeEpoll.IN, (r, e) -> {}));
            assertThat(reactor.registered()).isEqualTo(before + 1);
            early.close();
            assertThat(reactor.registered()).isEqualTo(before);
        }
    }

    @Test
    void stormsOfRegistrationsLeaveNothing() throws Exception {
        Reactor reactor = Reactor.get();
        int before = reactor.registered();
        List<String> open = Pipes.open();
        List<Thread> threads = new ArrayList<>();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        for (int t = 0; t < 4; t++) {
            Random random = new Random(t);
            Thread thread = new Thread(() -> {
                try {
                    for (int i = 0; i < 1_000; i++) storm(reactor, random);
                } catch (Throwable e) {
                    failed.set(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) thread.join();
        assertThat(failed.get()).isNull();
        turns(reactor, 2);
        assertThat(reactor.registered()).isEqualTo(before);
        assertThat(Pipes.open()).isEqualTo(open);
    }

    private static void storm(Reactor reactor, Random random) throws IOException {
        Descriptor.Ends pipe = Descriptor.pipe();
        pipe.read().setNonBlocking();
        ByteBuffer buffer = ByteBuffer.allocateDirect(16);
        Registration at = reactor.register(pipe.read(), NativeEpoll.IN, (r, events) -> {
            pipe.read().read(buffer.clear());
            if (random.nextBoolean()) r.close();
        });
        if (random.nextBoolean()) Pipes.write(pipe.write(), "x");
        if (random.nextBoolean()) at.interest(0);
        if (random.nextBoolean()) at.interest(NativeEpoll.IN);
        if (random.nextBoolean()) pipe.close();
        if (random.nextBoolean()) reactor.execute(at::close);
        else at.close();
        pipe.close();
    }

    @Test
    void whatThrowsIsLoggedAndTheRestGoesOn() throws Exception {
        Reactor reactor = Reactor.get();
        CountDownLatch good = new CountDownLatch(3);
        List<LogRecord> records = Logs.during(() -> {
            reactor.execute(() -> {
                throw new NeverStops();
            });
            reactor.execute(() -> {
                throw new StackOverflowError("on purpose");
            });
            reactor.schedule(System.nanoTime(), () -> {
                throw new NeverStops();
            });
            reactor.execute(() -> reactor.atTurnEnd(() -> {
                throw new NeverStops();
            }));
            reactor.execute(() -> reactor.atTurnEnd(good::countDown));
            reactor.execute(good::countDown);
            reactor.schedule(System.nanoTime() + 1_000_000, good::countDown);
            assertThat(good.await(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        });
        assertThat(records).hasSize(4);
        assertThat(records).extracting(LogRecord::getThrown).hasAtLeastOneElementOfType(StackOverflowError.class);
        assertThat(Reactor.get()).isSameAs(reactor);
    }

    @Test
    void aHandlerThatAlwaysThrowsIsCalledAgainWithPauses() throws Exception {
        Reactor reactor = Reactor.get();
        try (Descriptor.Ends pipe = Descriptor.pipe()) {
            List<LogRecord> records = Logs.during(() -> {
                AtomicInteger calls = new AtomicInteger();
                long start = System.nanoTime();
                Pipes.write(pipe.write(), "x");
                Registration at = reactor.register(pipe.read(), NativeEpoll.IN, (r, events) -> {
                    calls.incrementAndGet();
                    throw new NeverStops();
                });
                turns(reactor, 200); // each of them would call it
                int called = calls.get();
                assertThat((long) called).isBetween(1L, 1 + (System.nanoTime() - start) / 100_000_000);
                Pipes.eventually("it is called again", () -> calls.get() > called + 1);
                at.close();
                turns(reactor, 1);
            });
            assertThat(records.size()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void tenThousandTimersFireInOrderAndNeverEarly() throws Exception {
        Reactor reactor = Reactor.get();
        int count = 10_000;
        Random random = new Random(1);
        List<Long> fired = new ArrayList<>();
        AtomicInteger early = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(count);
        reactor.execute(
                () -> { // none fires before the last is there
                    long base = System.nanoTime();
                    for (int i = 0; i < count; i++) {
                        long deadline = base + random.nextInt(500_000_000);
                        reactor.schedule(deadline, () -> {
                            if (System.nanoTime() - deadline < 0) early.incrementAndGet();
                            fired.add(deadline);
                            all.countDown();
                        });
                    }
                });
        assertThat(all.await(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(early).hasValue(0);
        assertThat(fired).hasSize(count).isSorted();
    }

    @Test
    void cancelledTimersDoNotPileUp() throws Exception {
        Reactor reactor = Reactor.get();
        int before = reactor.timers();
        AtomicInteger fired = new AtomicInteger();
        List<Timer> timers = new ArrayList<>();
        long now = System.nanoTime();
        for (int i = 0; i < 10_000; i++)
            timers.add(reactor.schedule(now + TimeUnit.HOURS.toNanos(1), fired::incrementAndGet));
        assertThat(reactor.timers()).isEqualTo(before + 10_000);
        for (Timer t : timers) assertThat(t.cancel()).isTrue();
        assertThat(reactor.timers()).isEqualTo(before);
        for (Timer t : timers) assertThat(t.cancel()).isFalse();
        assertThat(fired).hasValue(0);
    }

    @Test
    void aNearerTimerWakesTheSleeper() throws Exception {
        Reactor reactor = Reactor.get();
        Timer far = reactor.schedule(System.nanoTime() + TimeUnit.HOURS.toNanos(1), () -> {});
        turns(reactor, 1);
        for (int i = 0; i < 20; i++) {
            CompletableFuture<Long> fired = new CompletableFuture<>();
            long deadline = System.nanoTime() + 2_000_000;
            reactor.schedule(deadline, () -> fired.complete(System.nanoTime()));
            assertThat(fired.get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS) - deadline)
                    .isGreaterThanOrEqualTo(0);
        }
        assertThat(far.cancel()).isTrue();
    }

    @Test
    void aTimerThatSetsItselfAnewInThePastDoesNotStarveOthers() throws Exception {
        Reactor reactor = Reactor.get();
        AtomicReference<Timer> again = new AtomicReference<>();
        Runnable[] self = new Runnable[1];
        AtomicInteger rounds = new AtomicInteger();
        self[0] = () -> {
            rounds.incrementAndGet();
            again.set(reactor.schedule(System.nanoTime() - 1, self[0]));
        };
        reactor.execute(self[0]);
        turns(reactor, 5);
        CompletableFuture<Boolean> stopped = new CompletableFuture<>();
        reactor.execute(() -> stopped.complete(again.get().cancel()));
        assertThat(stopped.get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(rounds.get()).isGreaterThan(1);
    }

    @Test
    void theEndOfATurnComesAfterAllOfIt() throws Exception {
        Reactor reactor = Reactor.get();
        List<String> order = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        try (Descriptor.Ends a = Descriptor.pipe();
                Descriptor.Ends b = Descriptor.pipe()) {
            Pipes.write(a.write(), "x");
            Pipes.write(b.write(), "x");
            reactor.execute(() -> {
                for (Descriptor.Ends p : List.of(a, b)) {
                    try {
                        reactor.register(p.read(), NativeEpoll.IN, (at, events) -> {
                            at.close();
                            order.add("event");
                            reactor.execute(() -> order.add("task"));
                            reactor.atTurnEnd(() -> order.add("end"));
                        });
                    } catch (IOException e) {
                        order.add(e.toString());
                    }
                }
                reactor.schedule(System.nanoTime(), () -> order.add("timer"));
                reactor.execute(() -> reactor.execute(() -> reactor.atTurnEnd(() -> reactor.execute(done::countDown))));
            });
            assertThat(done.await(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            turns(reactor, 1);
        }
        assertThat(order.subList(order.indexOf("event"), order.size()))
                .containsSubsequence("event", "event", "task", "task", "end", "end");
    }

    @Test
    void tasksRunInTheOrderOfEachThread() throws Exception {
        Reactor reactor = Reactor.get();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            int n = i;
            reactor.execute(() -> order.add(n));
        }
        turns(reactor, 1);
        Pipes.eventually("all tasks", () -> order.size() == 5_000);
        assertThat(order).isSorted();
    }

    @Test
    void shutdownRunsWhatIsQueuedTellsWhoIsLeftAndAnotherStarts() throws Exception {
        Reactor first = Reactor.get();
        Descriptor.Ends pipe = Descriptor.pipe();
        AtomicInteger lost = new AtomicInteger();
        AtomicInteger ran = new AtomicInteger();
        first.register(pipe.read(), NativeEpoll.IN, new Handler() {
            @Override
            public void ready(Registration at, int events) {}

            @Override
            public void lost() {
                lost.incrementAndGet();
            }
        });
        for (int i = 0; i < 3_000; i++) first.execute(ran::incrementAndGet);
        Reactor.shutdown().get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(ran).hasValue(3_000);
        assertThat(lost).hasValue(1);
        pipe.close();
        assertThat(Pipes.isOpen(pipe.read().number())).isFalse();
        assertThatThrownBy(() -> first.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        try (Descriptor.Ends late = Descriptor.pipe()) {
            assertThatThrownBy(() -> first.register(late.read(), NativeEpoll.IN, (r, e) -> {}))
                    .isInstanceOf(IOException.class);
        }
        assertThat(first.registered()).isZero();
        Reactor second = Reactor.get();
        assertThat(second).isNotSameAs(first);
        turns(second, 1);
    }

    @Test
    void startsAndShutdownsLeakNoDescriptors() throws Exception {
        Reactor.shutdown().get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS);
        List<String> before = Pipes.open();
        for (int i = 0; i < 50; i++) {
            turns(Reactor.get(), 1);
            Reactor.shutdown().get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        assertThat(Pipes.open()).isEqualTo(before);
        Reactor.shutdown().get(Pipes.PATIENCE_SECONDS, TimeUnit.SECONDS); // none runs: complete at once
    }
}
