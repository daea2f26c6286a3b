package io.muontrap.suite;

import io.muontrap.testing.Capability;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.reporting.legacy.xml.LegacyXmlReportGeneratingListener;

/** Runs the tests of this jar on the host that it finds itself on. */
public final class Main {

    private static final int RIGHT = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private Main() {}

    /**
     * Exits with 0 if all tests passed that must.
     *
     * @throws IOException if the reports cannot be written
     */
    public static void main(String[] args) throws IOException {
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + Options.USAGE);
            System.exit(USAGE);
            return;
        }
        System.exit(run(options) ? RIGHT : FAILED);
    }

    private static boolean run(Options options) throws IOException {
        Files.createDirectories(options.reports());
        Path jar = ownJar();
        // Tests start more JVMs with it, in other directories.
        System.setProperty("java.class.path", jar.toString());
        try (Unpacked unpacked = Unpacked.from(jar)) {
            System.setProperty("muontrap.target", unpacked.target().toString());
            System.setProperty("muontrap.library", unpacked.library().toString());
            System.setProperty("muontrap.test.scale", options.scale());
            Summary summary = new Summary(options.must());
            options.must().stream().filter(c -> !c.isHere()).forEach(summary::missing);
            Launcher launcher = LauncherFactory.create(LauncherConfig.builder()
                    .enableTestExecutionListenerAutoRegistration(false)
                    .addTestExecutionListeners(
                            summary,
                            new LegacyXmlReportGeneratingListener(
                                    options.reports(), new PrintWriter(System.out, true, StandardCharsets.UTF_8)))
                    .build());
            launcher.execute(request(options));
            summary.write(options.reports().resolve("summary.tsv"));
            return summary.right();
        }
    }

    private static LauncherDiscoveryRequest request(Options options) {
        LauncherDiscoveryRequestBuilder builder = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectPackage("io.muontrap"))
                .filters(ClassNameFilter.includeClassNamePatterns(options.classes()))
                .configurationParameter("jqwik.reporting.onlyfailures", "true")
                .configurationParameter(
                        "jqwik.database",
                        options.reports().resolve("jqwik-database").toString())
                .configurationParameter("junit.jupiter.execution.timeout.thread.mode.default", "SEPARATE_THREAD");
        List<String> tags = new ArrayList<>(options.tags());
        if (!tags.isEmpty()) {
            builder.filters(TagFilter.includeTags(tags));
        }
        return builder.build();
    }

    private static Path ownJar() {
        try {
            return Path.of(Main.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a host must have, from a file with one label a line. */
    static List<Capability> required(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .map(Capability::labelled)
                .toList();
    }
}
