package io.muontrap.internal.cgroup;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * In which hierarchies one leaf is made.
 *
 * @param hierarchies in the order of {@link Mounts}; never none
 * @param onV2 controllers that the version 2 directory must have, by their names there
 * @param companion the version 2 side of a hybrid host where no controller is wanted of it: its base is made where it is
 *     missing
 * @param ownMemory as {@link Leaf#wantsOwnMemory}
 */
record Choice(
        Wish wish, List<Hierarchy> hierarchies, Set<String> onV2, Optional<Hierarchy> companion, boolean ownMemory) {

    boolean mayMakeBase(Hierarchy hierarchy) {
        return companion.filter(hierarchy::equals).isPresent();
    }

    /** Of a controller by its name in version 2. */
    int version(String controller) {
        String v1 = Limits.nameIn(1, controller);
        return hierarchies.stream().anyMatch(h -> h.has(v1)) ? 1 : 2;
    }
}
