package io.muontrap.internal.tree;

import io.muontrap.internal.proc.ProcFiles;
import io.muontrap.internal.reactor.DaemonThread;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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

    private static volatile CompletableFuture<Void> hanging;

    private Names() {}

    /**
     * For each process its command line, or its short name in brackets; in their order. Takes half a second at most, and
     * that once.
     */
    static Map<Integer, String> of(Collection<Integer> pids) {
        Map<Integer, String> read = new ConcurrentHashMap<>();
        if (!pids.isEmpty()) {
            readInto(read, List.copyOf(pids));
        }
        Map<Integer, String> names = new LinkedHashMap<>();
        for (int pid : pids) {
            String name = read.get(pid);
            names.put(pid, name == null ? ProcFiles.shortName(pid) : name);
        }
        return names;
    }

    private static void readInto(Map<Integer, String> names, List<Integer> pids) {
        CompletableFuture<Void> before = hanging;
        if (before != null && !before.isDone()) {
            return;
        }
        CompletableFuture<Void> all = new CompletableFuture<>();
        try {
            READER.execute(() -> read(names, pids, all));
            all.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            hanging = all;
        } catch (ExecutionException | RejectedExecutionException e) {
            // out of descriptors, or some are being read already: the short names will do
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void read(Map<Integer, String> names, List<Integer> pids, CompletableFuture<Void> all) {
        try {
            for (int pid : pids) {
                names.put(pid, ProcFiles.name(pid));
            }
            all.complete(null);
        } catch (IOException | RuntimeException e) {
            all.completeExceptionally(e);
        }
    }
}
