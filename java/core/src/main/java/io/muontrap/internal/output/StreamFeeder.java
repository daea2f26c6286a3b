package io.muontrap.internal.output;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Copies a user's stream to a program's standard input on an executor's thread, then closes the latter, not the former.
 *
 * <p>A program that does not read all makes an error value. A stream that throws is told to the callback, and the
 * program's input stays open: it must not take half an input for a whole one.
 */
public final class StreamFeeder implements AutoCloseable {

    private static final int PIECE = 16 * 1024;

    private final InputStream from;
    private final PipeOutputStream to;
    private final Executor executor;
    private final Consumer<Throwable> onFailure;
    private volatile boolean closed;
    private volatile boolean pending; // something that is not taken yet
    private volatile Optional<Throwable> failure = Optional.empty();

    /** @param onFailure told once, by any thread, what the stream or the executor threw; must not throw */
    public StreamFeeder(InputStream from, PipeOutputStream to, Executor executor, Consumer<Throwable> onFailure) {
        this.from = from;
        this.to = to;
        this.executor = executor;
        this.onFailure = onFailure;
    }

    /** Begins. Any thread, once. */
    public void start() {
        try {
            HandlerThreads.submit(executor, this::copy, this::failed);
        } catch (Throwable t) {
            failed(t);
        }
    }

    private void copy() {
        byte[] piece = new byte[PIECE];
        try {
            for (int n; (n = from.read(piece)) >= 0; ) {
                if (!written(piece, n)) return;
            }
            to.close();
        } catch (Throwable t) {
            failed(t);
        }
    }

    private boolean written(byte[] piece, int n) {
        try {
            pending = true;
            to.write(piece, 0, n);
            pending = false;
            return true;
        } catch (IOException e) {
            if (failure.isEmpty()) failure = Optional.of(closed ? new IOException("Broken pipe") : e);
            to.close();
            return false;
        }
    }

    private void failed(Throwable t) {
        if (closed) {
            to.close();
            return;
        }
        failure = Optional.of(t);
        onFailure.accept(t); // who closes this, when the program is stopped: it must see no end before that
    }

    /** Closes the program's input at once; a thread that waits in the user's stream ends when that lets it. */
    @Override
    public void close() {
        if (pending && failure.isEmpty())
            failure = Optional.of(new IOException("Broken pipe")); // whoever sees it first
        closed = true;
        to.close();
    }

    /** Why not all was written; empty too when {@link #close()} came while the stream had nothing to give. */
    public Optional<Throwable> failure() {
        return failure;
    }
}
