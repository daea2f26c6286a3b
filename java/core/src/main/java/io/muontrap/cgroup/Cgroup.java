package io.muontrap.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The control group of a running tree. When the tree has ended, and its group with it, every method but {@link #paths}
 * throws an {@link IOException}; what it has used is then in the tree's result. Usable from any thread.
 */
public interface Cgroup {

    /**
     * What a file of the group holds, without its last line end.
     *
     * @param file its name, such as {@code memory.max}
     * @throws IllegalArgumentException if it is no plain name
     * @throws IOException if it is not there, or the kernel refuses
     */
    String get(String file) throws IOException;

    /**
     * Writes a file of the group, in one write, while the tree runs.
     *
     * @param file its name, such as {@code pids.max}
     * @throws IllegalArgumentException if it is no plain name, or one that moves processes
     * @throws IOException if it is not there, or the kernel refuses the value; the message names file, value and errno
     */
    void set(String file, String value) throws IOException;

    /**
     * What the group has used until now.
     *
     * @throws IOException if the group is gone
     */
    CgroupStats stats() throws IOException;

    /**
     * Holds every process of the group still, and returns when they are.
     *
     * @throws IOException if the kernel has no freezer here
     */
    void freeze() throws IOException;

    /**
     * Lets them go on.
     *
     * @throws IOException if the kernel has no freezer here
     */
    void thaw() throws IOException;

    /** Its directories, one in version 2, one for each hierarchy in version 1. */
    List<Path> paths();
}
