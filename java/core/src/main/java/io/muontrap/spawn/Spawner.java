package io.muontrap.spawn;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.launch.Launcher;
import io.muontrap.internal.launch.Outcome;
import io.muontrap.internal.launch.Plan;
import io.muontrap.internal.launch.Steps;
import io.muontrap.internal.lifecycle.Ladder;
import io.muontrap.internal.reactor.Reactor;
import io.muontrap.internal.tree.Leader;
import io.muontrap.internal.tree.Led;
import io.muontrap.internal.tree.Orphans;
import io.muontrap.internal.tree.Trees;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts processes: the low-level layer, on which other launchers stand. It knows nothing of output and of cgroups but
 * descriptors.
 *
 * <p>Every child is made by one daemon thread of the library, {@code muontrap-spawner}, started on first use: the
 * kernel's signal at the owner's death follows the thread that made the child, and this one ends only with the JVM or
 * by {@link #shutdown()}. May be called from any thread.
 */
public final class Spawner {

    private static final Spawner SYSTEM = new Spawner();

    /** Tries when a freshly written program is still held open by a fork elsewhere (TRAPS 61), and the first wait. */
    private static final int BUSY_TRIES = 12;

    private static final long BUSY_WAIT_NANOS = 500_000;

    static {
        Led.provide(new Led.Access() {
            @Override
            public Leader leader(Object child) {
                return ((Child) child).forTree();
            }

            @Override
            public Ladder ladder(Object stopPolicy) {
                return Child.ladder((StopPolicy) stopPolicy);
            }

            @Override
            public Object rescued(Object spawnSpec, Runnable rescue) {
                return ((SpawnSpec) spawnSpec).rescuedBy(rescue);
            }
        });
    }

    private Spawner() {}

    /**
     * The one of this JVM.
     *
     * @throws UnsupportedOperationException where the native library cannot be loaded, with the reason
     */
    @CheckReturnValue
    public static Spawner system() {
        Launcher.get();
        agreeOnSteps();
        Orphans.adoptIfAsked();
        return SYSTEM;
    }

    /**
     * Starts the program and returns when it runs: its exec has succeeded. Not interruptible; an interrupt is kept. A
     * start that takes longer than ten seconds from the clone to the exec ({@code -Dmuontrap.start.deadline} in
     * milliseconds) is ended and fails.
     *
     * <p>A program that is "busy" (ETXTBSY: just written, and a fork of some other thread still holds it open) is tried
     * again for about a second.
     *
     * @throws SpawnException where the host refuses, with step and errno; nothing is left behind
     * @throws IllegalStateException if a descriptor of the spec is closed
     */
    @CheckReturnValue
    public Child spawn(SpawnSpec spec) throws SpawnException {
        Objects.requireNonNull(spec, "spec");
        long wait = BUSY_WAIT_NANOS;
        for (int attempt = 1; ; attempt++) {
            try {
                return spawnOnce(spec);
            } catch (SpawnException e) {
                if (e.errno() != Errno.ETXTBSY || attempt == BUSY_TRIES) {
                    throw e;
                }
                pause(wait);
                wait = Math.min(2 * wait, 128 * BUSY_WAIT_NANOS);
            }
        }
    }

    /**
     * Ends every tree and child that this library started and that still lives, by its own policy, then the library's
     * threads. For application servers that unload it. Waits until all is over. The next {@link #spawn} starts the
     * threads again.
     */
    public void shutdown() {
        Trees.endAll();
        Child.endAll();
        Launcher.get().shutdown();
        Reactor.shutdown().join();
    }

    private static Child spawnOnce(SpawnSpec spec) throws SpawnException {
        SpawnSpec.Fields fields = spec.fields();
        try (Plans.Held held = new Plans.Held()) {
            Plan plan = plan(fields, held);
            if (Launcher.tooBig(plan)) {
                throw SpawnFailure.tooBig(plan);
            }
            Outcome outcome;
            try {
                outcome = Launcher.get().launch(plan, Launcher.DEADLINE, fields.rescue);
            } catch (Launcher.LostException e) {
                throw SpawnFailure.lost(e.step(), plan);
            }
            if (!outcome.running()) {
                throw SpawnFailure.of(outcome, plan, fields.joins);
            }
            return new Child(new Leader(
                    outcome.pid(),
                    Descriptor.of(outcome.pidfd()),
                    fields.session,
                    outcome.startedNanos(),
                    outcome.ownerPeakKib()));
        }
    }

    private static Plan plan(SpawnSpec.Fields fields, Plans.Held held) throws SpawnException {
        try {
            return Plans.plan(fields, held);
        } catch (SpawnException e) {
            throw e;
        } catch (IOException e) {
            SpawnException failed = new SpawnException(Step.ENCODE, 0, e.getMessage());
            failed.initCause(e);
            throw failed;
        }
    }

    private static void pause(long nanos) {
        boolean interrupted = Thread.interrupted();
        long until = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void agreeOnSteps() {
        String theirs = String.join(",", Steps.NAMES);
        if (!theirs.equals(Step.nativeNames())) {
            throw new UnsupportedOperationException(
                    "muontrap's jar and native library disagree on the steps of a spawn: two releases are mixed");
        }
    }
}
