package io.muontrap.internal.lifecycle;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Any order of events, against a second opinion and in a host in miniature. */
class LifecycleProperties {

    @Property(tries = 100_000, edgeCases = EdgeCasesMode.NONE)
    void agreesWithTheModel(@ForAll @Size(min = 20, max = 120) int[] codes) {
        Script.play(Table.STANDARD, codes);
    }

    @Property(tries = 50_000, edgeCases = EdgeCasesMode.NONE)
    void everyLifeEndsAndNothingIsKilledBeforeItsGrace(@ForAll long seed) {
        World.live(Table.STANDARD, seed);
    }
}
