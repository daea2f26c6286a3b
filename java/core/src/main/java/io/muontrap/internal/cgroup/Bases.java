package io.muontrap.internal.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Tells where leaves can be made, and why not elsewhere. Reads only. */
public final class Bases {

    /** systemd's own groups; those that a service makes for itself are named otherwise. */
    private static final Pattern UNIT = Pattern.compile(".*\\.(service|scope|slice)");

    private Bases() {}

    /**
     * Whether leaves can be made there.
     *
     * @param reason why not, with the path; "" where they can
     * @param fix a shell line or a sentence; "" where nothing helps
     */
    public record Verdict(boolean usable, String reason, String fix) {

        static final Verdict USABLE = new Verdict(true, "", "");

        static Optional<Verdict> no(String reason, String fix) {
            return Optional.of(new Verdict(false, reason, fix));
        }
    }

    /**
     * The place in version 2 that was given to this JVM: its own group where that is delegated; the group above where
     * that is, and the JVM sits in a child of it so that it may enable controllers.
     *
     * @param marked whether a directory has {@code user.delegate} or {@code trusted.delegate} set to 1
     */
    public static Optional<String> delegated(Hierarchy v2, Predicate<Path> marked) throws IOException {
        return delegated(v2, marked, Who.self());
    }

    static Optional<String> delegated(Hierarchy v2, Predicate<Path> marked, Who who) {
        if (v2.own().isEmpty() || v2.readOnly()) return Optional.empty();
        String own = v2.own().get();
        if (!ours(v2.directory(own), who)) return Optional.empty();
        if (marked.test(v2.directory(own))) return Optional.of(own);
        Optional<String> above = above(own).filter(path -> ours(v2.directory(path), who));
        if (above.isPresent() && marked.test(v2.directory(above.get()))) return above;
        return who.root() ? Optional.empty() : Optional.of(own);
    }

    private static Optional<String> above(String own) {
        if (own.isEmpty() || UNIT.matcher(own).matches()) return Optional.empty();
        return Optional.of(Relative.above(own));
    }

    private static boolean ours(Path group, Who who) {
        return !Base.isTop(group)
                && who.writable().test(group)
                && who.writable().test(group.resolve("cgroup.procs"));
    }

    /**
     * Whether a leaf can be made below this base, with these controllers, and a child of this JVM put into it.
     *
     * @param base relative to the mount point
     * @param controllers that the leaf must have; those of other hierarchies do not matter
     */
    public static Verdict examine(Hierarchy h, String base, Set<String> controllers) throws IOException {
        return examine(new Base(h, base, Who.self()), controllers, text("/proc/cgroups"));
    }

    static Verdict examine(Base base, Set<String> controllers, String procCgroups) {
        BaseChecks all = new BaseChecks(base);
        Stream<Supplier<Optional<Verdict>>> checks;
        if (base.hierarchy().version() == 2) {
            V2Checks v2 = new V2Checks(base, controllers, procCgroups);
            checks = Stream.of(
                    all::readOnly,
                    v2::joining,
                    all::missing,
                    all::notWritable,
                    v2::threaded,
                    v2::frozen,
                    v2::noSuchController,
                    v2::notEnabledAbove,
                    v2::processesInside,
                    v2::notEnabling,
                    v2::full);
        } else {
            V1Checks v1 = new V1Checks(base);
            checks = Stream.of(all::readOnly, all::missing, all::notWritable, v1::frozen, v1::emptyCpuset);
        }
        return checks.map(Supplier::get).flatMap(Optional::stream).findFirst().orElse(Verdict.USABLE);
    }

    /**
     * The groups from the mount point down to the base, the base too, that do not hand this controller down. Writing
     * {@code +controller} to the {@code cgroup.subtree_control} of each, in this order, gives it to a leaf.
     */
    public static List<Path> lacking(Hierarchy v2, String base, String controller) throws IOException {
        return new Base(v2, base, Who.self())
                .way().stream()
                        .filter(group -> !Base.words(group, V2Checks.SUBTREE).contains(controller))
                        .toList();
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            return "";
        }
    }
}
