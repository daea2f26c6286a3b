package io.muontrap.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another JVM with this one's class path and library, small: for what kills or bends a whole JVM. */
public final class Jvm {

    private Jvm() {}

    /** A command line that runs a main class; options come before it. */
    public static List<String> commandLine(Class<?> main, List<String> options, String... args) {
        return commandLine(Path.of(System.getProperty("java.home")), main, options, args);
    }

    public static List<String> commandLine(Path javaHome, Class<?> main, List<String> options, String... args) {
        List<String> line = new ArrayList<>();
        line.add(javaHome.resolve("bin/java").toString());
        line.addAll(List.of(
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "-Dmuontrap.library=" + System.getProperty("muontrap.library"),
                "-Dmuontrap.target=" + System.getProperty("muontrap.target"),
                "-Dmuontrap.test.scale=" + System.getProperty("muontrap.test.scale", "1"),
                "-cp",
                System.getProperty("java.class.path")));
        line.addAll(options);
        line.add(main.getName());
        line.addAll(List.of(args));
        return line;
    }
}
