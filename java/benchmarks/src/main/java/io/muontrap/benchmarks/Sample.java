package io.muontrap.benchmarks;

import io.muontrap.Command;
import io.muontrap.ContainedProcess;
import io.muontrap.Input;
import io.muontrap.Output;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/**
 * One contestant in a JVM of its own: prints one duration in nanoseconds a line, from the call of start() to its return.
 * All streams are /dev/null. The end of each child is waited for, and not counted.
 */
final class Sample {

    private static final int WARM_UP = 2000;

    private Sample() {}

    @FunctionalInterface
    private interface Start {
        Process start() throws IOException;
    }

    static void run(String contestant, String program, int count) throws IOException, InterruptedException {
        Start start = contestant.equals("muontrap") ? muontrap(program) : jdk(program);
        long[] times = new long[count];
        for (int i = -WARM_UP; i < count; i++) {
            long began = System.nanoTime();
            Process process = start.start();
            long took = System.nanoTime() - began;
            if (process.waitFor() != 0) {
                throw new IllegalStateException(program + " did not end well");
            }
            if (i >= 0) {
                times[i] = took;
            }
        }
        StringBuilder lines = new StringBuilder();
        for (long time : times) {
            lines.append(time).append('\n');
        }
        System.out.print(lines);
    }

    private static Start muontrap(String program) {
        Command command = Command.of(program)
                .stdin(Input.empty())
                .stdout(Output.discard())
                .stderr(Output.discard());
        return () -> {
            ContainedProcess process = command.start();
            return process;
        };
    }

    private static Start jdk(String program) {
        return () -> new ProcessBuilder(program)
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
    }
}
