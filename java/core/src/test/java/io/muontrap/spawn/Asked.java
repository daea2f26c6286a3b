package io.muontrap.spawn;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * Options of a start, and beside them, written from the manual pages and not from our code, what they make of the state of
 * a child that was started without any. Null and empty: not asked for.
 */
record Asked(
        Integer umask,
        Integer nice,
        Integer ioPriority,
        Integer oomScore,
        Set<Integer> processors,
        Map<Limit.Resource, List<Long>> limits,
        boolean session,
        boolean noNewPrivileges,
        Set<Integer> descriptors,
        boolean directory,
        Who who) {

    /** A user, or none; with capabilities, or none. */
    record Who(OptionalInt uid, List<Integer> groups, OptionalLong capabilities, long ambient, boolean bounded) {
        static final Who SAME = new Who(OptionalInt.empty(), List.of(), OptionalLong.empty(), 0, false);
    }

    private static final String NONE = "0000000000000000";

    /** What differs from child to child. */
    static final Set<String> OWN = Set.of("pid", "ppid", "pgid", "sid", "fd.1");

    /**
     * For a JVM in this state.
     *
     * @param capabilities that it may give, as bits
     * @param ids whether it may change them
     */
    static Arbitrary<Asked> arbitrary(Map<String, String> plain, long capabilities, boolean ids) {
        int nice = Integer.parseInt(plain.get("nice"));
        int oom = Integer.parseInt(plain.get("oom_score_adj"));
        List<Integer> cpus = numbers(plain.get("affinity"));
        return Combinators.combine(
                        Arbitraries.integers().between(0, 0777).injectNull(0.5),
                        Arbitraries.integers().between(nice, 19).injectNull(0.5),
                        Arbitraries.of(2 << 13, 2 << 13 | 7, 3 << 13).injectNull(0.5),
                        Arbitraries.integers().between(oom, 1000).injectNull(0.5),
                        Arbitraries.of(cpus).set().ofMaxSize(cpus.size()),
                        limits(plain),
                        Combinators.combine(
                                        Arbitraries.of(true, false),
                                        Arbitraries.of(true, false),
                                        Arbitraries.of(true, false))
                                .as((session, nnp, directory) -> new boolean[] {session, nnp, directory}),
                        Combinators.combine(
                                        Arbitraries.integers()
                                                .between(3, 60)
                                                .set()
                                                .ofMaxSize(3),
                                        who(capabilities, ids))
                                .as(Map::entry))
                .as((umask, n, io, score, processors, limits, flags, rest) -> new Asked(
                        umask,
                        n,
                        io,
                        score,
                        processors,
                        limits,
                        flags[0],
                        flags[1],
                        rest.getKey(),
                        flags[2],
                        rest.getValue()));
    }

    /** Those that may be low without being felt by a program that only prints. */
    private static Arbitrary<Map<Limit.Resource, List<Long>>> limits(Map<String, String> plain) {
        Arbitrary<Limit.Resource> resources = Arbitraries.of(
                Limit.Resource.CORE,
                Limit.Resource.NOFILE,
                Limit.Resource.MEMLOCK,
                Limit.Resource.MSGQUEUE,
                Limit.Resource.LOCKS,
                Limit.Resource.RSS,
                Limit.Resource.FSIZE);
        Arbitrary<long[]> values = Arbitraries.longs()
                .between(1 << 16, 1L << 40)
                .array(long[].class)
                .ofSize(2);
        return Arbitraries.maps(resources, values).ofMaxSize(3).map(all -> {
            Map<Limit.Resource, List<Long>> limits = new TreeMap<>();
            all.forEach((resource, two) -> {
                String most = plain.get(key(resource)).split(":")[1];
                long hard = most.equals("unlimited") ? two[0] : Math.min(Long.parseLong(most), two[0]);
                limits.put(resource, List.of(Math.min(two[1], hard), hard));
            });
            return limits;
        });
    }

    private static Arbitrary<Who> who(long capabilities, boolean ids) {
        if (!ids && capabilities == 0) {
            return Arbitraries.just(Who.SAME);
        }
        Arbitrary<OptionalInt> uid = Arbitraries.integers()
                .between(100_000, 4_000_000)
                .map(one -> ids ? OptionalInt.of(one) : OptionalInt.empty());
        Arbitrary<List<Integer>> groups =
                Arbitraries.integers().between(1, 4_000_000).list().ofMaxSize(5);
        Arbitrary<Long> some = Arbitraries.longs().map(bits -> bits & capabilities);
        Arbitrary<Who> others = Combinators.combine(
                        uid, groups, some, some, Arbitraries.integers().between(0, 2))
                .as((u, g, all, ambient, kind) -> new Who(
                        u,
                        u.isPresent() ? g : List.of(),
                        kind == 0 && u.isPresent() ? OptionalLong.empty() : OptionalLong.of(all),
                        kind == 0 && u.isPresent() ? 0 : all & ambient,
                        false));
        Arbitrary<Who> bounded =
                Arbitraries.just(new Who(OptionalInt.empty(), List.of(), OptionalLong.empty(), 0, true));
        return ids
                ? Arbitraries.oneOf(Arbitraries.just(Who.SAME), others, bounded)
                : Arbitraries.oneOf(Arbitraries.just(Who.SAME), others);
    }

    static final long BOUND = 1L << 10 | 1L << 5;

    SpawnSpec apply(SpawnSpec spec, Fd descriptor) {
        SpawnSpec with = spec.session(session);
        if (umask != null) {
            with = with.umask(umask);
        }
        if (nice != null) {
            with = with.nice(nice);
        }
        if (ioPriority != null) {
            with = with.ioPriority(ioPriority >> 13, ioPriority & 7);
        }
        if (oomScore != null) {
            with = with.oomScore(oomScore);
        }
        if (!processors.isEmpty()) {
            BitSet set = new BitSet();
            processors.forEach(set::set);
            with = with.affinity(set);
        }
        for (Map.Entry<Limit.Resource, List<Long>> limit : limits.entrySet()) {
            with = with.limit(new Limit(
                    limit.getKey(), limit.getValue().get(0), limit.getValue().get(1)));
        }
        for (int number : descriptors) {
            with = with.fd(number, descriptor);
        }
        if (directory) {
            with = with.directory(Path.of("/"));
        }
        return with.rights(rights());
    }

    private Rights rights() {
        return new Rights(
                who.uid(),
                who.uid(),
                who.uid().isPresent() ? Optional.of(who.groups()) : Optional.empty(),
                who.capabilities(),
                who.ambient(),
                who.bounded() ? OptionalLong.of(BOUND) : OptionalLong.empty(),
                OptionalInt.empty(),
                noNewPrivileges);
    }

    /** From the state of a child without options, for a child with these. */
    Map<String, String> expected(Map<String, String> plain) {
        Map<String, String> state = new LinkedHashMap<>(plain);
        if (umask != null) {
            state.put("umask", String.format("%04o", umask));
        }
        if (nice != null) {
            state.put("nice", nice.toString());
        }
        if (ioPriority != null) {
            state.put("ioprio", (ioPriority >> 13) + ":" + (ioPriority & 7));
        }
        if (oomScore != null) {
            state.put("oom_score_adj", oomScore.toString());
        }
        if (!processors.isEmpty()) {
            state.put("affinity", list(processors));
        }
        limits.forEach((resource, two) -> state.put(key(resource), two.get(0) + ":" + two.get(1)));
        Set<Integer> fds = new TreeSet<>(numbers(plain.get("fds")));
        for (int number : descriptors) {
            fds.add(number);
            state.put("fd." + number, plain.get("fd.0"));
        }
        state.put("fds", fds.stream().map(String::valueOf).collect(Collectors.joining(",")));
        if (directory) {
            state.put("cwd", "/");
        }
        if (noNewPrivileges) {
            state.put("nnp", "1");
        }
        people(state);
        return state;
    }

    private void people(Map<String, String> state) {
        who.uid().ifPresent(uid -> {
            for (String id : List.of("uid", "euid", "suid", "gid", "egid", "sgid")) {
                state.put(id, Integer.toString(uid));
            }
            List<Integer> groups = new ArrayList<>(who.groups());
            Collections.sort(groups); // the kernel keeps them so
            state.put("groups", groups.stream().map(String::valueOf).collect(Collectors.joining(",")));
        });
        if (who.uid().isPresent() || who.capabilities().isPresent()) {
            // after exec by somebody who is not root: the ambient ones, in all sets
            String left = who.ambient() == 0 ? NONE : String.format("%016x", who.ambient());
            for (String set : List.of("capinh", "capprm", "capeff", "capamb")) {
                state.put(set, left);
            }
        }
        if (who.bounded()) {
            long bounding = Long.parseUnsignedLong(state.get("capbnd"), 16) & BOUND;
            String root = String.format("%016x", bounding);
            state.put("capbnd", root);
            if (state.get("uid").equals("0")) { // gets at exec what the bounding set lets through
                state.put("capprm", root);
                state.put("capeff", root);
            }
        }
    }

    static String key(Limit.Resource resource) {
        return "limit." + resource.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Of a list such as 0-2,5. */
    static List<Integer> numbers(String list) {
        List<Integer> all = new ArrayList<>();
        for (String part : list.split(",")) {
            String[] ends = part.split("-");
            for (int n = Integer.parseInt(ends[0]); n <= Integer.parseInt(ends[ends.length - 1]); n++) {
                all.add(n);
            }
        }
        return all;
    }

    private static String list(Set<Integer> numbers) {
        List<String> parts = new ArrayList<>();
        TreeSet<Integer> left = new TreeSet<>(numbers);
        while (!left.isEmpty()) {
            int first = left.pollFirst();
            int last = first;
            while (left.remove(last + 1)) {
                last++;
            }
            parts.add(first == last ? "" + first : first + "-" + last);
        }
        return String.join(",", parts);
    }
}
