package io.muontrap;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.internal.output.Feeder;
import io.muontrap.internal.output.HandlerThreads;
import io.muontrap.internal.output.PipeInputStream;
import io.muontrap.internal.output.PipeOutputStream;
import io.muontrap.internal.output.Pump;
import io.muontrap.internal.output.Sink;
import io.muontrap.internal.output.StreamFeeder;
import io.muontrap.internal.text.TextBytes;
import io.muontrap.spawn.Fd;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.SpawnSpec;
import io.muontrap.spawn.Step;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The three streams of one process: what the child gets, what stays with us, and who serves it. Made before the spawn,
 * so that nothing has been started when a file or a descriptor is refused.
 */
final class Streams {

    /** /dev/null, opened once for the life of the JVM: two of three streams are nothing in many starts. */
    private static final class NullDevice {
        private static final byte[] PATH = {'/', 'd', 'e', 'v', '/', 'n', 'u', 'l', 'l'};
        private static final AtomicReference<Descriptor> OPENED = new AtomicReference<>();

        static Fd fd() throws SpawnException {
            if (OPENED.get() == null) {
                Descriptor mine = open(PATH, NativeFiles.READ_WRITE);
                if (!OPENED.compareAndSet(null, mine)) {
                    mine.close();
                }
            }
            return Fd.of(OPENED.get().number());
        }
    }

    private final CommandSpec command;
    private final List<Descriptor> childs = new ArrayList<>();
    private final List<Pump> pumps = new ArrayList<>();
    private final Runnable progress;
    private final Consumer<Throwable> handlerFailed;
    private final Runnable overLimit;
    private final AtomicLong left; // bytes that may come yet; null for any number

    private Fd merged;
    private final StreamSinks outSinks;
    private final StreamSinks errSinks;
    private Feeder feeder;
    private StreamFeeder streamFeeder;
    private PipeOutputStream stdinPipe;
    private PipeInputStream stdoutPipe;
    private PipeInputStream stderrPipe;
    private OutputStream stdin = new ClosedOutput();
    private InputStream stdout = new ByteArrayInputStream(new byte[0]);
    private InputStream stderr = new ByteArrayInputStream(new byte[0]);

