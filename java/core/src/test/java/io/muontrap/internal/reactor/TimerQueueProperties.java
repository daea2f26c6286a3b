package io.muontrap.internal.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class TimerQueueProperties {

    private record Model(long due, long order, Timer timer) {}

    /** Adds, cancels and takes in any order, with a clock that may wrap at any of them, as a sorted set would. */
    @Property(tries = 500)
    void behavesAsASortedSet(@ForAll long clock, @ForAll("steps") List<Long> steps) {
        TimerQueue queue = new TimerQueue();
        TreeSet<Model> model =
                new TreeSet<>(Comparator.comparingLong(Model::due).thenComparingLong(Model::order));
        List<Model> all = new ArrayList<>();
        long order = 0;
        long elapsed = 0;
        for (long step : steps) {
            switch ((int) (step & 3)) {
                case 0, 1 -> {
                    long wait = (step >> 2) % 1000;
                    Timer timer = queue.add(clock + elapsed + wait, () -> {}, clock + elapsed);
                    Model m = new Model(elapsed + wait, order++, timer);
                    model.add(m);
                    all.add(m);
                }
                case 2 -> {
                    if (all.isEmpty()) break;
                    Model m = all.get((int) ((step >>> 2) % all.size()));
                    assertThat(m.timer.cancel()).isEqualTo(model.remove(m));
                }
                default -> {
                    elapsed += Math.abs((step >> 2) % 500);
                    long bound = queue.nextOrder();
                    while (!model.isEmpty() && model.first().due <= elapsed) {
                        Model next = model.pollFirst();
                        assertThat(queue.takeDue(clock + elapsed, bound)).containsSame(next.timer);
                    }
                    assertThat(queue.takeDue(clock + elapsed, bound)).isEmpty();
                }
            }
            assertThat(queue.size()).isEqualTo(model.size());
            long first = model.isEmpty() ? Long.MAX_VALUE : Math.max(0, model.first().due - elapsed);
            assertThat(queue.untilFirst(clock + elapsed)).isEqualTo(first);
        }
    }

    @Provide
    Arbitrary<List<Long>> steps() {
        return Arbitraries.longs().list().ofMaxSize(200);
    }

    /** However far: a huge wait never comes before a small one, and what is past is due. */
    @Property
    void extremesKeepTheirOrder(@ForAll long clock, @ForAll long any, @ForAll @LongRange(max = 1_000_000) long small) {
        TimerQueue queue = new TimerQueue();
        Timer never = queue.add(clock + Long.MAX_VALUE, () -> {}, clock);
        Timer soon = queue.add(clock + small, () -> {}, clock);
        Timer past = queue.add(clock + Long.MIN_VALUE + 1, () -> {}, clock);
        Timer sometime = queue.add(clock + any, () -> {}, clock);
        sometime.cancel();
        assertThat(queue.takeDue(clock, 4)).containsSame(past);
        assertThat(queue.takeDue(clock + small, 4)).containsSame(soon);
        assertThat(queue.takeDue(clock + (Long.MAX_VALUE >> 8), 4)).isEqualTo(Optional.empty());
        assertThat(never.cancel()).isTrue();
        assertThat(never.cancel()).isFalse();
        assertThat(queue.size()).isZero();
    }
}
