package io.muontrap;

import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.internal.text.EnvironmentBlock;
import io.muontrap.spawn.StopPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/** A copy of a {@link CommandSpec} while one verb changes it; never kept. */
final class CommandDraft {

    byte[] program;
    List<byte[]> arguments;
    byte[] arg0;
    EnvironmentBlock environment;
    byte[] directory;
    Input stdin;
    Output stdout;
    Output stderr;
    Duration timeout;
    Bounds bounds = Bounds.NONE;
    Duration drain;
    boolean drainAsked;
    StopPolicy stopPolicy;
    AfterExit afterExit;
    Set<Integer> successCodes;
    Executor executor;
    boolean keepNofile;
    OwnerDeath onOwnerDeath;
    Thread ownedBy;
    Set<Containment> required;
    boolean isolatePids;
    CgroupSpec cgroup;
    String user;
    String group;
    List<String> groups;
    boolean allowRoot;
    boolean foreground;

    /** The defaults. */
    CommandDraft(byte[] program, List<byte[]> arguments) {
        this.program = program;
        this.arguments = arguments;
        environment = EnvironmentBlock.inherited();
        drain = CommandSpec.DEFAULT_DRAIN;
        stopPolicy = StopPolicy.DEFAULT;
        afterExit = AfterExit.STOP;
        successCodes = Set.of(0);
        onOwnerDeath = OwnerDeath.KILL_LEADER;
        required = Set.of();
    }

    CommandDraft(CommandSpec spec) {
        program = spec.program();
        arguments = spec.arguments();
        arg0 = spec.arg0();
        environment = spec.environment();
        directory = spec.directory();
        stdin = spec.stdin();
        stdout = spec.stdout();
        stderr = spec.stderr();
        timeout = spec.timeout();
        bounds = spec.bounds();
        drain = spec.drain();
        drainAsked = spec.drainAsked();
        stopPolicy = spec.stopPolicy();
        afterExit = spec.afterExit();
        successCodes = spec.successCodes();
        executor = spec.executor();
        keepNofile = spec.keepNofile();
        onOwnerDeath = spec.onOwnerDeath();
        ownedBy = spec.ownedBy();
        required = spec.required();
        isolatePids = spec.isolatePids();
        cgroup = spec.cgroup();
        user = spec.user();
        group = spec.group();
        groups = spec.groups();
        allowRoot = spec.allowRoot();
        foreground = spec.foreground();
    }

    CommandSpec spec() {
        return new CommandSpec(
                program,
                arguments,
                arg0,
                environment,
                directory,
                stdin,
                stdout,
                stderr,
                timeout,
                bounds,
                drain,
                drainAsked,
                stopPolicy,
                afterExit,
                successCodes,
                executor,
                keepNofile,
                onOwnerDeath,
                ownedBy,
                required,
                isolatePids,
                cgroup,
                user,
                group,
                groups,
                allowRoot,
                foreground);
    }
}
