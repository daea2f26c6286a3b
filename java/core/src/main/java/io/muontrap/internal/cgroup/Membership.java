package io.muontrap.internal.cgroup;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** /proc/PID/cgroup. */
final class Membership {

    private Membership() {}

    /** Empty where the process is gone, or hidden from us. */
    static Optional<String> of(int pid) {
        return read("/proc/" + pid + "/cgroup");
    }

    static Optional<String> own() {
        return read("/proc/self/cgroup");
    }

    private static Optional<String> read(String file) {
        try (FileInputStream in = new FileInputStream(file)) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
