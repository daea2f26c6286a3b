package io.muontrap.internal.cgroup;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeDirectories;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.internal.jni.Probe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes one tree's leaf and sets its limits, before there is a child. What fails half-way undoes what was made, the
 * deepest first, and the first error is the one that is told.
 */
public final class LeafMaker {

    /** Where makers look for a place that was given to them: a path as for {@code under}, or that of its directory. */
    public static final String BASE_PROPERTY = "muontrap.cgroup.base";

    private static final System.Logger LOG = System.getLogger("io.muontrap");
    private static final int TRIES = 5;

    /** Bases whose dead owners' leaves this JVM has swept. */
    private static final Set<String> SWEPT = ConcurrentHashMap.newKeySet();

    /** No place was given to this JVM: not looked for again, for that costs as much as a start. */
    private static volatile boolean noPlace;

    private final Mounts mounts;
    private final Wish wish;
    private final boolean keep;
    private final Place place;

    /** Where the leaf goes: a name below a base, each relative to the mounts. */
    record Place(String base, String name, boolean given) {
        String path() {
            return base.isEmpty() ? name : base + "/" + name;
        }
    }

    private LeafMaker(Mounts mounts, Wish wish, boolean keep, Place place) {
        this.mounts = mounts;
        this.wish = wish;
        this.keep = keep;
        this.place = place;
    }

    /**
     * Makes it.
     *
     * @param keep whether who is left in it when the leader ends lives on, and is left alone by sweeps
     * @throws CgroupException where it cannot be: nothing is left of it
     */
    public static Leaf make(Wish wish, boolean keep) throws IOException {
        Mounts mounts = Mounts.read();
        Place place = place(wish, mounts).orElseThrow(LeafMaker::noPlace);
        return new LeafMaker(mounts, wish, keep, place).make();
    }

