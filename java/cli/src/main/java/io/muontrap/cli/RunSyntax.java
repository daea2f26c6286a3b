package io.muontrap.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The options and their help. Built by calls, not by annotations: those cost a start more than all the rest of our code.
 */
final class RunSyntax {

    static {
        // picocli would load java.sql, to convert to types that we have no option of
        System.setProperty("picocli.converters.excludes", "java\\.sql\\..*");
    }

    private RunSyntax() {}

    /**
     * The words in their places.
     *
     * @throws IllegalArgumentException for a word that is none of these options
     * @throws CommandLine.ParameterException for an option without its value, or given twice
     */
    static RunOptions parse(String... args) {
        return RunOptions.of(parsed(commandLine(), args));
    }

    static ParseResult parsed(CommandLine commandLine, String... args) {
        try {
            return commandLine.parseArgs(args);
        } catch (UnmatchedArgumentException e) {
            throw new IllegalArgumentException(
                    "this version has no option " + e.getUnmatched().get(0), e);
        }
    }

    static String help() {
        return commandLine().getUsageMessage(Ansi.OFF);
    }

    private static CommandLine commandLine() {
        return commandLine(spec());
    }

    static CommandLine commandLine(CommandSpec spec) {
        return new CommandLine(spec)
                .setStopAtPositional(true)
                .setExpandAtFiles(false) // an argument @x is the program's
                .setAllowOptionsAsOptionParameters(true) // as getopt does: -0 -sh
                .setTrimQuotes(false);
    }

    private static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("muontrap");
        spec.exitCodeOnInvalidInput(ExitCodes.OURS).exitCodeOnExecutionException(ExitCodes.OURS);
        spec.usageMessage()
                .customSynopsis(
                        "muontrap [run] [OPTIONS] [--] PROGRAM [ARGS...]", "       muontrap sweep [OPTIONS] [BASE]")
                .description(
                        "Runs a program so that everything it starts ends with it, and it ends with muontrap.",
                        "Options end at the first word that is none; what follows is the program's.",
                        "sweep removes control groups that dead owners left: muontrap sweep --help")
                .sortOptions(false)
                .width(100)
                .footerHeading("%nDurations: a number and ms, s, m, h or d, such as 700ms or 1.5s.%n%nExit codes:%n")
                .footer(
                        "  the program's, or 128+n if it died of signal n",
                        "  124    the timeout ended it, whatever it returned (but see --preserve-status)",
                        "  125    nothing ran: option, control group, working directory, host; or muontrap itself failed",
                        "  126    the program was found but cannot be executed",
                        "  127    the program was not found",
                        "  128+s  muontrap itself got TERM, INT or HUP; the tree was ended first",
                        "  141    nobody reads the captured output any more; the tree was ended");
        options(spec);
        return spec.addPositional(words());
    }

    /** All that is no option. */
    static PositionalParamSpec words() {
        return PositionalParamSpec.builder()
                .index("0..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .hidden(true)
                .build();
    }

    private static void options(CommandSpec spec) {
        value(
                spec,
                "PATH",
                "Runs the program in a control group that is made here, such as mycgroup/test below each controller's"
                        + " mount, and is removed with all that is left in it. Without -c and -s: in version 1 in every"
                        + " hierarchy that has mycgroup.",
                "-p",
                "-g",
                "--group");
        values(spec, "NAME", "A controller that the group must have, such as memory.", "-c", "--controller");
        values(
                spec,
                "KEY=VALUE",
                "Writes a file of the group before the program starts. Its first word is its controller, as in"
                        + " memory.max=1G.",
                "-s",
                "--set");
        value(
                spec,
                "MS",
                "From SIGTERM to SIGKILL when the tree is ended: milliseconds or a duration; 500 without this,"
                        + " 0 kills at once.",
                "-k",
                "--delay-to-sigkill");
        value(
                spec,
                "USER",
                "Runs the program as this user with its group and groups: a name or a number.",
                "-u",
                "--uid");
        value(spec, "GROUP", "Another primary group: a name or a number.", "-a", "--gid");
        value(
                spec,
                "LIST",
                "Exactly these supplementary groups, separated by commas; an empty list is none.",
                "-G",
                "--groups");
        flag(spec, "Lets --uid name root.", "--allow-root");
        flag(
                spec,
                "Without a session of its own: the terminal's job control and Ctrl-C are for the program too. What it"
                        + " leaves behind when it ends by itself is then only found in a control group.",
                "--foreground");
        value(spec, "NAME", "What the program sees as its own name.", "-0", "--arg0");
        flag(
                spec,
                "The program's stdout passes through muontrap to muontrap's stdout. Without a capture option both"
                        + " streams are inherited.",
                "--capture-output");
        flag(
                spec,
                "Its stderr too, merged into stdout in the order of writing; implies --capture-output.",
                "--capture-stderr");
        flag(
                spec,
                "Its stderr passes through muontrap to muontrap's stdout, and its stdout is dropped; overrides the"
                        + " other two.",
                "--capture-stderr-only");
        value(spec, "DURATION", "Ends the tree after this time, with exit code 124; 0 at once.", "--timeout");
        flag(spec, "After a timeout too the exit code is the program's.", "--preserve-status");
        values(spec, "K=V", "Sets an environment variable.", "--env");
        values(spec, "K", "Takes an environment variable away; comes before every --env.", "--unset-env");
        flag(spec, "Takes the whole inherited environment away; comes before every --env.", "--clear-env");
        value(spec, "DIR", "The program's working directory.", "--cwd");
        flag(
                spec,
                "Ends the tree when muontrap's stdin is closed. What comes there is dropped, and the program reads"
                        + " /dev/null. Without this it reads muontrap's stdin.",
                "--stop-on-stdin-close");
        flag(
                spec,
                "At the end, on stderr: exit, cause, times, peak memory, who was killed with the program, and what"
                        + " contained it.",
                "--stats");
        value(spec, "FILE", "The same as JSON, into this file.", "--stats-file");
        flag(spec, "Stack traces of muontrap's own errors.", "--debug");
        help(spec);
        spec.addOption(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Shows the version.")
                .build());
    }

    static void help(CommandSpec spec) {
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Shows this.")
                .build());
    }

    static void flag(CommandSpec spec, String help, String... names) {
        spec.addOption(OptionSpec.builder(names).description(help).build());
    }

    private static void value(CommandSpec spec, String label, String help, String... names) {
        spec.addOption(OptionSpec.builder(names)
                .paramLabel(label)
                .type(String.class)
                .description(help)
                .build());
    }

    private static void values(CommandSpec spec, String label, String help, String... names) {
        spec.addOption(OptionSpec.builder(names)
                .paramLabel(label)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .description(help)
                .build());
    }
}
