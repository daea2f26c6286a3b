package io.muontrap.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code benchmarks.jar [ROUNDS [STARTS]]}: the table of starts; {@code cgroups} and {@code users} in place of it: those. */
public final class Main {

    private static final int ROUNDS = 5;
    private static final int STARTS = 2000;

    private Main() {}

    /**
     * Prints the table; with {@code sample CONTESTANT PROGRAM COUNT} the times of one contestant, for the table's use.
     *
     * @throws IOException if a program cannot be run
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 4 && args[0].equals("sample")) {
            Sample.run(args[1], args[2], Integer.parseInt(args[3]));
            return;
        }
        if (args.length == 1 && args[0].equals("cgroups")) {
            new CgroupTable().run();
            return;
        }
        if (args.length == 1 && args[0].equals("users")) {
            new UserTable().run();
            return;
        }
        Path floor = StartTable.unpackFloor();
        try {
            int rounds = args.length > 0 ? Integer.parseInt(args[0]) : ROUNDS;
            int starts = args.length > 1 ? Integer.parseInt(args[1]) : STARTS;
            new StartTable(rounds, starts, floor).run();
        } finally {
            Files.delete(floor);
        }
    }
}
