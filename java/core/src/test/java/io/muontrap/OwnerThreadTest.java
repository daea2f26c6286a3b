package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.spawn.Child;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Signal;
import io.muontrap.spawn.SpawnSpec;
import io.muontrap.spawn.Spawner;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import io.muontrap.testing.NothingLeft;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import io.muontrap.testing.Virtual;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The kernel's signal follows the death of the thread that cloned: that must be none that a user can end. */
@Timeout(60)
@Tag("trap-1")
@Tag("host")
@Tag("place")
@ExtendWith(NothingLeft.class)
class OwnerThreadTest {

    private static final Duration LONG = Duration.ofSeconds(50);

    /** One child of the face, one of the low-level layer, and the kernel's number of the thread that started both. */
    private static final class Starter implements Runnable {
        final AtomicReference<ContainedProcess> process = new AtomicReference<>();
        final AtomicReference<Child> child = new AtomicReference<>();
        final AtomicReference<Path> task = new AtomicReference<>();

        @Override
        public void run() {
            try {
                task.set(Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self"))));
                process.set(Command.of(Target.PATH, "ready", "sleep", "forever").start());
                child.set(Spawner.system().spawn(SpawnSpec.of(Target.PATH, "sleep", "forever")));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        /** The end of a Java thread is not yet that of the kernel's, which sends the signal. */
        void awaitThreadsEnd() {
            Procs.await("thread gone", LONG, () -> !Files.exists(task.get()));
        }

        /** They answer, and end as they are told. */
        void assertBothLive() throws Exception {
            ContainedProcess p = process.get();
            try (Child c = child.get()) {
                Target.untilReady(p.getInputStream());
                assertThat(p.isAlive()).isTrue();
                assertThat(c.poll()).isEmpty();
                assertThat(Procs.gone((int) p.pid()) || Procs.gone((int) c.pid()))
                        .isFalse();
                p.signal(Signal.USR1);
                c.signal(Signal.USR2);
                assertThat(p.result().get().status()).isEqualTo(new ExitStatus.Signaled(Signal.USR1, false));
                assertThat(c.await()).isEqualTo(new ExitStatus.Signaled(Signal.USR2, false));
            }
        }
    }

    @Test
    void theThreadThatStartedEnds() throws Exception {
        Starter starter = new Starter();
        Thread thread = new Thread(starter);
        thread.start();
        thread.join();
        starter.awaitThreadsEnd();
        starter.assertBothLive();
    }

    @Test
    void thePoolThatStartedIsShutDown() throws Exception {
        Starter starter = new Starter();
        ExecutorService pool = Executors.newFixedThreadPool(2);
        pool.submit(starter).get();
        pool.shutdownNow();
        assertThat(pool.awaitTermination(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        starter.awaitThreadsEnd();
        starter.assertBothLive();
    }

    /** Its carrier goes on, or not: that is the JVM's affair. */
    @Test
    @Needs(Capability.VIRTUAL_THREADS)
    void theVirtualThreadThatStartedEnds() throws Exception {
        Starter starter = new Starter();
        Virtual.start(starter).join();
        starter.assertBothLive();
    }

    /** Neither the first caller, whose thread made the spawner's, nor a job that fails ends it. */
    @Test
    void theFirstCallerEnds() throws Exception {
        Spawner.system().shutdown();
        Starter starter = new Starter();
        Thread thread = new Thread(() -> {
            try {
                Command.of("/no/such/program").start();
            } catch (IOException expected) {
                starter.run();
            }
        });
        thread.start();
        thread.join();
        starter.awaitThreadsEnd();
        starter.assertBothLive();
    }
}
