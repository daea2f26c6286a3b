package io.muontrap.internal.cgroup;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** From the number of a thread to that of its process. */
final class Threads {

    private static final int HEAD = 1024;

    private Threads() {}

    /** Empty where it has ended. */
    static OptionalInt process(int thread) {
        try (FileInputStream in = new FileInputStream("/proc/" + thread + "/status")) {
            String head = new String(in.readNBytes(HEAD), StandardCharsets.UTF_8);
            return head.lines()
                    .filter(line -> line.startsWith("Tgid:"))
                    .mapToInt(line -> Integer.parseInt(line.substring(5).strip()))
                    .findFirst();
        } catch (IOException | NumberFormatException e) {
            return OptionalInt.empty();
        }
    }
}
