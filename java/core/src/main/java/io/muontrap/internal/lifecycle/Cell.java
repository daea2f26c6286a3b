package io.muontrap.internal.lifecycle;

import java.util.List;

/** What one event means in one phase. */
public sealed interface Cell {

    /** Something is done, or the phase changes, or both. */
    record Move(List<Action> actions, Phase next) implements Cell {
        public Move {
            actions = List.copyOf(actions);
        }
    }

    /** May well happen, and nothing is to be done. */
    record Ignored(String why) implements Cell {}

    /** Cannot happen: the driver has lost track. It is told so by IllegalStateException, and nothing changes. */
    record Impossible() implements Cell {}
}
