package io.muontrap.cli;

import io.muontrap.Cause;
import io.muontrap.Command;
import io.muontrap.ContainedProcess;
import io.muontrap.Result;
import io.muontrap.spawn.ExitStatus;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;

/** Runs one program to its end and its tree's. */
final class RunCommand {

    private final RunOptions options;
    private final PrintStream err;
    private volatile boolean stdinClosed;
    private OutputFailure outputFailure;

    RunCommand(RunOptions options, PrintStream err) {
        this.options = options;
        this.err = err;
    }

    /** The exit code; what is thrown has one in {@link ExitCodes}. */
    int run() throws IOException, InterruptedException {
        Command command = RunWords.command(options);
        StatsFile file = options.statsFile() == null ? null : StatsFile.create(options.statsFile());
        OwnerEnd end;
        try {
            end = OwnerEnd.install(err);
        } catch (IllegalStateException endingAlready) {
            return ExitCodes.OURS; // the exit code is the signal's, whatever we say
        }
        int code;
        try {
            code = run(command, end, file);
        } catch (IOException | RuntimeException e) {
            save(file, StatsJson.failed(options.words(), e));
            throw e;
        } finally {
            end.done();
        }
        if (end.ending()) {
            OwnerEnd.awaitHalt();
        }
        return code;
    }

    private int run(Command command, OwnerEnd end, StatsFile file) throws IOException, InterruptedException {
        try (ContainedProcess process = command.start()) {
            end.started(process);
            if (options.stopOnStdinClose()) {
                StdinWatch.start(() -> {
                    stdinClosed = true;
                    process.destroy();
                });
            }
            if (RunWords.captures(options)) {
                relay(process);
            }
            process.waitFor();
            Report report = report(process, end);
            tell(report);
            save(file, StatsJson.of(report));
            return report.exitCode() == null ? ExitCodes.OURS : report.exitCode(); // a JVM that is ending takes none
        }
    }

    private void tell(Report report) {
        if (outputFailure != null && !outputFailure.nobodyReads()) {
            err.println("muontrap: " + OneLine.of(outputFailure.getMessage()));
        }
        if (options.stats()) {
            err.print(StatsText.of(report));
        } else if (report.result().status() instanceof ExitStatus.Unknown unknown) {
            err.println("muontrap: " + OneLine.of(unknown.describe()));
        }
    }

    private void relay(ContainedProcess process) throws IOException {
        InputStream from = options.captureStderrOnly() ? process.getErrorStream() : process.getInputStream();
        try {
            OutputRelay.copy(from, new FileOutputStream(FileDescriptor.out));
        } catch (OutputFailure e) {
            outputFailure = e;
            process.destroy();
        }
    }

    private Report report(ContainedProcess process, OwnerEnd end) {
        Result result = process.result().join();
        boolean ownerEnded = result.cause() == Cause.STOP_ASKED && (end.ending() || stdinClosed);
        return new Report(
                options.words(),
                process.pid(),
                result,
                ownerEnded ? Cause.OWNER : result.cause(),
                why(result.cause(), end),
                end.ending() ? null : ExitCodes.of(result, options.preserveStatus(), outputFailure));
    }

    private String why(Cause cause, OwnerEnd end) {
        return switch (cause) {
            case SELF -> "ended by itself";
            case TIMEOUT -> "stopped after the timeout of " + options.timeout();
            case STOP_ASKED -> {
                if (end.ending()) {
                    yield "stopped, since muontrap was told to end";
                }
                yield stdinClosed
                        ? "stopped, since standard input was closed"
                        : "stopped, since its output could not be passed on";
            }
            case OOM -> "killed by the kernel for want of memory";
            default -> "stopped by " + cause;
        };
    }

    /** What was run has been run: a full disk under the statistics changes nothing about its exit code. */
    private void save(StatsFile file, String json) {
        if (file != null) {
            try {
                file.write(json);
            } catch (IOException e) {
                err.println("muontrap: " + OneLine.of(e.getMessage()));
            }
        }
    }
}
