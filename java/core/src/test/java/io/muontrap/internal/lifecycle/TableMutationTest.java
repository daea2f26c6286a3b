package io.muontrap.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Changes each cell of the table in every small way, and demands that the tests notice.
 *
 * <p>Left out because no test can notice: another reason of an ignored cell, and an ignored cell that became a move
 * without actions to the same phase.
 */
class TableMutationTest {

    private static final int SCRIPTS = 1_500;
    private static final int LIVES = 500;

    private record Mutant(Phase phase, Event event, Cell original, Cell cell) {
        Table table() {
            return Table.STANDARD.with(phase, event, cell);
        }
    }

    private final int[][] scripts = scripts();
    private final List<Method> behaviours = tests(StopLadderTest.class, LifecycleTest.class);
    private final List<Method> structure = tests(TableTest.class);

    @Test
    void theTestsPassOnTheTableItself() {
        assertThatCode(() -> examine(Table.STANDARD)).doesNotThrowAnyException();
    }

    @Test
    void theTestsNoticeNearlyEveryChange() {
        List<Mutant> mutants = mutants();
        List<Mutant> survivors = new ArrayList<>();
        TreeMap<String, Integer> killers = new TreeMap<>();
        for (Mutant mutant : mutants) {
            try {
                examine(mutant.table());
                survivors.add(mutant);
            } catch (Noticed e) {
                killers.merge(e.getMessage(), 1, Integer::sum);
            }
        }
        System.out.printf(
                "Table: %d mutants, %d survive; noticed first by %s%n", mutants.size(), survivors.size(), killers);
        survivors.forEach(System.out::println);
        assertThat(mutants).hasSizeGreaterThan(4_000);
        assertThat(survivors).hasSizeLessThanOrEqualTo(mutants.size() / 20);
    }

    private static final class Noticed extends Exception {
        private static final long serialVersionUID = 1;

        Noticed(String by) {
            super(by, null, false, false);
        }
    }

    private void examine(Table table) throws Noticed {
        for (Method test : structure) {
            TableTest subject = new TableTest();
            subject.table = table;
            run(test, subject, "structure");
        }
        for (Method test : behaviours) {
            Behaviours subject =
                    test.getDeclaringClass() == StopLadderTest.class ? new StopLadderTest() : new LifecycleTest();
            subject.table = table;
            run(test, subject, "behaviours");
        }
        for (int[] script : scripts) noticed("model", () -> Script.play(table, script));
        for (int seed = 0; seed < LIVES; seed++) {
            long life = seed;
            noticed("world", () -> World.live(table, life));
        }
    }

    private static void run(Method test, Object subject, String by) throws Noticed {
        try {
            test.invoke(subject);
        } catch (InvocationTargetException e) {
            throw new Noticed(by);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static void noticed(String by, Runnable check) throws Noticed {
        try {
            check.run();
        } catch (AssertionError e) {
            throw new Noticed(by);
        }
    }

    private static List<Method> tests(Class<?>... subjects) {
        List<Method> tests = Stream.of(subjects)
                .flatMap(c -> Stream.of(c.getDeclaredMethods()))
                .filter(m -> m.isAnnotationPresent(Test.class))
                .toList();
        assertThat(tests).isNotEmpty();
        return tests;
    }

    private static int[][] scripts() {
        Random random = new Random(4711);
        int[][] scripts = new int[SCRIPTS][];
        Arrays.setAll(scripts, i -> random.ints(20 + random.nextInt(140)).toArray());
        return scripts;
    }

    private static List<Mutant> mutants() {
        List<Mutant> mutants = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            for (Event event : Event.values()) {
                if (!event.inTable()) continue;
                Cell original = Table.STANDARD.cell(phase, event);
                variants(phase, original).forEach(cell -> mutants.add(new Mutant(phase, event, original, cell)));
            }
        }
        return mutants;
    }

    private static Set<Cell> variants(Phase phase, Cell original) {
        Set<Cell> variants = new LinkedHashSet<>();
        variants.add(new Cell.Impossible());
        variants.add(new Cell.Ignored(""));
        List<Action> actions = original instanceof Cell.Move move ? move.actions() : List.of();
        Phase next = original instanceof Cell.Move move ? move.next() : phase;
        for (Phase other : Phase.values()) variants.add(new Cell.Move(actions, other));
        for (int i = 0; i < actions.size(); i++) {
            variants.add(changed(actions, i, 1, null, next));
            for (Action other : Action.values()) variants.add(changed(actions, i, 1, other, next));
        }
        for (int i = 0; i <= actions.size(); i++) {
            for (Action added : Action.values()) variants.add(changed(actions, i, 0, added, next));
        }
        if (actions.size() == 2) variants.add(new Cell.Move(List.of(actions.get(1), actions.get(0)), next));
        variants.remove(original);
        if (original instanceof Cell.Ignored) {
            variants.remove(new Cell.Ignored(""));
            variants.remove(new Cell.Move(List.of(), phase));
        }
        return variants;
    }

    private static Cell changed(List<Action> actions, int at, int removed, Action added, Phase next) {
        List<Action> changed = new ArrayList<>(actions);
        for (int i = 0; i < removed; i++) changed.remove(at);
        if (added != null) changed.add(at, added);
        return new Cell.Move(changed, next);
    }
}
