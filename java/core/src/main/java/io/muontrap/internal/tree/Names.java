package io.muontrap.internal.tree;

import io.muontrap.internal.proc.ProcFiles;
import io.muontrap.internal.reactor.DaemonThread;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Command lines, read where it may take for ever.
 *
 * <p>A command line lies in the memory of its process, and reading it takes the lock of that memory. A process that hangs
 * in the kernel with the lock held (a page of a dead network or FUSE file system) hangs every reader, which no signal
 * ends: {@code ps} knows it well. The reactor must not be among them; so another thread reads, is given a short time, and
 * while it hangs everybody goes by the short name, which lies in the kernel.
 */
final class Names {

    private static final long PATIENCE_MILLIS = 500;
    private static final long IDLE_MILLIS = 500;

    private static final Executor READER = new ThreadPoolExecutor(
            0,
            1,
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new ArrayBlockingQueue<>(1),
            work -> new DaemonThread("muontrap-names", null, work));

    private static volatile CompletableFuture<String> hanging;

    private Names() {}

    /** The command line, or the short name in brackets. Takes half a second at most, and that once. */
    static String of(int pid) {
        CompletableFuture<String> before = hanging;
        if (before != null && !before.isDone()) {
            return ProcFiles.shortName(pid);
        }
        CompletableFuture<String> name = new CompletableFuture<>();
        try {
            READER.execute(() -> read(pid, name));
            return name.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            hanging = name;
        } catch (ExecutionException | RejectedExecutionException e) {
            // out of descriptors, or one is being read already: the short name will do
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ProcFiles.shortName(pid);
    }

    private static void read(int pid, CompletableFuture<String> into) {
        try {
            into.complete(ProcFiles.name(pid));
        } catch (IOException | RuntimeException e) {
            into.completeExceptionally(e);
        }
    }
}
