package io.muontrap.benchmarks;

import io.muontrap.Command;
import io.muontrap.ContainedProcess;
import io.muontrap.Input;
import io.muontrap.Output;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/** Prints what another user costs a start. Needs root. Both take turns. */
final class UserTable {

    private static final int ROUNDS = 5;
    private static final int STARTS = 400;

    void run() throws IOException, InterruptedException {
        Command plain = Command.of("/bin/true")
                .stdin(Input.empty())
                .stdout(Output.discard())
                .stderr(Output.discard());
        Command nobody = plain.user("nobody");
        System.out.printf("%-10s %12s %12s %12s%n", "us, p50", "start()", "as nobody", "extra");
        for (int round = 0; round <= ROUNDS; round++) {
            long[][] times = new long[2][STARTS];
            for (int i = 0; i < STARTS; i++) {
                times[0][i] = start(plain);
                times[1][i] = start(nobody);
            }
            double own = median(times[0]);
            double other = median(times[1]);
            if (round > 0) { // the first is for the compiler
                System.out.printf(Locale.ROOT, "%-10d %12.0f %12.0f %12.0f%n", round, own, other, other - own);
            }
        }
    }

    private static long start(Command command) throws IOException, InterruptedException {
        long began = System.nanoTime();
        try (ContainedProcess process = command.start()) {
            long took = System.nanoTime() - began;
            process.waitFor();
            return took;
        }
    }

    private static double median(long[] times) {
        Arrays.sort(times);
        return times[times.length / 2] / 1e3;
    }
}
