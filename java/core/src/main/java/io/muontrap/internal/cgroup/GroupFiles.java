package io.muontrap.internal.cgroup;

import java.io.IOException;
import java.util.Optional;

/** The files of one tree's group, wherever each controller has its directory. */
public interface GroupFiles {

    /**
     * A file's content; empty where there is no such hierarchy or file.
     *
     * @param controller such as {@code memory}; "" for the v2 group itself
     * @param file such as {@code memory.current}
     * @throws IOException if it is there and cannot be read
     */
    Optional<String> read(String controller, String file) throws IOException;

    /** Where this controller is: 1, 2, or 0 where the group has nothing of it. */
    int version(String controller);
}
