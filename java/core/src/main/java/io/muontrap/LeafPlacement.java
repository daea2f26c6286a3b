package io.muontrap;

import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.internal.cgroup.CgroupException;
import io.muontrap.internal.cgroup.CgroupWords;
import io.muontrap.internal.cgroup.Killing;
import io.muontrap.internal.cgroup.Leaf;
import io.muontrap.internal.cgroup.LeafEnd;
import io.muontrap.internal.cgroup.LeafMaker;
import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.tree.Led;
import io.muontrap.spawn.Fd;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.SpawnSpec;
import io.muontrap.spawn.Step;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The leaf of one start, from its making to the moment at which the program is known to be in it. Closed, it lets go of
 * what only the start needs; {@link #undo} is for a start that fails.
 */
final class LeafPlacement implements AutoCloseable {

    private static final CgroupSpec NOTHING = CgroupSpec.auto();

    private final Optional<Leaf> leaf;
    private final List<Leaf.Join> joins;

    private LeafPlacement(Optional<Leaf> leaf, List<Leaf.Join> joins) {
        this.leaf = leaf;
        this.joins = joins;
    }

    /** Makes what was asked for, and what was not where the JVM was given a place for it. */
    static LeafPlacement of(CommandSpec command) throws SpawnException {
        boolean keep = command.afterExit() == AfterExit.LEAVE;
        boolean required = command.required().contains(Containment.CGROUP);
        try {
            if (command.cgroup() != null || required) {
                CgroupSpec spec = command.cgroup() == null ? NOTHING : command.cgroup();
                return open(Optional.of(LeafMaker.make(CgroupWords.wish(spec), keep)));
            }
            return open(LeafMaker.makeUnasked(keep));
        } catch (CgroupException e) {
            throw failure(Step.CGROUP, e);
        } catch (IOException e) {
            throw failure(
                    Step.CGROUP, new CgroupException(0, "the cgroups of this host cannot be read", e.getMessage()));
        }
    }

    private static LeafPlacement open(Optional<Leaf> made) throws CgroupException {
        if (made.isEmpty()) {
            return new LeafPlacement(made, List.of());
        }
        try {
            return new LeafPlacement(made, made.get().joins());
        } catch (CgroupException | RuntimeException | Error e) {
            remove(made.get(), e);
            throw e;
        }
    }

    private static SpawnException failure(Step step, CgroupException e) {
        SpawnException failed = new SpawnException(
                step, e.errno(), e.what(), e.path().orElse(null), e.fix().orElse(null));
        failed.initCause(e);
        return failed;
    }

    Optional<Leaf> leaf() {
        return leaf;
    }

    SpawnSpec place(SpawnSpec spec) {
        if (leaf.isEmpty()) {
            return spec;
        }
        Leaf mine = leaf.get();
        SpawnSpec placed = spec;
        Optional<Descriptor> birthplace = mine.birthplace();
        if (birthplace.isPresent()) {
            placed = placed.cgroup(Fd.of(birthplace.get().number(), mine.toString()));
        }
        for (Leaf.Join join : joins) {
            placed = placed.join(Fd.of(join.file().number(), join.path().toString()));
        }
        if (mine.wantsOwnMemory()) {
            placed = placed.ownMemory(true);
        }
        return (SpawnSpec) Led.rescued(placed, () -> rescue(mine));
    }

    /** A child that stands in a frozen group dies of no signal until it is thawed (TRAPS 33). */
    private static void rescue(Leaf leaf) {
        try {
            Killing killing = new Killing(leaf);
            if (killing.step() == Killing.Next.SOON) {
                killing.step();
            }
            killing.end();
            leaf.thaw();
        } catch (IOException e) {
            System.getLogger("io.muontrap").log(System.Logger.Level.WARNING, "a start that hangs in " + leaf, e);
        }
    }

    /** The program runs: in the leaf, or the start has failed. */
    void verify(long pid) throws SpawnException {
        if (leaf.isEmpty()) {
            return;
        }
        Optional<String> strayed = leaf.get().strayed((int) pid);
        if (strayed.isPresent()) {
            throw failure(
                    Step.MEMBERSHIP, leaf.get().refused(0, "the program runs outside of its group", strayed.get()));
        }
    }

    /** What is told of a refusal that the leaf has to do with. */
    SpawnException explained(SpawnException e) {
        boolean birth = e.step() == Step.CLONE
                && leaf.isPresent()
                && leaf.get().birthplace().isPresent();
        boolean refused = birth
                && switch (e.errno()) {
                    case Errno.EACCES, Errno.EBUSY, Errno.EOPNOTSUPP, Errno.ENODEV, Errno.EPERM -> true;
                    default -> false;
                };
        if (leaf.isEmpty() || !(refused || e.step() == Step.JOIN)) {
            return e;
        }
        CgroupException why = leaf.get()
                .refused(
                        e.errno(),
                        birth ? "the program cannot be born in its group" : "the program may not join its group",
                        e.path().orElse(leaf.get().toString()));
        SpawnException told = failure(e.step(), why);
        told.addSuppressed(e);
        return told;
    }

    /** Nothing of it is left. What cannot be undone is added to the first error, and is the next sweep's. */
    void undo(Throwable first) {
        close();
        leaf.ifPresent(made -> remove(made, first));
    }

    private static void remove(Leaf made, Throwable first) {
        try {
            LeafEnd.now(made);
        } catch (CgroupException | RuntimeException e) {
            first.addSuppressed(e);
        } finally {
            made.close();
        }
    }

    /** The files that a child joins by. */
    @Override
    public void close() {
        joins.forEach(join -> join.file().close());
    }
}
