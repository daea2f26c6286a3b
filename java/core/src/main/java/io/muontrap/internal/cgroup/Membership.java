package io.muontrap.internal.cgroup;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** /proc/PID/cgroup. */
final class Membership {

    private static final long PF_EXITING = 4;

    private Membership() {}

    /** Empty where the process is gone, or hidden from us. */
    static Optional<String> of(int pid) {
        return read("/proc/" + pid + "/cgroup");
    }

    /** Whether a process runs none of its own instructions any more: it exits, is a zombie, or is gone. */
    static boolean isExiting(int pid) {
        Optional<String> stat = read("/proc/" + pid + "/stat");
        if (stat.isEmpty()) return true;
        // field 9 of proc(5); the name in front may hold blanks and parentheses
        String[] behind = stat.get().substring(stat.get().lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(behind[6]) & PF_EXITING) != 0 || behind[0].equals("Z") || behind[0].equals("X");
    }

    private static Optional<String> read(String file) {
        try (FileInputStream in = new FileInputStream(file)) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
