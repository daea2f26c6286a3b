package io.muontrap.cli;

import io.muontrap.cgroup.CgroupSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ParseResult;

/**
 * Ends and removes the groups that dead owners have left.
 *
 * @param bases at most one; without it the place where groups are made unasked
 */
record SweepCommand(List<String> bases, boolean debug, boolean help) {

    /** When it could not look. */
    static final int FAILED = 1;

    SweepCommand {
        bases = List.copyOf(bases);
    }

    static SweepCommand of(ParseResult parsed) {
        return new SweepCommand(
                parsed.matchedPositionalValue(0, List.of()),
                parsed.hasMatchedOption("--debug"),
                parsed.isUsageHelpRequested());
    }

    /** Prints each directory that it has removed. */
    void run(PrintStream out) throws IOException {
        if (bases.size() > 1) {
            throw new IllegalArgumentException("sweep takes one base, and there is also " + bases.get(1));
        }
        CgroupSpec where = bases.isEmpty() ? CgroupSpec.auto() : CgroupSpec.under(bases.get(0));
        for (Path removed : where.sweep()) {
            out.println(removed);
        }
    }
}
