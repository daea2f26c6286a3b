package io.muontrap.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.spawn.Child;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Fd;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.SpawnSpec;
import io.muontrap.spawn.Spawner;
import io.muontrap.spawn.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Children of the low-level layer, from their start to their end. */
public final class Spawned {

    /** How it ended, and what it wrote to its stdout. */
    public record Run(ExitStatus status, byte[] out) {
        public String text() {
            return new String(out, StandardCharsets.UTF_8);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Run run && run.status.equals(status) && Arrays.equals(run.out, out);
        }

        @Override
        public int hashCode() {
            return 31 * status.hashCode() + Arrays.hashCode(out);
        }

        @Override
        public String toString() {
            return status + ": " + text();
        }
    }

    private Spawned() {}

    public static SpawnSpec target(String... args) {
        return SpawnSpec.of(Target.PATH, args);
    }

    /** Runs it with its stdout in a pipe that is read to the end. */
    public static Run run(SpawnSpec spec) throws IOException, InterruptedException {
        try (Fd.Pipe pipe = Fd.pipe();
                Child child = Spawner.system().spawn(spec.stdout(pipe.write()))) {
            pipe.write().close();
            byte[] out = readAll(pipe.read().number());
            return new Run(child.await(), out);
        }
    }

    public static ExitStatus status(SpawnSpec spec) throws IOException, InterruptedException {
        try (Child child = Spawner.system().spawn(spec)) {
            return child.await();
        }
    }

    /** What {@code print-state} says of a child that was started so; {@code how} changes the spec of it. */
    public static Map<String, String> state(UnaryOperator<SpawnSpec> how) throws IOException, InterruptedException {
        Run run = run(how.apply(target("print-state")));
        assertThat(run.status()).isEqualTo(new ExitStatus.Exited(0));
        return Target.state(run.text());
    }

    /** It is refused at this step with this errno, and nothing is left of it. */
    public static SpawnException refused(SpawnSpec spec, Step step, int errno) throws IOException {
        Leftovers before = Leftovers.before();
        SpawnException refused = catchThrowableOfType(SpawnException.class, () -> {
            try (Child child = Spawner.system().spawn(spec)) {
                throw new AssertionError("it runs: " + child);
            }
        });
        assertThat(refused.step()).as(refused.getMessage()).isEqualTo(step);
        assertThat(refused.errno()).as(refused.getMessage()).isEqualTo(errno);
        assertThat(refused).hasMessageContaining(step.name());
        if (errno != 0) {
            assertThat(refused).hasMessageContaining(Errno.name(errno));
        }
        before.assertNone();
        return refused;
    }

    /** Reads a blocking descriptor to its end. */
    public static byte[] readAll(int fd) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(64 * 1024);
        long address = NativeFiles.address(piece);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int n; (n = NativeFiles.read(fd, address, piece.capacity())) != 0; ) {
            if (n < 0) {
                throw Errno.failure("read", n);
            }
            byte[] bytes = new byte[n];
            piece.clear().get(bytes);
            all.write(bytes, 0, n);
        }
        return all.toByteArray();
    }

    /** Writes all to a blocking descriptor. */
    public static void write(int fd, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes);
        int n = NativeFiles.write(fd, NativeFiles.address(direct), bytes.length);
        assertThat(n).as("bytes written").isEqualTo(bytes.length);
    }
}
