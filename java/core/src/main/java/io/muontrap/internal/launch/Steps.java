package io.muontrap.internal.launch;

import io.muontrap.internal.jni.Library;
import io.muontrap.internal.jni.NativeSpawn;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The library's own list of steps. */
public final class Steps {

    public static final List<String> NAMES = ask();
    public static final int CLONE = NAMES.indexOf("CLONE");
    public static final int EXEC = NAMES.indexOf("EXEC");
    public static final int RUNNING = NAMES.indexOf("RUNNING");

    private Steps() {}

    private static List<String> ask() {
        Library.load();
        return List.of(new String(NativeSpawn.stepNames(), StandardCharsets.US_ASCII).split(",", -1));
    }
}
