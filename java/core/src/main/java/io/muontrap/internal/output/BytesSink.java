package io.muontrap.internal.output;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Hands over bytes as they come, each array once and for keeps. */
public final class BytesSink extends HandlerSink {

    private final Consumer<byte[]> consumer;

    /** @param onFailure told once, by any thread, what the consumer or the executor threw; must not throw */
    public BytesSink(Consumer<byte[]> consumer, Executor executor, WhenBehind behind, Consumer<Throwable> onFailure) {
        super(executor, behind, onFailure);
        this.consumer = consumer;
    }

    @Override
    void take(byte[] bytes) {
        consumer.accept(bytes);
    }

    @Override
    void gap() {}

    @Override
    void last() {}
}
