package io.muontrap;

import java.io.IOException;

/** Many trees under one owner: leaving the block stops them in parallel. Arrives with a later version. */
public interface ProcessScope extends AutoCloseable {

    /**
     * A new scope.
     *
     * @throws UnsupportedOperationException always, in this version
     */
    @SuppressWarnings("DoNotCallSuggester") // a name of the fixed face that is filled later
    static ProcessScope open() {
        throw new UnsupportedOperationException("ProcessScope.open() is not in this version");
    }

    /**
     * Starts a program whose tree ends with this scope at the latest.
     *
     * @throws io.muontrap.spawn.SpawnException if the host refuses
     * @throws IllegalStateException if the scope is closed
     */
    ContainedProcess start(Command command) throws IOException;

    /**
     * Stops all trees in parallel under one deadline; idempotent.
     *
     * @throws SurvivorsException if something outlived SIGKILL
     */
    @Override
    void close();
}
