package io.muontrap.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this host and this user are, for tests that need one or the other. */
public final class Host {

    private Host() {}

    public static boolean root() throws IOException {
        return Files.getAttribute(Path.of("/proc/self/task"), "unix:uid").equals(0);
    }

    public static boolean kernelBefore(int major, int minor) {
        String[] parts = System.getProperty("os.version").split("[^0-9]+");
        int here = Integer.parseInt(parts[0]);
        return here < major || (here == major && Integer.parseInt(parts[1]) < minor);
    }
}
