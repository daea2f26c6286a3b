package io.muontrap.internal.cgroup;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One value for one file of a group, to be written with one write.
 *
 * @param controller whose file it is; "" for the group's own
 * @param readBack what the file must say afterwards, the kernel's rounding applied; empty where nobody knows
 * @param optional a kernel without the file does what is wanted, or as near to it as it can
 */
public record Setting(String controller, String file, String value, Optional<String> readBack, boolean optional) {

    public Setting {
        Objects.requireNonNull(controller, "controller");
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(readBack, "readBack");
    }

    /** The names that kernels have for this file, the usual one first; the first that is there is to be written. */
    public List<String> files() {
        // Since Linux 5.0 the weight is the BFQ scheduler's alone, and named so.
        return file.equals("blkio.weight") ? List.of(file, "blkio.bfq.weight") : List.of(file);
    }

    /** Whether a file that now holds this holds what was meant. */
    public boolean reads(String content) {
        return readBack.isEmpty() || ReadBack.agrees(file, readBack.get(), content);
    }
}
