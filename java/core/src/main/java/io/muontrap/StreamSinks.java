package io.muontrap;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.internal.output.BytesSink;
import io.muontrap.internal.output.CaptureSink;
import io.muontrap.internal.output.CountingSink;
import io.muontrap.internal.output.FileSink;
import io.muontrap.internal.output.HandlerSink;
import io.muontrap.internal.output.HandlerSink.WhenBehind;
import io.muontrap.internal.output.LineSink;
import io.muontrap.internal.output.Sink;
import io.muontrap.internal.output.TeeSink;
import io.muontrap.spawn.SpawnException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The sinks of one output, from its form; and what it keeps, if it keeps anything. */
final class StreamSinks {

    private final int number;
    private final Executor executor;
    private final Consumer<Throwable> handlerFailed;
    private final List<Descriptor> opened = new ArrayList<>();
    private final List<HandlerSink> dropping = new ArrayList<>();
    private OutputForm.Capture kept;
    private CaptureSink keeper;

    /** @param number 1 or 2: whose stream of the JVM it is that is inherited */
    StreamSinks(int number, Executor executor, Consumer<Throwable> handlerFailed) {
        this.number = number;
        this.executor = executor;
        this.handlerFailed = handlerFailed;
    }

    /**
     * For an output that we read. What it has opened is closed again where it throws.
     *
     * @param left bytes that it may take yet, with whoever shares it, or null
     * @param over run when there are more
     */
    Sink sink(OutputForm form, AtomicLong left, Runnable over) throws SpawnException {
        try {
            Sink sink = made(form);
            return left == null ? sink : new CountingSink(sink, left, over);
        } catch (SpawnException | RuntimeException | Error e) {
            opened.forEach(Descriptor::close);
            throw e;
        }
    }

    private Sink made(OutputForm form) throws SpawnException {
        if (form instanceof OutputForm.Capture capture) {
            kept = capture;
            keeper = new CaptureSink(capture.max(), capture.tail());
            return keeper;
        }
        if (form instanceof OutputForm.Lines lines) {
            return watched(
                    lines.drop(),
                    new LineSink(
                            lines.charset(),
                            LineSink.DEFAULT_MAX,
                            lines.consumer(),
                            executor,
                            behind(lines.drop()),
                            handlerFailed));
        }
        if (form instanceof OutputForm.Bytes bytes) {
            return watched(
                    bytes.drop(), new BytesSink(bytes.consumer(), executor, behind(bytes.drop()), handlerFailed));
        }
        if (form instanceof OutputForm.Tee tee) {
            List<Sink> sinks = new ArrayList<>();
            for (OutputForm one : tee.forms()) {
                sinks.add(made(one));
            }
            return new TeeSink(sinks);
        }
        return new FileSink(file(form), executor, handlerFailed);
    }

    /** Only among several: alone, the program itself has it. */
    private Descriptor file(OutputForm form) throws SpawnException {
        if (form instanceof OutputForm.Inherit) {
            return Descriptor.borrowed(number);
        }
        if (form instanceof OutputForm.ToFile file) {
            Descriptor own = Streams.open(file.path(), file.append() ? NativeFiles.APPEND : NativeFiles.WRITE);
            opened.add(own);
            return own;
        }
        throw new AssertionError("an output without a reader: " + form);
    }

    private Sink watched(boolean drops, HandlerSink sink) {
        if (drops) {
            dropping.add(sink);
        }
        return sink;
    }

    /** Bytes that were dropped by those that may. */
    long dropped() {
        return dropping.stream().mapToLong(HandlerSink::dropped).sum();
    }

    private static WhenBehind behind(boolean drop) {
        return drop ? WhenBehind.DROP : WhenBehind.WAIT;
    }

    /** Null where nothing is kept. */
    Captured captured() {
        return keeper == null ? null : new Captured(keeper.bytes(), keeper.truncated(), kept);
    }
}
