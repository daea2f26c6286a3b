package io.muontrap.internal.reactor;

import java.util.concurrent.atomic.AtomicReference;

/** Holds one registration, and may be closed before that is made: then it is closed as it comes in. Any thread. */
public final class RegistrationSlot implements AutoCloseable {

    private record State(Registration held, boolean closed) {}

    private final AtomicReference<State> state = new AtomicReference<>(new State(null, false));

    /** Keeps it, or closes it when this is closed. At most once. */
    public void set(Registration registration) {
        State before = state.getAndUpdate(s -> s.closed ? s : new State(registration, false));
        if (before.closed) registration.close();
    }

    @Override
    public void close() {
        State before = state.getAndSet(new State(null, true));
        if (before.held != null) before.held.close();
    }
}
