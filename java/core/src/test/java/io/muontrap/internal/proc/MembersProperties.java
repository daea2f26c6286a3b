package io.muontrap.internal.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** Against a kernel that knows the truth. */
class MembersProperties {

    /** Few numbers, soon reused, and rows read while everything moves. */
    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void takesNoStranger(
            @ForAll long seed,
            @ForAll @IntRange(min = 50, max = 250) int numbers,
            @ForAll @IntRange(min = 1, max = 20) int perTick,
            @ForAll @IntRange(min = 0, max = 150) int meanwhile,
            @ForAll @IntRange(min = 0, max = 200) int pause)
            throws IOException {
        Random random = new Random(seed);
        ModelKernel kernel = new ModelKernel(random, numbers, Math.min(perTick, numbers / 5), 12);
        kernel.happen(random.nextInt(200));
        kernel.startLeader(random.nextInt(3) > 0);
        Members members = new Members(kernel.leader.pid, random.nextBoolean() ? kernel.leader.start : Members.UNKNOWN);
        int taken = 0;
        for (int i = 0; i < 12; i++) {
            kernel.meanwhile = 0;
            kernel.happen(random.nextInt(pause + 1));
            reapLeaderSometimes(kernel, members, random);
            kernel.meanwhile = meanwhile;
            Census census = Census.take(kernel);
            Set<Entry> found = members.update(census, kernel.held() || groupAlive(kernel));
            found.forEach(e -> assertOfTheTree(kernel, e));
            members.dead().forEach(e -> assertOfTheTree(kernel, e));
            taken += found.size();
        }
        Statistics.label("members taken").collect(taken > 20 ? "many" : taken > 0 ? "some" : "none");
        foundWhenAllIsQuiet(kernel, members);
    }

    private static void reapLeaderSometimes(ModelKernel kernel, Members members, Random random) {
        if (!kernel.held()) return;
        if (!kernel.leader.zombie && random.nextInt(5) == 0) kernel.exit(kernel.leader);
        if (kernel.leader.zombie && random.nextInt(2) == 0) {
            if (random.nextBoolean()) members.leaderReaped(kernel.mark());
            kernel.reap(kernel.leader);
            kernel.happen(random.nextInt(4));
        }
    }

    /** What PIDFD_SIGNAL_PROCESS_GROUP tells of a leader that was reaped. */
    private static boolean groupAlive(ModelKernel kernel) {
        return kernel.table.values().stream().anyMatch(p -> p.group.maker == kernel.leader);
    }

    private static void assertOfTheTree(ModelKernel kernel, Entry e) {
        ModelKernel.Process p = kernel.everybody.get(e.pid() + "@" + e.startTime());
        assertThat(p).as("%s", e).isNotNull().isNotSameAs(kernel.leader).isNotSameAs(kernel.jvm);
        assertThat(p.member).as("%s is taken, and is %s", e, p).isTrue();
    }

    /** Links of parents are always followed, whatever became of the numbers. */
    private static void foundWhenAllIsQuiet(ModelKernel kernel, Members members) throws IOException {
        kernel.meanwhile = 0;
        kernel.tick(2);
        Set<String> before = names(members.update(Census.take(kernel), kernel.held()));
        Set<String> reachable = new HashSet<>(before);
        if (kernel.held()) reachable.add(name(kernel.leader));
        boolean grown = true;
        while (grown) {
            grown = false;
            for (ModelKernel.Process p : kernel.table.values()) {
                if (p.parent != null && reachable.contains(name(p.parent))) grown |= reachable.add(name(p));
            }
        }
        reachable.removeIf(n -> n.equals(name(kernel.leader)) || kernel.everybody.get(n).zombie);
        assertThat(names(members.update(Census.take(kernel), kernel.held()))).isEqualTo(reachable);
        assertThat(before).isEqualTo(reachable);
    }

    /** Where no number comes back, exactly those are found that the rule promises. */
    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void findsAllThatTheRuleReaches(
            @ForAll long seed, @ForAll @IntRange(min = 0, max = 60) int pause, @ForAll boolean ownSession)
            throws IOException {
        Random random = new Random(seed);
        ModelKernel kernel = new ModelKernel(random, 1_000_000, 10, 24);
        kernel.happen(random.nextInt(50));
        kernel.startLeader(ownSession);
        Members members = new Members(kernel.leader.pid, kernel.leader.start);
        Oracle oracle = new Oracle(kernel);
        int beyondParents = 0;
        for (int i = 0; i < 12; i++) {
            kernel.happen(random.nextInt(pause + 1));
            reapLeaderSometimes(kernel, members, random);
            Set<String> found = names(members.update(Census.take(kernel), kernel.held()));
            oracle.look();
            assertThat(found).isEqualTo(oracle.living());
            beyondParents += found.size() - oracle.byParentAlone();
        }
        Statistics.label("found beyond parents").collect(beyondParents > 0);
    }

    private static Set<String> names(Set<Entry> entries) {
        return entries.stream().map(e -> e.pid() + "@" + e.startTime()).collect(Collectors.toSet());
    }

    private static String name(ModelKernel.Process p) {
        return p.pid + "@" + p.start;
    }

    /** The rule again, told by identities, which only a model's kernel shows. */
    private static final class Oracle {
        private final ModelKernel kernel;
        private Set<ModelKernel.Process> seen = new HashSet<>();

        /** Whose sessions and groups count: all that were seen, the leader first, dead or not. */
        private final Set<ModelKernel.Process> makers = new HashSet<>();

        private final Set<ModelKernel.Family> sessions = new HashSet<>();

        Oracle(ModelKernel kernel) {
            this.kernel = kernel;
            makers.add(kernel.leader);
        }

        void look() {
            Set<ModelKernel.Process> now = new HashSet<>();
            boolean grown = true;
            while (grown) {
                grown = false;
                for (ModelKernel.Process p : kernel.table.values()) {
                    boolean reached = p == kernel.leader
                            || seen.contains(p)
                            || now.contains(p.parent)
                            || sessions.contains(p.session)
                            || makers.contains(p.session.maker)
                            || makers.contains(p.group.maker);
                    if (!reached || !now.add(p)) continue;
                    grown = true;
                    makers.add(p);
                    if (p.session.maker.member) sessions.add(p.session);
                }
            }
            seen = now;
        }

        Set<String> living() {
            return seen.stream()
                    .filter(p -> p != kernel.leader && !p.zombie)
                    .map(MembersProperties::name)
                    .collect(Collectors.toSet());
        }

        int byParentAlone() {
            Set<ModelKernel.Process> reached = new HashSet<>(Set.of(kernel.leader));
            boolean grown = true;
            while (grown) {
                grown = false;
                for (ModelKernel.Process p : kernel.table.values()) {
                    if (reached.contains(p.parent)) grown |= reached.add(p);
                }
            }
            return (int) reached.stream()
                    .filter(p -> p != kernel.leader && !p.zombie)
                    .count();
        }
    }
}