    /** As the JDK's: a program whose stdin is not a pipe has nothing that could be written to. */
    private static final class ClosedOutput extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("Stream closed");
        }
    }

    /**
     * @param progress run on the reactor when bytes of an output came
     * @param handlerFailed told what a consumer threw
     * @param overLimit run on the reactor when more has come than is allowed
     */
    Streams(CommandSpec command, Runnable progress, Consumer<Throwable> handlerFailed, Runnable overLimit) {
        this.command = command;
        this.progress = progress;
        this.handlerFailed = handlerFailed;
        this.overLimit = overLimit;
        this.left = command.bounds().output() < 0
                ? null
                : new AtomicLong(command.bounds().output());
        this.outSinks = new StreamSinks(1, executor(), handlerFailed);
        this.errSinks = new StreamSinks(2, executor(), handlerFailed);
    }

    private Executor executor() {
        return command.executor() == null ? HandlerThreads.shared() : command.executor();
    }

    /** Opens everything and hands the child's side to the spec. After an exception {@link #abandon} gives all back. */
    SpawnSpec connect(SpawnSpec spec) throws SpawnException {
        return spec.stdin(input(command.stdin().form()))
                .stdout(output(command.stdout().form(), 1))
                .stderr(output(command.stderr().form(), 2));
    }

    private Fd input(InputForm form) throws SpawnException {
        if (form instanceof InputForm.Inherit) {
            return Fd.of(0);
        }
        if (form instanceof InputForm.FromFile file) {
            return childs(open(file.path(), NativeFiles.READ));
        }
        if (form instanceof InputForm.Bytes bytes) {
            Descriptor.Ends pipe = pipe();
            feeder = guarded(pipe.write(), end -> new Feeder(end, bytes.bytes()));
            return childs(pipe.read());
        }
        if (form instanceof InputForm.Stream stream) {
            Descriptor.Ends pipe = pipe();
            PipeOutputStream to = guarded(pipe.write(), PipeOutputStream::new);
            streamFeeder = new StreamFeeder(stream.from(), to, executor(), handlerFailed);
            return childs(pipe.read());
        }
        if (form instanceof InputForm.Pipe) {
            Descriptor.Ends pipe = pipe();
            stdinPipe = guarded(pipe.write(), PipeOutputStream::new);
            stdin = stdinPipe.buffered();
            return childs(pipe.read());
        }
        return NullDevice.fd();
    }

    private Fd output(OutputForm form, int number) throws SpawnException {
        if (form instanceof OutputForm.ToStdout) {
            return merged == null ? Fd.of(1) : merged;
        }
        if (form instanceof OutputForm.Inherit) {
            return Fd.of(number);
        }
        Fd fd = form instanceof OutputForm.Discard ? NullDevice.fd() : opened(form, number);
        if (number == 1) {
            merged = fd;
        }
        return fd;
    }

    private Fd opened(OutputForm form, int number) throws SpawnException {
        Descriptor childsEnd;
        if (form instanceof OutputForm.ToFile file) {
            childsEnd = open(file.path(), file.append() ? NativeFiles.APPEND : NativeFiles.WRITE);
        } else {
            childsEnd = piped(form, number);
        }
        return childs(childsEnd);
    }

    private Descriptor piped(OutputForm form, int number) throws SpawnException {
        Descriptor.Ends pipe = pipe();
        childs(pipe.write());
        if (form instanceof OutputForm.Pipe) {
            PipeInputStream ours = guarded(pipe.read(), PipeInputStream::new);
            if (number == 1) {
                stdoutPipe = ours;
                stdout = ours.buffered();
            } else {
                stderrPipe = ours;
                stderr = ours.buffered();
            }
            return pipe.write();
        }
        Sink sink = sink(pipe.read(), form, number);
        try {
            pumps.add(guarded(pipe.read(), end -> new Pump(end, sink, progress)));
        } catch (SpawnException e) {
            sink.cut(); // it may have opened files
            throw e;
        }
        return pipe.write();
    }

    private Sink sink(Descriptor ours, OutputForm form, int number) throws SpawnException {
        try {
            return (number == 1 ? outSinks : errSinks).sink(form, left, overLimit);
        } catch (SpawnException | RuntimeException | Error e) {
            ours.close();
            throw e;
        }
    }

    /** The program runs: its side is given back, ours begins to work. */
    void begin() throws IOException {
        closeChilds();
        for (Pump pump : pumps) {
            pump.start();
        }
        if (feeder != null) {
            feeder.start();
        }
        if (streamFeeder != null) {
            streamFeeder.start();
        }
    }

    /** Nothing was started: everything is given back. */
    void abandon() {
        closeChilds();
        cutOutput();
        closeStdin();
        endPipes();
    }

    private void closeChilds() {
        childs.forEach(Descriptor::close);
        childs.clear();
    }

    OutputStream stdin() {
        return stdin;
    }

    InputStream stdout() {
        return stdout;
    }

    InputStream stderr() {
        return stderr;
    }

    void closeStdin() {
        if (feeder != null) {
            feeder.close();
        }
        if (streamFeeder != null) {
            streamFeeder.close();
        }
        if (stdinPipe != null) {
            stdinPipe.processEnded();
        }
    }

    /** Runs it when every output with a handler is at its end and the handlers are served. */
    void drain(Runnable drained) {
        AtomicInteger left = new AtomicInteger(pumps.size());
        if (pumps.isEmpty()) {
            drained.run();
        }
        for (Pump pump : pumps) {
            pump.onEnd(() -> {
                if (left.decrementAndGet() == 0) {
                    drained.run();
                }
            });
        }
    }

    void cutOutput() {
        pumps.forEach(Pump::cut);
    }

    /** What the user has not read yet stays readable, from the heap; the descriptors are given back. */
    void endPipes() {
        if (stdoutPipe != null) {
            stdoutPipe.processEnded();
        }
        if (stderrPipe != null) {
            stderrPipe.processEnded();
        }
    }

    /** Bytes that outputs which may drop have dropped. */
    long dropped() {
        return outSinks.dropped() + errSinks.dropped();
    }

    /** Null where it was not captured. */
    Captured capturedStdout() {
        return outSinks.captured();
    }

    /** Null where it was not captured. */
    Captured capturedStderr() {
        boolean nothing = command.stderr().form() instanceof OutputForm.ToStdout && outSinks.captured() != null;
        return nothing ? Captured.nothing(TextBytes.streamCharset()) : errSinks.captured();
    }

    /** What a consumer threw, or what ended the reading of an output; null if nothing did. */
    Throwable handlerFailure() {
        return pumps.stream()
                .flatMap(pump -> pump.failure().stream())
                .findFirst()
                .orElse(null);
    }

    /** Why the given input was not taken whole; null if it was. */
    IOException inputFailure() {
        if (streamFeeder != null) {
            return streamFeeder.failure().map(Streams::asIo).orElse(null);
        }
        return feeder == null ? null : feeder.failure().orElse(null);
    }

    private static IOException asIo(Throwable thrown) {
        return thrown instanceof IOException e ? e : new IOException("the given stream threw " + thrown, thrown);
    }

    private Fd childs(Descriptor end) {
        if (!childs.contains(end)) {
            childs.add(end);
        }
        return Fd.of(end.number());
    }

    static Descriptor open(byte[] path, int how) throws SpawnException {
        byte[] absolute;
        try {
            absolute = TextBytes.absolute(path);
        } catch (IOException e) {
            throw failed(Step.OPEN, 0, "this JVM's working directory cannot be told", path, e);
        }
        int fd = NativeFiles.open(absolute, how);
        if (fd < 0) {
            throw failed(Step.OPEN, -fd, "the file of a stream cannot be opened", path, null);
        }
        return Descriptor.of(fd);
    }

    private static Descriptor.Ends pipe() throws SpawnException {
        long ends = NativeFiles.pipe();
        if (ends < 0) {
            throw failed(Step.PIPE, (int) -ends, "no pipe could be made", null, null);
        }
        return new Descriptor.Ends(Descriptor.of((int) ends), Descriptor.of((int) (ends >>> 32)));
    }

    /** Our end of a pipe, taken over by who serves it. */
    private interface Server<T> {
        T serve(Descriptor end) throws IOException;
    }

    private static <T> T guarded(Descriptor end, Server<T> server) throws SpawnException {
        try {
            return server.serve(end);
        } catch (IOException e) {
            end.close();
            throw failed(Step.PIPE, 0, "a pipe could not be set up: " + e.getMessage(), null, e);
        }
    }

    private static SpawnException failed(Step step, int errno, String what, byte[] path, IOException cause) {
        SpawnException failure = new SpawnException(step, errno, what, path == null ? null : TextBytes.text(path));
        if (cause != null) {
            failure.initCause(cause);
        }
        return failure;
    }
}
