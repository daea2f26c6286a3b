package io.muontrap.cli;

import java.util.List;
import picocli.CommandLine.ParseResult;

/**
 * The words of the command line as they stand there; {@link RunWords} gives them their meaning. Null where an option with
 * a value is not there.
 */
record RunOptions(
        List<String> words,
        String group,
        List<String> controllers,
        List<String> settings,
        String delayToSigkill,
        String user,
        String gid,
        String groups,
        boolean allowRoot,
        boolean foreground,
        String arg0,
        boolean captureOutput,
        boolean captureStderr,
        boolean captureStderrOnly,
        String timeout,
        boolean preserveStatus,
        boolean clearEnv,
        List<String> unsetEnv,
        List<String> env,
        String cwd,
        boolean stopOnStdinClose,
        boolean stats,
        String statsFile,
        boolean debug,
        boolean help,
        boolean version) {

    RunOptions {
        words = List.copyOf(words);
        controllers = List.copyOf(controllers);
        settings = List.copyOf(settings);
        unsetEnv = List.copyOf(unsetEnv);
        env = List.copyOf(env);
    }

    static RunOptions of(ParseResult parsed) {
        return new RunOptions(
                parsed.matchedPositionalValue(0, List.of()),
                parsed.matchedOptionValue("--group", null),
                parsed.matchedOptionValue("--controller", List.of()),
                parsed.matchedOptionValue("--set", List.of()),
                parsed.matchedOptionValue("--delay-to-sigkill", null),
                parsed.matchedOptionValue("--uid", null),
                parsed.matchedOptionValue("--gid", null),
                parsed.matchedOptionValue("--groups", null),
                parsed.hasMatchedOption("--allow-root"),
                parsed.hasMatchedOption("--foreground"),
                parsed.matchedOptionValue("--arg0", null),
                parsed.hasMatchedOption("--capture-output"),
                parsed.hasMatchedOption("--capture-stderr"),
                parsed.hasMatchedOption("--capture-stderr-only"),
                parsed.matchedOptionValue("--timeout", null),
                parsed.hasMatchedOption("--preserve-status"),
                parsed.hasMatchedOption("--clear-env"),
                parsed.matchedOptionValue("--unset-env", List.of()),
                parsed.matchedOptionValue("--env", List.of()),
                parsed.matchedOptionValue("--cwd", null),
                parsed.hasMatchedOption("--stop-on-stdin-close"),
                parsed.hasMatchedOption("--stats"),
                parsed.matchedOptionValue("--stats-file", null),
                parsed.hasMatchedOption("--debug"),
                parsed.isUsageHelpRequested(),
                parsed.isVersionHelpRequested());
    }
}