    /** A leaf without limits where the JVM was given a place for it; empty where it was given none, or it is of no use. */
    public static Optional<Leaf> makeUnasked(boolean keep) {
        boolean named = System.getProperty(BASE_PROPERTY) != null;
        if ((noPlace && !named) || Probe.disabled("cgroup")) return Optional.empty();
        try {
            Wish nothing = new Wish(Wish.Place.AUTO, "", Set.of(), Map.of(), Map.of(), Map.of());
            Mounts mounts = Mounts.read();
            Optional<Place> place = place(nothing, mounts);
            noPlace = place.isEmpty() && !named;
            return place.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new LeafMaker(mounts, nothing, keep, place.get()).make());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "no control group, for none was asked for", e);
            return Optional.empty();
        }
    }

    /**
     * Removes what dead owners left where this wish makes groups; the paths of it.
     *
     * @throws CgroupException where something of it could not be removed, after all else was
     */
    public static List<Path> sweep(Wish wish) throws IOException {
        Mounts mounts = Mounts.read();
        Place place = place(wish, mounts).orElseThrow(LeafMaker::noPlace);
        Sweeper sweeper = new Sweeper(mounts, place.base());
        sweeper.refuseMissing();
        return (place.given() ? sweeper.sweep(place.name()) : sweeper.sweep()).orThrow();
    }

    private static CgroupException noPlace() {
        return new CgroupException(
                0,
                "this JVM was given no place for groups",
                null,
                "run it in a delegated cgroup v2 (systemd: Delegate=yes), or name a base by -D" + BASE_PROPERTY);
    }

    private static Optional<Place> place(Wish wish, Mounts mounts) throws IOException {
        String path = wish.path();
        switch (wish.place()) {
            case AT -> {
                return Optional.of(new Place(Relative.above(path), Relative.name(path), true));
            }
            case UNDER -> {
                return Optional.of(new Place(path, randomName(), false));
            }
            default -> {
                String property = System.getProperty(BASE_PROPERTY);
                Optional<String> base = property != null
                        ? Optional.of(named(property, mounts))
                        : mounts.v2().isEmpty()
                                ? Optional.empty()
                                : Bases.delegated(mounts.v2().get(), Directory::isDelegated);
                return base.map(place -> new Place(place, randomName(), false));
            }
        }
    }

    /** Relative to the mounts; who gives a whole path means the place that it is in its hierarchy. */
    private static String named(String property, Mounts mounts) {
        Path path = Path.of(property);
        for (Hierarchy hierarchy : mounts.all()) {
            if (path.startsWith(hierarchy.mount()))
                return hierarchy.mount().relativize(path).toString();
        }
        return property.replaceAll("^/+|/+$", "");
    }

    private static String randomName() {
        return "muontrap-" + random();
    }

    private static String random() {
        return String.format("%016x", ThreadLocalRandom.current().nextLong());
    }

    private Leaf make() throws IOException {
        Choice choice = new Choosing(mounts, wish, place.base()).choose();
        if (SWEPT.add(place.base())) sweepQuietly();
        for (Hierarchy hierarchy : choice.hierarchies()) {
            if (hierarchy.version() == 2) Enabling.enable(hierarchy, place.base(), choice.onV2());
        }
        for (int attempt = 1; ; attempt++) {
            Optional<Leaf> leaf = made(choice, attempt == TRIES);
            if (leaf.isPresent()) {
                return prepared(leaf.get(), choice);
            }
        }
    }

    /** What others have left must not keep us from working. */
    private void sweepQuietly() {
        try {
            new Sweeper(mounts, place.base()).sweep().orThrow();
        } catch (CgroupException e) {
            LOG.log(System.Logger.Level.WARNING, "what dead owners have left could not be swept", e);
        }
    }

    /** What mkdir said in this hierarchy. */
    private record InTheWay(Hierarchy hierarchy, Path path, int err) {}

    /** Empty where something was in the way and is not any more. */
    private Optional<Leaf> made(Choice choice, boolean last) throws CgroupException {
        LeafMark mark = new LeafMark(random(), NativeHost.pid(), keep);
        List<Part> parts = new ArrayList<>();
        InTheWay inTheWay = null;
        try (Directory guarded = base(choice, choice.hierarchies().get(0))) {
            BaseLock.take(guarded, NativeDirectories.SHARED);
            for (Hierarchy hierarchy : choice.hierarchies()) {
                Directory base = base(choice, hierarchy);
                int err = base.make(place.name());
                if (err < 0) {
                    inTheWay = new InTheWay(hierarchy, base.path(place.name()), err);
                    base.close();
                    break;
                }
                parts.add(taken(hierarchy, base, mark, parts.isEmpty()));
            }
        } catch (CgroupException | RuntimeException | Error e) {
            undo(parts);
            throw e;
        }
        if (inTheWay == null) return Optional.of(new Leaf(parts, mark, choice.ownMemory()));
        undo(parts);
        clear(inTheWay, last); // without the base's lock, which a sweep wants
        return Optional.empty();
    }

    private Directory base(Choice choice, Hierarchy hierarchy) throws CgroupException {
        if (choice.mayMakeBase(hierarchy)) return MadeBases.open(hierarchy, place.base());
        try {
            return Directory.open(hierarchy.directory(place.base()));
        } catch (CgroupException e) {
            throw Enabling.explained(e, hierarchy, place.base(), controllers(choice, hierarchy));
        }
    }

    private Set<String> controllers(Choice choice, Hierarchy hierarchy) {
        return hierarchy.version() == 2 ? choice.onV2() : Set.of();
    }

    /** Marked, and locked if it is the first: from here on it is ours in the eyes of everybody. */
    private Part taken(Hierarchy hierarchy, Directory base, LeafMark mark, boolean first) throws CgroupException {
        Directory directory = null;
        try {
            directory = base.child(place.name());
            int err = first ? directory.lock(NativeDirectories.EXCLUSIVE | NativeDirectories.NO_WAIT) : 0;
            if (err == 0) err = directory.mark(mark);
            if (err < 0) {
                throw new CgroupException(
                        -err,
                        "the new group cannot be marked as ours",
                        directory.toString(),
                        "attributes of groups need Linux 5.7 or CAP_SYS_ADMIN");
            }
            return new Part(hierarchy, place.path(), base, place.name(), directory);
        } catch (CgroupException | RuntimeException | Error e) {
            if (directory != null) directory.close();
            base.remove(place.name());
            base.close();
            throw e;
        }
    }

    private static void undo(List<Part> parts) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            try {
                int err = parts.get(i).remove();
                if (err != 0)
                    LOG.log(System.Logger.Level.WARNING, "left behind: {0} ({1})", parts.get(i), Errno.name(-err));
            } catch (CgroupException e) {
                LOG.log(System.Logger.Level.WARNING, "left behind: " + parts.get(i), e);
            }
            parts.get(i).close();
        }
        parts.clear();
    }

    private void clear(InTheWay it, boolean last) throws CgroupException {
        if (it.err() == -Errno.ENOENT && !last) return; // its base was removed meanwhile, being empty
        if (it.err() != -Errno.EEXIST) {
            throw Enabling.explained(
                    new CgroupException(
                            -it.err(), "no group can be made", it.path().toString()),
                    it.hierarchy(),
                    place.base(),
                    Set.of());
        }
        Sweeper.Swept swept = new Sweeper(mounts, place.base()).sweep(place.name());
        if (last || swept.removed().isEmpty()) throw exists(it.hierarchy());
    }

    private CgroupException exists(Hierarchy hierarchy) throws CgroupException {
        String path = hierarchy.directory(place.path()).toString();
        try (Directory there = Directory.open(hierarchy.directory(place.path()))) {
            Optional<LeafMark> mark = there.mark();
            if (mark.isPresent()) {
                return new CgroupException(
                        Errno.EEXIST,
                        "the group belongs to a tree of process " + mark.get().owner() + ", which lives",
                        path,
                        "stop that tree first, or name another path");
            }
        }
        return new CgroupException(
                Errno.EEXIST,
                "the group is there already and is not ours: nothing is done in it",
                path,
                "name a path that is not there, or remove it: rmdir " + path);
    }

    private Leaf prepared(Leaf leaf, Choice choice) throws CgroupException {
        try {
            new LeafSettings(leaf, choice).apply();
            return leaf;
        } catch (CgroupException | RuntimeException | Error e) {
            undo(new ArrayList<>(leaf.parts()));
            throw e;
        }
    }
}
