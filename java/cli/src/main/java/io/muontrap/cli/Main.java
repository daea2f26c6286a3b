package io.muontrap.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import picocli.CommandLine.ParameterException;

/**
 * {@code muontrap [run] [OPTIONS] [--] PROGRAM [ARGS...]} and {@code muontrap sweep [OPTIONS] [BASE]}.
 *
 * <p>The first word alone may be a word of ours; a program of such a name is run behind {@code --} or by a path.
 */
public final class Main {

    private Main() {}

    /** Ends the JVM, always, with an exit code of {@link ExitCodes}. */
    public static void main(String[] args) {
        System.exit(run(args, System.err));
    }

    static int run(String[] args, PrintStream err) {
        return args.length > 0 && args[0].equals("sweep") ? sweep(args, err) : program(args, err);
    }

    private static int program(String[] args, PrintStream err) {
        boolean debug = false;
        try {
            RawArguments.check(args);
            RunOptions options = RunSyntax.parse(withoutFirstWord(args));
            debug = options.debug();
            return run(options, err);
        } catch (Throwable e) {
            tell(e, debug, err);
            return ExitCodes.of(e);
        }
    }

    private static int sweep(String[] args, PrintStream err) {
        boolean debug = false;
        try {
            RawArguments.check(args);
            SweepCommand sweep = SweepSyntax.parse(withoutFirst(args));
            debug = sweep.debug();
            if (sweep.help()) {
                System.out.print(SweepSyntax.help());
            } else {
                sweep.run(System.out);
            }
            return 0;
        } catch (Throwable e) {
            tell(e, debug, err);
            return SweepCommand.FAILED;
        }
    }

    /** The word doctor is taken, so that it does not change its meaning on the day it gets one. */
    private static String[] withoutFirstWord(String[] args) {
        String first = args.length == 0 ? "" : args[0];
        return switch (first) {
            case "run" -> withoutFirst(args);
            case "doctor" ->
                throw new IllegalArgumentException(
                        "this version has no " + first + "; a program of that name: muontrap -- " + first);
            default -> args;
        };
    }

    private static String[] withoutFirst(String[] args) {
        return Arrays.copyOfRange(args, 1, args.length);
    }

    private static int run(RunOptions options, PrintStream err) throws Exception {
        if (options.help()) {
            System.out.print(RunSyntax.help());
            return 0;
        }
        if (options.version()) {
            System.out.println("muontrap " + Version.text());
            return 0;
        }
        return new RunCommand(options, err).run();
    }

    private static void tell(Throwable e, boolean debug, PrintStream err) {
        if (debug) {
            e.printStackTrace(err);
        }
        err.println("muontrap: " + message(e));
    }

    private static String message(Throwable e) {
        if (e instanceof ParameterException || e instanceof IllegalArgumentException) {
            return OneLine.of(e.getMessage()) + " (see muontrap --help)";
        }
        if (e instanceof IOException || e instanceof UnsupportedOperationException) {
            return OneLine.of(String.valueOf(e.getMessage()));
        }
        return OneLine.of(e.toString()) + " (--debug shows where)";
    }
}
