package io.muontrap.internal.output;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Where a {@link Pump} puts what a program writes. Called by the reactor, so it must not block or run a user's code. */
public interface Sink {

    /** How a sink talks back, from any thread. */
    interface Flow {

        /** There is room again, after {@link Sink#accept} said that there was none. */
        void more();

        /** A handler is getting on with what it was given, though no byte was read: not the time to give it up. */
        void moved();
    }

    /** Called once, before all else. */
    void open(Flow flow);

    /**
     * Takes all that remains in the buffer, which is the caller's again afterwards.
     *
     * @return false: no more, please, until {@link Flow#more()}
     */
    boolean accept(ByteBuffer bytes);

    /**
     * Nothing more comes.
     *
     * @param served to be run once, by any thread, when everything accepted was handed over and handled, or was given up
     */
    void end(Runnable served);

    /** Gives up: what was not handed over yet is dropped. {@link #end} may or may not have been called. */
    void cut();

    /** Whether something that was read did not reach its place whole: over a bound, dropped, or given up. */
    boolean truncated();

    /** What a user's code threw. The rest of the output was read and dropped then. */
    Optional<Throwable> failure();
}
