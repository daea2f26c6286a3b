package io.muontrap.internal.reactor;

import java.io.IOException;

/** What the reactor calls, on its own thread: must not block and must not run a user's code. */
@FunctionalInterface
public interface Handler {

    /**
     * Events came.
     *
     * @param at the registration they came for; it may be known here before {@link Reactor#register} has returned it
     * @param events bits of {@link io.muontrap.internal.jni.NativeEpoll}; ERR and HUP come unasked
     * @throws IOException as with all else thrown: it is logged, and after a pause the handler is called again
     */
    void ready(Registration at, int events) throws IOException;

    /** The reactor was shut down, nothing comes any more and the registration is closed. */
    default void lost() {}
}
