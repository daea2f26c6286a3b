package io.muontrap.cli;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;

/** What may follow the word sweep. */
final class SweepSyntax {

    private SweepSyntax() {}

    /**
     * The words in their places.
     *
     * @throws IllegalArgumentException for an option that it has not
     */
    static SweepCommand parse(String... args) {
        return SweepCommand.of(RunSyntax.parsed(commandLine(), args));
    }

    static String help() {
        return commandLine().getUsageMessage(Ansi.OFF);
    }

    private static CommandLine commandLine() {
        CommandSpec spec = CommandSpec.create().name("muontrap sweep");
        spec.usageMessage()
                .customSynopsis("muontrap sweep [OPTIONS] [BASE]")
                .description(
                        "Ends and removes the control groups below BASE whose owner is dead, such as mycgroup below each"
                                + " controller's mount, and prints the directories that it has removed. What a living"
                                + " owner has, and what muontrap has not made, stays. Without BASE: where groups are made"
                                + " unasked.",
                        "A program called sweep is run by: muontrap run sweep")
                .sortOptions(false)
                .width(100)
                .footerHeading("%nExit codes:%n")
                .footer("  0  done, also where there was nothing to do", "  1  it could not be done");
        RunSyntax.flag(spec, "Stack traces of muontrap's own errors.", "--debug");
        RunSyntax.help(spec);
        return RunSyntax.commandLine(spec.addPositional(RunSyntax.words()));
    }
}
