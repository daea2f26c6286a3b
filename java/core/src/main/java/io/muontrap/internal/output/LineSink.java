package io.muontrap.internal.output;

import java.nio.charset.Charset;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Hands over lines, without their ends.
 *
 * <p>A line ends with {@code \n} or {@code \r\n}; the last one needs no end. Malformed bytes become the charset's
 * replacement. A line over the bound is handed over with its first characters and {@link #CUT} behind them.
 */
public final class LineSink extends HandlerSink {

    /** Behind a line of which characters are missing. */
    public static final String CUT = LineDecoder.CUT;

    /** The usual bound of a line: 1 Mi characters (UTF-16 units). */
    public static final int DEFAULT_MAX = 1 << 20;

    private final LineDecoder decoder;
    private final Consumer<String> consumer;
    private volatile long cutLines;

    /** Lines of usual length; the program waits for a slow consumer. */
    public LineSink(Charset charset, Consumer<String> consumer, Executor executor, Consumer<Throwable> onFailure) {
        this(charset, DEFAULT_MAX, consumer, executor, WhenBehind.WAIT, onFailure);
    }

    /**
     * @param max characters (UTF-16 units) of a line, from 1
     * @param onFailure told once, by any thread, what the consumer or the executor threw; must not throw
     */
    public LineSink(
            Charset charset,
            int max,
            Consumer<String> consumer,
            Executor executor,
            WhenBehind behind,
            Consumer<Throwable> onFailure) {
        super(executor, behind, onFailure);
        this.consumer = consumer;
        this.decoder = new LineDecoder(charset, max, this::hand);
    }

    @Override
    void take(byte[] bytes) {
        decoder.feed(bytes);
        cutLines = decoder.cutLines();
    }

    @Override
    void gap() {
        decoder.gap();
    }

    @Override
    void last() {
        decoder.end();
        cutLines = decoder.cutLines();
    }

    private void hand(String line) {
        if (givenUp()) {
            countDropped(line.length());
            return;
        }
        consumer.accept(line);
        moved();
    }

    @Override
    public boolean truncated() {
        return cutLines > 0 || super.truncated();
    }

    /** Lines handed over with {@link #CUT} behind them. */
    public long cutLines() {
        return cutLines;
    }
}
