package io.muontrap.cli;

import io.muontrap.Command;
import io.muontrap.Input;
import io.muontrap.Output;
import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.spawn.StopPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/** What the options mean to the library. Every refusal is an IllegalArgumentException that names the option. */
final class RunWords {

    private RunWords() {}

    static Command command(RunOptions options) {
        if (options.words().isEmpty()) {
            throw new IllegalArgumentException("no program is given");
        }
        Command command = environment(streams(Command.of(options.words()), options), options);
        command = user(group(command, options), options);
        if (options.arg0() != null) {
            command = of("--arg0", command, c -> c.arg0(options.arg0()));
        }
        if (options.cwd() != null) {
            command = of("--cwd", command, c -> c.directory(Path.of(options.cwd())));
        }
        if (options.delayToSigkill() != null) {
            Duration delay = named("--delay-to-sigkill", () -> Durations.parseMillis(options.delayToSigkill()));
            command = command.stopPolicy(StopPolicy.termThenKill(delay));
        }
        if (options.timeout() != null) {
            Duration timeout = named("--timeout", () -> Durations.parse(options.timeout()));
            command = command.timeout(timeout);
        }
        return command;
    }

    /** Whether one of the program's streams comes by a pipe that we pass on to our stdout. */
    static boolean captures(RunOptions options) {
        return options.captureOutput() || options.captureStderr() || options.captureStderrOnly();
    }

    private static Command streams(Command command, RunOptions options) {
        Command with = command.stdin(options.stopOnStdinClose() ? Input.empty() : Input.inherit());
        if (options.captureStderrOnly()) {
            return with.stdout(Output.discard()).stderr(Output.pipe());
        }
        if (options.captureStderr()) {
            return with.stdout(Output.pipe()).stderr(Output.toStdout());
        }
        return with.stdout(options.captureOutput() ? Output.pipe() : Output.inherit())
                .stderr(Output.inherit());
    }

    private static Command group(Command command, RunOptions options) {
        if (options.group() == null) {
            if (options.controllers().isEmpty() && options.settings().isEmpty()) {
                return command;
            }
            throw new IllegalArgumentException(
                    (options.controllers().isEmpty() ? "--set" : "--controller") + " needs a group: --group PATH");
        }
        CgroupSpec spec = named("--group", () -> CgroupSpec.at(options.group()));
        for (String name : options.controllers()) {
            CgroupSpec before = spec;
            spec = named("--controller", () -> before.controller(name));
        }
        for (String setting : options.settings()) {
            CgroupSpec before = spec;
            int at = setting.indexOf('=');
            if (at < 0) {
                throw new IllegalArgumentException("--set: " + setting + " is not KEY=VALUE");
            }
            spec = named("--set", () -> before.set(setting.substring(0, at), setting.substring(at + 1)));
        }
        return command.cgroup(spec);
    }

    private static Command user(Command command, RunOptions options) {
        Command with = command;
        if (options.user() != null) {
            with = of("--uid", with, c -> c.user(options.user()));
        } else if (options.allowRoot()) {
            throw new IllegalArgumentException("--allow-root needs a user: --uid USER");
        }
        if (options.gid() != null) {
            with = of("--gid", with, c -> c.group(options.gid()));
        }
        if (options.groups() != null) {
            String[] groups = options.groups().isEmpty()
                    ? new String[0]
                    : options.groups().split(",", -1);
            with = of("--groups", with, c -> c.groups(groups));
        }
        with = options.allowRoot() ? with.allowRoot() : with;
        return options.foreground() ? with.foreground() : with;
    }

    private static Command environment(Command command, RunOptions options) {
        Command with = options.clearEnv() ? command.clearEnv() : command;
        for (String name : options.unsetEnv()) {
            with = of("--unset-env", with, c -> c.unsetEnv(name));
        }
        for (String variable : options.env()) {
            int at = variable.indexOf('=');
            if (at < 0) {
                throw new IllegalArgumentException("--env: " + variable + " is not NAME=VALUE");
            }
            with = of("--env", with, c -> c.env(variable.substring(0, at), variable.substring(at + 1)));
        }
        return with;
    }

    private interface Verb {
        Command apply(Command command);
    }

    private static Command of(String option, Command command, Verb verb) {
        return named(option, () -> verb.apply(command));
    }

    private static <T> T named(String option, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }
}
