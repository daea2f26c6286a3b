package io.muontrap.internal.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.internal.jni.NativeProcess;
import io.muontrap.internal.jni.NativeSpawn;
import io.muontrap.internal.jni.Probe;
import io.muontrap.testing.Target;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Plans of the target, and spawns on the calling thread. */
final class Launches {

    static final Plan.Fds NO_FDS = Plan.Fds.of(List.of());

    private Launches() {}

    /** What Spawner sets by default. */
    static int usualFlags() {
        int flags = Plan.OWNER_SIGNAL | Plan.SESSION | Plan.NOFILE_DEFAULT;
        flags |= Probe.has(NativeHost.CLONE3) ? Plan.CLONE3 : 0;
        return flags | (Probe.has(NativeHost.CLOSE_RANGE) ? Plan.CLOSE_RANGE : 0);
    }

    static Plan target(int flags, Plan.Fds fds, String... args) {
        String[] argv = new String[args.length + 1];
        argv[0] = "target";
        System.arraycopy(args, 0, argv, 1, args.length);
        return plan(Target.PATH, strings(argv), flags, fds);
    }

    static Plan plan(String program, Plan.Strings argv, int flags, Plan.Fds fds) {
        return new Plan(
                program.getBytes(StandardCharsets.UTF_8),
                argv,
                strings(),
                null,
                flags,
                fds,
                Plan.Scheduling.INHERITED,
                List.of(),
                Plan.Rights.UNCHANGED);
    }

    static Plan.Strings strings(String... strings) {
        StringBuilder all = new StringBuilder();
        for (String string : strings) {
            all.append(string).append('\0');
        }
        return new Plan.Strings(all.toString().getBytes(StandardCharsets.UTF_8), strings.length);
    }

    static Arena encoded(Plan plan, Owner owner) {
        Arena arena = Arena.take(PlanEncoder.size(plan));
        PlanEncoder.encode(plan, owner, arena.block());
        return arena;
    }

    /** On this thread, which is then the one whose end the child would hear of. */
    static Outcome spawn(Plan plan, Owner owner) {
        Arena arena = encoded(plan, owner);
        Job job = new Job(arena, plan.has(Plan.CHANGES_RIGHTS));
        run(job);
        job.giveBackArena();
        return job.outcome();
    }

    static void run(Job job) {
        long stack = NativeSpawn.mapStack();
        job.run(null, stack);
        NativeSpawn.unmapStack(stack);
    }

    /** Waits for the end of what runs; its wait status as {@link NativeProcess#await} has it: kind and code. */
    static List<Long> end(Outcome outcome) {
        assertThat(outcome.running()).as("%s", outcome).isTrue();
        long[] end = new long[5];
        int err = NativeProcess.await(outcome.pidfd(), 0, end);
        NativeFiles.close(outcome.pidfd());
        if (err < 0) {
            throw new AssertionError("waitid: " + err);
        }
        return List.of(end[0], end[1]);
    }
}
