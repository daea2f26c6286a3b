package io.muontrap.benchmarks;

import io.muontrap.Command;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Prints what one start() costs beside the JDK's and beside a C program that does nothing else, in one run: the
 * contestants take turns, round by round, each in a fresh process, so that a noisy minute of the machine hits all.
 */
final class StartTable {

    private static final String PROGRAM = "/bin/true";

    private final int rounds;
    private final int starts;
    private final Map<String, List<String>> contestants = new LinkedHashMap<>();
    private final Map<String, List<long[]>> samples = new LinkedHashMap<>();

    StartTable(int rounds, int starts, Path floor) {
        this.rounds = rounds;
        this.starts = starts;
        contestants.put("C clone+exec floor", List.of(floor.toString(), PROGRAM, Integer.toString(starts)));
        contestants.put("muontrap", jvm("muontrap"));
        contestants.put("ProcessBuilder VFORK", jvm("jdk", "-Djdk.lang.Process.launchMechanism=VFORK"));
        contestants.put("ProcessBuilder POSIX_SPAWN", jvm("jdk", "-Djdk.lang.Process.launchMechanism=POSIX_SPAWN"));
    }

    private List<String> jvm(String contestant, String... options) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.add("-Xmx256m");
        line.addAll(List.of(options));
        line.addAll(List.of("-cp", absolute(System.getProperty("java.class.path")), Main.class.getName(), "sample"));
        line.addAll(List.of(contestant, PROGRAM, Integer.toString(starts)));
        return line;
    }

    private static String absolute(String classPath) {
        return String.join(
                File.pathSeparator,
                Arrays.stream(classPath.split(File.pathSeparator, -1))
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .toList());
    }

    static Path unpackFloor() throws IOException {
        return unpack("/floor");
    }

    static Path unpack(String program) throws IOException {
        Path file = Files.createTempFile("muontrap-floor", "");
        try (InputStream in = StartTable.class.getResourceAsStream(program)) {
            if (in == null) {
                throw new IOException("this jar was built without the C program " + program);
            }
            Files.write(file, in.readAllBytes());
        }
        if (!file.toFile().setExecutable(true)) {
            throw new IOException(file + " cannot be made executable");
        }
        return file;
    }

    void run() throws IOException, InterruptedException {
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, List<String>> contestant : contestants.entrySet()) {
                long[] times = Command.of(contestant.getValue())
                        .run()
                        .orThrow()
                        .stdout()
                        .lines()
                        .mapToLong(Long::parseLong)
                        .sorted()
                        .toArray();
                samples.computeIfAbsent(contestant.getKey(), name -> new ArrayList<>())
                        .add(times);
            }
        }
        print();
    }

    private void print() {
        double ours = medianOfMedians("muontrap");
        System.out.printf(
                Locale.ROOT,
                "start() of %s back to back, %d rounds of %d, streams /dev/null, containment SESSION%n%n",
                PROGRAM,
                rounds,
                starts);
        System.out.printf(
                Locale.ROOT, "%-28s %10s %10s %16s %10s%n", "", "p50 us", "p99 us", "p50 of rounds", "to ours");
        for (String name : contestants.keySet()) {
            double[] medians = samples.get(name).stream()
                    .mapToDouble(t -> t[t.length / 2] / 1e3)
                    .sorted()
                    .toArray();
            double[] tails = samples.get(name).stream()
                    .mapToDouble(t -> t[t.length * 99 / 100] / 1e3)
                    .sorted()
                    .toArray();
            System.out.printf(
                    Locale.ROOT,
                    "%-28s %10.1f %10.1f %16s %10.2f%n",
                    name,
                    medians[medians.length / 2],
                    tails[tails.length / 2],
                    String.format(Locale.ROOT, "%.0f..%.0f", medians[0], medians[medians.length - 1]),
                    medians[medians.length / 2] / ours);
        }
    }

    private double medianOfMedians(String name) {
        double[] medians = samples.get(name).stream()
                .mapToDouble(t -> t[t.length / 2] / 1e3)
                .sorted()
                .toArray();
        return medians[medians.length / 2];
    }
}
