package io.muontrap.suite;

import io.muontrap.testing.Capability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What was asked for.
 *
 * @param reports a directory, made where it is missing
 * @param tags tag expressions of JUnit, any of them; all tests where there is none
 * @param must what this host must have: that it is not there is a failure, and so is a test that misses it
 * @param scale how many of the usual rounds are done, as a number
 * @param classes a pattern of full class names
 */
record Options(Path reports, List<String> tags, List<Capability> must, String scale, String classes) {

    static final String USAGE = """
            usage: java -jar suite.jar [OPTION]...
              --reports DIR     summary.tsv and JUnit's XML (reports)
              --include EXPR    tests with these tags, such as 'host & !slow'; again: or these
              --must FILE       capabilities that this host must have, one a line
              --scale NUMBER    of the usual rounds of tests that repeat (1)
              --classes REGEX   full names of test classes
            """;

    Options {
        tags = List.copyOf(tags);
        must = List.copyOf(must);
    }

    /** @throws IllegalArgumentException which says what is wrong */
    static Options parse(String... args) throws IOException {
        Path reports = Path.of("reports");
        List<String> tags = new ArrayList<>();
        List<Capability> must = List.of();
        String scale = "1";
        String classes = ".*(Test|Properties)";
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " needs a value");
            }
            String value = args[i + 1];
            switch (args[i]) {
                case "--reports" -> reports = Path.of(value);
                case "--include" -> tags.add(value);
                case "--must" -> must = Main.required(Path.of(value));
                case "--scale" -> scale = positive(value);
                case "--classes" -> classes = value;
                default -> throw new IllegalArgumentException("no such option: " + args[i]);
            }
        }
        return new Options(reports.toAbsolutePath(), tags, must, scale, classes);
    }

    private static String positive(String number) {
        if (!number.matches("[0-9]+(\\.[0-9]+)?") || Double.parseDouble(number) == 0) {
            throw new IllegalArgumentException("--scale must be a positive number: " + number);
        }
        return number;
    }
}
