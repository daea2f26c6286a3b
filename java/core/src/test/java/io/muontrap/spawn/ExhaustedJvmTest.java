package io.muontrap.spawn;

import static io.muontrap.testing.Spawned.status;
import static io.muontrap.testing.Spawned.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.testing.ChildJvm;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Descriptors at their end, and programs that were written a moment ago: errors with a name, or none at all. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("host")
class ExhaustedJvmTest {

    @TempDir
    Path directory;

    /** SCENARIOS 32 and 58: EMFILE is an error, not a hang, and what was given back can be used again. */
    @Test
    @Tag("jvm")
    @Tag("scenario-32")
    @Tag("scenario-58")
    void noDescriptorsLeft() throws Exception {
        for (String disabled : List.of("", "clone3")) {
            ChildJvm.plain()
                    .wrapped("/bin/sh", "-c", "ulimit -n 80; exec \"$@\"", "sh")
                    .options("-Dmuontrap.disable=" + disabled)
                    .passes(ExhaustedJvmTest.class, "spawnsWithoutADescriptor");
        }
    }

    static void spawnsWithoutADescriptor() throws Exception {
        // all classes and jars that the next lines need
        assertThat(status(target("exit", "1"))).isEqualTo(new ExitStatus.Exited(1));
        Spawner.system().spawn(target("exit", "0")).exit().get();
        Fd.pipe().close();
        assertThat(Errno.failure("x", -Errno.EMFILE)).isNotNull();
        try (Fd zero = Fd.of(0)) {
            assertThat(failure(target("exit", "0").fd(1_000_000, zero)).step()).isEqualTo(Step.KEEP_FDS);
        }
        assertThat(failure(SpawnSpec.of("/nonexistent")).errnoName()).isEqualTo("ENOENT");
        assertThatThrownBy(() -> Fd.openRead(Path.of("/nonexistent"))).isInstanceOf(IOException.class);
        List<Integer> children = Procs.children();
        List<Integer> taken = new ArrayList<>();
        IOException pipe;
        SpawnException none;
        SpawnException one;
        try {
            pipe = refused(taken, ExhaustedJvmTest::noPipe);
            none = refused(taken, () -> failure(target("exit", "0")));
            one = refused(taken, () -> {
                // one for the pidfd, but none for the move of a descriptor out of the way
                NativeFiles.close(taken.remove(taken.size() - 1));
                try (Fd zero = Fd.of(0)) {
                    return failure(target("exit", "0").fd(1, zero).fd(2, zero));
                }
            });
        } finally {
            taken.forEach(NativeFiles::close);
        }
        assertThat(pipe).hasMessageContaining("EMFILE");
        assertThat(none.step()).isEqualTo(Step.CLONE);
        assertThat(none.errnoName()).isEqualTo("EMFILE");
        assertThat(one.step()).isEqualTo(Step.KEEP_FDS);
        assertThat(one.errnoName()).isEqualTo("EMFILE");
        assertThat(one.fix()).isPresent();
        assertThat(Procs.children()).isEqualTo(children);
        assertThat(status(target("exit", "4"))).isEqualTo(new ExitStatus.Exited(4));
    }

    /**
     * What fails when no descriptor is left. The JVM itself opens and closes files whenever it likes: after a few
     * tries one falls between those.
     */
    private static <E extends Exception> E refused(List<Integer> taken, Callable<E> attempt) throws Exception {
        for (int tries = 0; tries < 20; tries++) {
            int fd;
            while ((fd = NativeFiles.duplicate(0)) >= 0) {
                taken.add(fd);
            }
            assertThat(fd).isEqualTo(-Errno.EMFILE);
            E failure = attempt.call();
            if (failure != null) {
                return failure;
            }
        }
        throw new AssertionError("there was always a descriptor left");
    }

    private static IOException noPipe() {
        try {
            Fd.pipe().close();
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    /** Null if it started. */
    private static SpawnException failure(SpawnSpec spec) throws IOException {
        try (Child child = Spawner.system().spawn(spec)) {
            child.exit().join();
            return null;
        } catch (SpawnException e) {
            return e;
        }
    }

    /**
     * SCENARIO 57: each thread writes programs and runs them at once, while forks of the JDK hold the descriptor that
     * wrote it until their own exec. (Ours cannot: one thread makes them, each after the exec of the one before.)
     */
    @Test
    @Tag("trap-61")
    @Tag("scenario-57")
    void freshlyWrittenProgramsRun() throws Exception {
        int each = 60;
        ExecutorService pool = Executors.newFixedThreadPool(6);
        AtomicBoolean over = new AtomicBoolean();
        try {
            List<Future<Integer>> forks = List.of(pool.submit(forking(over)), pool.submit(forking(over)));
            List<Future<Integer>> ran = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                Path own = Files.createDirectory(directory.resolve("thread" + thread));
                ran.add(pool.submit(writingAndRunning(own, each)));
            }
            for (Future<Integer> one : ran) {
                assertThat(one.get()).as("programs that ran").isEqualTo(each);
            }
            over.set(true);
            for (Future<Integer> one : forks) {
                assertThat(one.get()).as("forks beside them").isPositive();
            }
        } finally {
            over.set(true);
            pool.shutdown();
        }
    }

    private static Callable<Integer> forking(AtomicBoolean over) {
        return () -> {
            int forks = 0;
            for (; !over.get(); forks++) {
                assertThat(new ProcessBuilder(Target.PATH, "exit", "0").start().waitFor())
                        .isZero();
            }
            return forks;
        };
    }

    private static Callable<Integer> writingAndRunning(Path own, int each) {
        return () -> {
            int right = 0;
            Fd nothing = Fd.openWrite(Path.of("/dev/null"));
            for (int i = 0; i < each; i++) {
                Path program = own.resolve("program" + i);
                Files.copy(Path.of(Target.PATH), program, StandardCopyOption.COPY_ATTRIBUTES);
                Path script = own.resolve("script" + i);
                Files.writeString(script, "#!" + program + " echo\n");
                assertThat(script.toFile().setExecutable(true)).isTrue();
                int code = i % 200;
                boolean binary = i % 2 == 0; // else the program is the script's interpreter
                SpawnSpec spec = binary
                        ? SpawnSpec.of(program.toString(), "exit", "" + code)
                        : SpawnSpec.of(script.toString()).stdout(nothing);
                right += status(spec).equals(new ExitStatus.Exited(binary ? code : 0)) ? 1 : 0;
                Files.delete(program);
                Files.delete(script);
            }
            nothing.close();
            return right;
        };
    }
}
