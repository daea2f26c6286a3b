package io.muontrap.cli;

import io.muontrap.ContainedProcess;
import io.muontrap.SurvivorsException;
import java.io.PrintStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends the tree before this JVM ends. TERM, INT and HUP begin its shutdown, which runs this and then exits with 128 and
 * the signal's number. A signal may come at any moment, before and during the start too.
 */
final class OwnerEnd {

    /** For the last lines about the tree, which somebody must take. */
    private static final long REPORT_SECONDS = 5;

    /** More than a JVM needs to end when its hooks are done. */
    private static final long HALT_SECONDS = 60;

    private final CompletableFuture<ContainedProcess> started = new CompletableFuture<>();
    private final CountDownLatch reported = new CountDownLatch(1);
    private final PrintStream err;
    private volatile boolean ending;

    private OwnerEnd(PrintStream err) {
        this.err = err;
    }

    /**
     * From now on this JVM does not end by a signal before {@link #done}, unless the tree outlives SIGKILL.
     *
     * @throws IllegalStateException if it is ending already
     */
    static OwnerEnd install(PrintStream err) {
        OwnerEnd end = new OwnerEnd(err);
        Runtime.getRuntime().addShutdownHook(new Thread(end::run, "muontrap-owner-end"));
        return end;
    }

    void started(ContainedProcess process) {
        started.complete(process);
    }

    /** The tree is over and reported on, or was never started. */
    void done() {
        started.complete(null);
        reported.countDown();
    }

    /** Whether the tree was alive when a signal came. */
    boolean ending() {
        return ending;
    }

    /** While the JVM ends by a signal: an exit code of ours must not come before the signal's. */
    static void awaitHalt() throws InterruptedException {
        new CountDownLatch(1).await(HALT_SECONDS, TimeUnit.SECONDS);
    }

    private void run() {
        ContainedProcess process = started.join();
        if (process == null) {
            return;
        }
        ending = process.isAlive();
        try {
            process.close();
            if (!reported.await(REPORT_SECONDS, TimeUnit.SECONDS)) {
                err.println("muontrap: nobody takes the program's last output; it is lost");
            }
        } catch (SurvivorsException | InterruptedException e) {
            err.println("muontrap: " + OneLine.of(e.getMessage()));
        }
    }
}
