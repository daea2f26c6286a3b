package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.Errno;
import io.muontrap.spawn.Child;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Fd;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.SpawnSpec;
import io.muontrap.spawn.Spawner;
import io.muontrap.spawn.Step;
import io.muontrap.testing.FullPipe;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Marked;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Rounds;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ten thousand starts, one in twenty failing at its exec, one in twenty killed before it. */
@Timeout(300)
@Tag("scenario-59")
@Tag("trap-14")
@Tag("host")
@Tag("load")
class StopStormTest {

    private static final int STARTS = 20 * Rounds.of(500);
    private static final int THREADS = 3;

    /** PF_FORKNOEXEC, in field 9 of /proc/pid/stat. */
    private static final long NOT_EXECED = 0x40;

    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger exited = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger killed = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();

    @Test
    void leavesEverythingAsItWas() throws Exception {
        start(SpawnSpec.of(Target.PATH, "exit", "0"), 0);
        exited.set(0);
        Leftovers before = Leftovers.before();
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
        try (FullPipe full = new FullPipe()) {
            Future<?> killer = threads.submit(() -> {
                killHeld(over);
                return null;
            });
            List<Future<?>> starters = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                starters.add(threads.submit(() -> {
                    for (int i = next.getAndIncrement(); i < STARTS; i = next.getAndIncrement()) {
                        assertThat(killer.isDone()).as("the killer has failed").isFalse();
                        startOne(i, full.write());
                    }
                    return null;
                }));
            }
            for (Future<?> starter : starters) {
                starter.get();
            }
            over.set(true);
            killer.get();
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
        assertThat(failed).hasValue(STARTS / 20);
        assertThat(killed).hasValue(STARTS / 20);
        assertThat(exited).hasValue(STARTS - 2 * STARTS / 20);
        assertThat(Procs.zombies()).isEmpty();
        before.assertNone();
    }

    private void startOne(int i, Fd full) throws Exception {
        switch (i % 20) {
            case 7 -> start(SpawnSpec.of("/no/such/program"), -1);
            case 13 -> {
                held.incrementAndGet();
                start(SpawnSpec.of(Target.PATH, "exit", "1").join(full), -1);
            }
            default -> start(SpawnSpec.of(Target.PATH, "exit", "" + i % 256), i % 256);
        }
    }

    private void start(SpawnSpec spec, int code) throws InterruptedException {
        try (Child child = Spawner.system().spawn(spec.env(Map.of()))) {
            assertThat(child.await()).isEqualTo(new ExitStatus.Exited(code));
            exited.incrementAndGet();
        } catch (SpawnException e) {
            assertThat(code).as(e.getMessage()).isEqualTo(-1);
            if (e.step() == Step.EXEC) {
                assertThat(e.errno()).isEqualTo(Errno.ENOENT);
                failed.incrementAndGet();
            } else {
                assertThat(e).hasMessageContaining("killed by SIGKILL before it ran");
                assertThat(e.step()).isEqualTo(Step.JOIN);
                killed.incrementAndGet();
            }
        }
    }

    /** Looks for the one child of the spawner's that sleeps before its exec. */
    private void killHeld(AtomicBoolean over) throws IOException {
        Path children = spawnersChildren();
        while (!over.get()) {
            if (held.get() > killed.get()) {
                String line = Files.readString(children).trim();
                for (String pid : line.isEmpty() ? new String[0] : line.split(" ")) {
                    if (sleepsBeforeExec(pid)) {
                        Marked.kill(Integer.parseInt(pid));
                    }
                }
            }
            LockSupport.parkNanos(200_000);
        }
    }

    private static boolean sleepsBeforeExec(String pid) {
        Optional<String[]> first = stat(pid);
        return first.isPresent() && first.get()[0].equals("S") && (Long.parseLong(first.get()[6]) & NOT_EXECED) != 0;
    }

    /** The fields behind the name, state first. */
    private static Optional<String[]> stat(String pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            return Optional.of(line.substring(line.lastIndexOf(')') + 2).split(" "));
        } catch (IOException gone) { // ENOENT, or ESRCH between open and read
            return Optional.empty();
        }
    }

    private static Path spawnersChildren() throws IOException {
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                if (Files.readString(task.resolve("comm")).startsWith("muontrap-spawn")) {
                    return task.resolve("children");
                }
            }
        }
        throw new AssertionError("no spawner");
    }
}
