package io.muontrap.internal.tree;

import io.muontrap.internal.lifecycle.Reason;
import java.util.List;

/**
 * What is known at the one moment.
 *
 * @param endedNanos System.nanoTime() when the leader's end was seen
 * @param killedWith names of the processes besides the leader that had to be signalled
 * @param drainCut whether outputs were given up before their end
 */
public record Ending(Leader.End leader, long endedNanos, Reason reason, List<String> killedWith, boolean drainCut) {

    public Ending {
        killedWith = List.copyOf(killedWith);
    }
}
