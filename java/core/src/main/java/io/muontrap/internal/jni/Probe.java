package io.muontrap.internal.jni;

import java.util.Map;

/**
 * What this host has, asked once: the probe's bits less what {@code -Dmuontrap.disable=name,name} takes away. The
 * property exists so that each way around a missing call can be tried where the call is there.
 */
public final class Probe {

    private static final Map<String, Integer> NAMES = Map.of(
            "clone3", NativeHost.CLONE3 | NativeHost.INTO_CGROUP,
            "clone_into_cgroup", NativeHost.INTO_CGROUP,
            "close_range", NativeHost.CLOSE_RANGE,
            "signal_group", NativeHost.SIGNAL_GROUP,
            "exit_info", NativeHost.EXIT_INFO);

    private static final int BITS = ask();

    private Probe() {}

    public static boolean has(int bit) {
        return (BITS & bit) == bit;
    }

    /** Whether {@code -Dmuontrap.disable} names this. */
    public static boolean disabled(String name) {
        for (String part : System.getProperty("muontrap.disable", "").split(",", -1)) {
            if (part.trim().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static int ask() {
        Library.load();
        int bits = NativeHost.probe();
        for (Map.Entry<String, Integer> name : NAMES.entrySet()) {
            if (disabled(name.getKey())) {
                bits &= ~name.getValue();
            }
        }
        return bits;
    }
}
