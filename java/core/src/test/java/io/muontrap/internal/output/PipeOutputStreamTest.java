package io.muontrap.internal.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.io.Pipes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes to a program's standard input: the user's stream, and both feeders. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PipeOutputStreamTest {

    private static final int MORE_THAN_A_PIPE = 5 * 65_535;

    private Descriptor.Ends pipe;

    @BeforeEach
    void open() throws IOException {
        pipe = Descriptor.pipe();
    }

    @AfterEach
    void everythingIsClosed() {
        pipe.close();
        Pipes.eventually(
                "both ends are closed",
                () -> !Pipes.isOpen(pipe.write().number())
                        && !Pipes.isOpen(pipe.read().number()));
    }

    private static byte[] random(int size) {
        byte[] all = new byte[size];
        new Random(size).nextBytes(all);
        return all;
    }

    private static CompletableFuture<Object> blockedWrite(OutputStream out) {
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                out.write(new byte[MORE_THAN_A_PIPE]);
                outcome.complete("written");
            } catch (IOException e) {
                outcome.complete(e.getMessage());
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
    void aWriteWaitsForASlowReaderAndAllArrives() throws Exception {
        PipeOutputStream out = new PipeOutputStream(pipe.write());
        byte[] all = random(MORE_THAN_A_PIPE);
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        Thread writer = new Thread(() -> {
            try {
                out.write(all[0]);
                out.write(all, 1, all.length - 1);
                out.write(all, 0, 0);
                out.close();
                outcome.complete("written");
            } catch (IOException e) {
                outcome.complete(e);
            }
        });
        writer.start();
        Pipes.parked(writer);
        assertThat(Pipes.readAll(pipe.read())).isEqualTo(all);
        assertThat(get(outcome)).isEqualTo("written");
        assertThatThrownBy(() -> out.write(1)).hasMessage("Stream closed");
        assertThatThrownBy(() -> out.write(all, 1, all.length)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void closeEndsAWriteOfAnotherThread() throws Exception {
        PipeOutputStream out = new PipeOutputStream(pipe.write());
        CompletableFuture<Object> outcome = blockedWrite(out);
        out.close();
        out.close();
        assertThat(get(outcome)).isEqualTo("Stream closed");
        assertThat(Pipes.readAll(pipe.read())).hasSize(65_536); // then the end
    }

    @Test
    void aReaderThatGoesAwayIsABrokenPipe() throws Exception {
        PipeOutputStream out = new PipeOutputStream(pipe.write());
        CompletableFuture<Object> outcome = blockedWrite(out);
        pipe.read().close();
        assertThat(get(outcome)).isEqualTo("Broken pipe");
        assertThatThrownBy(() -> out.write(1)).hasMessage("Broken pipe");
        out.close();
    }

    @Test
    void theEndOfTheProcessIsABrokenPipeThoughAGrandchildHoldsIt() throws Exception {
        PipeOutputStream out = new PipeOutputStream(pipe.write());
        CompletableFuture<Object> outcome = blockedWrite(out);
        out.processEnded();
        assertThat(get(outcome)).isEqualTo("Broken pipe");
        assertThatThrownBy(() -> out.write(1)).hasMessage("Broken pipe");
        assertThat(Pipes.isOpen(pipe.write().number())).isFalse();
    }

    @Test
    void theBufferInFrontHoldsBackUntilAFlush() throws Exception {
        PipeOutputStream out = new PipeOutputStream(pipe.write());
        OutputStream buffered = out.buffered();
        buffered.write('a');
        assertThat(pipe.read().available()).isZero();
        buffered.flush();
        assertThat(pipe.read().available()).isEqualTo(1);
        buffered.write('b');
        buffered.close();
        assertThat(Pipes.readAll(pipe.read())).containsExactly('a', 'b');
    }

    @Test
    void aFeederWritesAllThenTheEnd() throws Exception {
        byte[] all = random(MORE_THAN_A_PIPE);
        Feeder feeder = new Feeder(pipe.write(), all);
        feeder.start();
        assertThat(Pipes.readAll(pipe.read())).isEqualTo(all);
        Pipes.eventually("it counts", () -> feeder.written() == all.length);
        assertThat(feeder.failure()).isEmpty();
        Pipes.eventually("it closes", () -> !Pipes.isOpen(pipe.write().number()));
    }

    @Test
    void aFeederOfNothingIsTheEndAtOnce() throws Exception {
        new Feeder(pipe.write(), new byte[0]).start();
        assertThat(Pipes.readAll(pipe.read())).isEmpty();
    }

    @Test
    void aProgramThatDoesNotReadAllIsAnErrorValue() throws Exception {
        Feeder feeder = new Feeder(pipe.write(), random(2_000_000));
        feeder.start();
        Pipes.eventually("the pipe is full", () -> feeder.written() >= 65_536);
        pipe.read().close();
        Pipes.eventually("broken pipe", () -> feeder.failure().isPresent());
        assertThat(feeder.failure().orElseThrow()).hasMessage("Broken pipe");
        Pipes.eventually("it closes", () -> !Pipes.isOpen(pipe.write().number()));
    }

    @Test
    void aFeederIsClosedAtOnce() throws Exception {
        Feeder feeder = new Feeder(pipe.write(), random(2_000_000));
        feeder.start();
        Pipes.eventually("the pipe is full", () -> feeder.written() >= 65_536);
        feeder.close();
        feeder.close();
        assertThat(Pipes.readAll(pipe.read())).hasSize((int) feeder.written());
        assertThat(feeder.failure()).isEmpty();
    }

    @Test
    void aUsersStreamIsCopiedAndNotClosed() throws Exception {
        byte[] all = random(MORE_THAN_A_PIPE);
        boolean[] closed = new boolean[1];
        InputStream from = new ByteArrayInputStream(all) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        StreamFeeder feeder = new StreamFeeder(from, new PipeOutputStream(pipe.write()), Runnable::run, t -> {});
        feeder.start(); // returns though the executor is a direct one and the pipe is too small
        assertThat(Pipes.readAll(pipe.read())).isEqualTo(all);
        assertThat(feeder.failure()).isEmpty();
        assertThat(closed[0]).isFalse();
    }

    @Test
    void aUsersStreamThatThrowsIsTold() throws Exception {
        IOException thrown = new IOException("on purpose");
        List<Throwable> told = new CopyOnWriteArrayList<>();
        InputStream from = new InputStream() {
            @Override
            public int read() throws IOException {
                throw thrown;
            }
        };
        StreamFeeder feeder =
                new StreamFeeder(from, new PipeOutputStream(pipe.write()), HandlerThreads.shared(), told::add);
        feeder.start();
        Pipes.eventually("it is told", () -> !told.isEmpty());
        assertThat(pipe.read().available()).isZero();
        feeder.close(); // by whoever was told; until then the program sees no end
        assertThat(Pipes.readAll(pipe.read())).isEmpty();
        assertThat(told).containsExactly(thrown);
        assertThat(feeder.failure()).contains(thrown);
    }

    @Test
    void aProgramThatDoesNotReadAllOfAStreamIsAnErrorValueToo() throws Exception {
        List<Throwable> told = new CopyOnWriteArrayList<>();
        StreamFeeder feeder = new StreamFeeder(
                new ByteArrayInputStream(random(MORE_THAN_A_PIPE)),
                new PipeOutputStream(pipe.write()),
                HandlerThreads.shared(),
                told::add);
        feeder.start();
        pipe.read().close();
        Pipes.eventually("broken pipe", () -> feeder.failure().isPresent());
        assertThat(feeder.failure().orElseThrow()).hasMessage("Broken pipe");
        assertThat(told).isEmpty();
    }

    @Test
    void aStreamFeederIsClosedThoughItsThreadWaits() throws Exception {
        StreamFeeder feeder = new StreamFeeder(
                new ByteArrayInputStream(random(MORE_THAN_A_PIPE)),
                new PipeOutputStream(pipe.write()),
                HandlerThreads.shared(),
                t -> {});
        feeder.start();
        Pipes.eventually("the pipe is full", () -> pipe.read().available() == 65_536);
        feeder.close();
        assertThat(Pipes.readAll(pipe.read())).hasSize(65_536);
        assertThat(feeder.failure().orElseThrow()).as("not all was taken").hasMessage("Broken pipe");
    }

    @Test
    void textArrivesAsWritten() throws Exception {
        try (OutputStream out = new PipeOutputStream(pipe.write()).buffered()) {
            out.write("é\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Pipes.readAll(pipe.read())).asString(StandardCharsets.UTF_8).isEqualTo("é\n");
    }
}
