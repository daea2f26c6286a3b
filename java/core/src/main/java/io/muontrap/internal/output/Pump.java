package io.muontrap.internal.output;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.io.DirectBuffers;
import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeEpoll;
import io.muontrap.internal.reactor.Handler;
import io.muontrap.internal.reactor.Reactor;
import io.muontrap.internal.reactor.Registration;
import io.muontrap.internal.reactor.RegistrationSlot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Reads our end of one pipe on the reactor into a {@link Sink}.
 *
 * <p>One read of at most 64 KiB for each turn, so that a noisy program does not keep the others waiting. A sink that is
 * full stops the reading of this pipe only; then the program waits in its write, as in a shell's pipeline.
 */
public final class Pump implements Handler, Sink.Flow {

    /** How the reading came to its end. */
    public enum End {
        OPEN,
        /** Every writer has closed it: all bytes were read. */
        EOF,
        /** {@link Pump#cut()} came first. */
        CUT,
        FAILED
    }

    private static final Runnable DONE = () -> {};

    private final Descriptor pipe;
    private final Sink sink;
    private final Runnable progress;
    private final Reactor reactor;
    private final RegistrationSlot slot = new RegistrationSlot();
    private final AtomicReference<Runnable> onEnd = new AtomicReference<>(() -> {});
    private Registration at; // this and the next: the reactor's thread only
    private boolean paused;
    private boolean dropping;
    private volatile End end = End.OPEN;
    private volatile Optional<Throwable> failure = Optional.empty();

    /**
     * @param pipe our end, which is taken over and closed at the end; it becomes non-blocking
     * @param progress run on the reactor when bytes came or a handler got on with them
     */
    public Pump(Descriptor pipe, Sink sink, Runnable progress) throws IOException {
        this.pipe = pipe;
        this.sink = sink;
        this.progress = progress;
        this.reactor = Reactor.get();
        pipe.setNonBlocking();
        sink.open(this);
    }

    /** Begins. Any thread, once. */
    public void start() throws IOException {
        slot.set(reactor.register(pipe, NativeEpoll.IN, this));
    }

    /**
     * Runs it on the reactor when all was read and the sink has served its handlers, or when cut; at once when that is
     * so already. One for each pump.
     */
    public void onEnd(Runnable action) {
        if (onEnd.getAndUpdate(before -> before == DONE ? DONE : action) == DONE) orHere(action);
    }

    /** Stops now, closes the pipe, and lets the sink drop what is not handed over. Any thread, any time. */
    public void cut() {
        if (reactor.onReactor()) giveUp();
        else orHere(this::giveUp);
    }

    public End end() {
        return end;
    }

    /** Whether something the program wrote did not reach its place. */
    public boolean truncated() {
        return end == End.CUT || failure.isPresent() || sink.truncated();
    }

    /** What ended the reading, or what the user's handler threw. */
    public Optional<Throwable> failure() {
        return failure.or(sink::failure);
    }

    @Override
    public void ready(Registration registration, int events) {
        if (end != End.OPEN) return;
        at = registration;
        ByteBuffer buffer = DirectBuffers.take();
        try {
            int n = pipe.read(buffer);
            if (n > 0) took(buffer.flip());
            else if (n == 0) ended(End.EOF);
            else if (n != -Errno.EAGAIN) failed(Errno.failure("read of a pipe", n));
        } finally {
            DirectBuffers.give(buffer);
        }
    }

    private void took(ByteBuffer bytes) {
        if (!dropping && !accepted(bytes)) listen(false);
        progress.run();
    }

    private boolean accepted(ByteBuffer bytes) {
        try {
            return sink.accept(bytes);
        } catch (Throwable t) { // no memory for it: the program must go on all the same
            dropping = true;
            failure = Optional.of(t);
            return true;
        }
    }

    private void listen(boolean on) {
        try {
            paused = !on;
            at.interest(on ? NativeEpoll.IN : 0);
        } catch (IOException e) {
            failed(e);
        }
    }

    private void failed(IOException e) {
        failure = Optional.of(e);
        ended(End.FAILED);
    }

    private void ended(End how) {
        close(how);
        sink.end(this::served);
    }

    private void close(End how) {
        end = how;
        slot.close();
        if (at != null) at.close(); // it may be here before start() has put it into the slot
        pipe.close();
    }

    private void giveUp() {
        if (onEnd.get() == DONE) return;
        if (end == End.OPEN) close(End.CUT);
        sink.cut();
        fire();
    }

    /** Any thread. */
    private void served() {
        orHere(this::fire);
    }

    private void fire() {
        onEnd.getAndSet(DONE).run();
    }

    @Override
    public void lost() {
        giveUp();
    }

    @Override
    public void more() {
        orHere(() -> {
            if (end == End.OPEN && paused) listen(true);
        });
    }

    @Override
    public void moved() {
        orHere(progress);
    }

    /** Without a reactor nothing else runs either, so that the calling thread may do it. */
    private void orHere(Runnable action) {
        try {
            reactor.execute(action);
        } catch (RejectedExecutionException shutDown) {
            action.run();
        }
    }
}
