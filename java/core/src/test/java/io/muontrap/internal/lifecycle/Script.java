package io.muontrap.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A sequence of events, mostly possible ones, posted to a life cycle and to the {@link Model} side by side. It is decoded
 * from numbers, so that the same sequences can come from jqwik (which shrinks them) and from a seed.
 */
final class Script {

    private static final Event[] EVENTS = Event.values();
    private static final long[] WAITS = {500_000_000, 0, 1, 2, 10_000_000_000L, Long.MAX_VALUE / 2, Long.MAX_VALUE};
    private static final long[] CLOCKS = {0, -1, Long.MAX_VALUE, Long.MAX_VALUE - 500_000_000, Long.MIN_VALUE, 1L << 62
    };
    private static final int[] SIGNALS = {15, 2, 1, 64};
    private static final Reason[] REASONS = {null, null, Reason.OOM, Reason.IDLE};

    private final int[] codes;
    private int next;

    private final long clock;
    private final Model model;
    private final Lifecycle tree;
    private final Ladder own;
    private final List<Object> trace = new ArrayList<>();
    private long t;

    private Script(Table table, int[] codes) {
        this.codes = codes;
        clock = CLOCKS[draw(CLOCKS.length)];
        own = ladder();
        boolean leave = draw(4) == 3;
        long drain = WAITS[draw(WAITS.length)];
        model = new Model(own, leave, drain);
        tree = new Lifecycle(table, own, leave, drain);
        trace.add("clock " + clock + ", " + own + ", leave " + leave + ", drain " + drain);
    }

    /** Fails at the first difference. */
    static void play(Table table, int... codes) {
        Script script = new Script(table, codes);
        try {
            while (script.next < codes.length) script.step();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(e + "\nafter " + script.trace, e);
        }
    }

    private void step() {
        t += delay();
        int what = draw(32);
        if (what < 8) compare("tick", model.looksAtTheClock(t), tree.tick(clock + t));
        else if (what < 9) bytesCome();
        else if (what < 11) {
            Ladder asked = ladder();
            Reason why = reason();
            compare(asked, model.happens(Event.STOP, asked, why, t), tree.stop(asked, why, clock + t));
        } else if (what < 15) post(EVENTS[draw(EVENTS.length)]);
        else post(possible());
    }

    private void post(Event event) {
        Reason why = reason();
        if (!event.posted()) refused(event, IllegalArgumentException.class);
        else if (!model.possible(event)) refused(event, IllegalStateException.class);
        else compare(event, model.happens(event, own, why, t), tree.on(event, why, clock + t));
    }

    private void refused(Event event, Class<? extends RuntimeException> how) {
        try {
            tree.on(event, null, clock + t);
        } catch (RuntimeException e) {
            if (e.getClass() != how) throw e;
            compare(event, List.of(), List.of());
            return;
        }
        fail(event + " was taken");
    }

    private void bytesCome() {
        if (model.phase() == Phase.DRAINING) model.bytesCame(t);
        tree.drainProgress(clock + t);
        compare("bytes", List.of(), List.of());
    }

    private void compare(Object what, List<Action> owed, List<Action> told) {
        trace.add(t + " " + what + " " + told);
        same("actions", owed, told);
        same("phase", model.phase(), tree.phase());
        same("reason", model.reason, tree.reason());
        same("cut", model.cut, tree.drainCut());
        same("waits", model.waits(), tree.hasDeadline());
        if (model.waits()) {
            if (model.due() < Model.NEVER / 2) same("deadline", clock + model.due(), tree.deadline());
            else assertThat(tree.deadline() - (clock + t)).isGreaterThan(Model.NEVER / 2);
        }
        if (owed.contains(Action.SIGNAL_RUNG)) same("rung", model.lastRung(), tree.rung());
        if (owed.contains(Action.REAP_AND_SIGNAL_REST)) same("rest", model.restSignal(), tree.restSignal());
    }

    private static void same(String what, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) fail(what + ": expected " + expected + ", was " + actual);
    }

    private long delay() {
        long toDeadline = model.due() < Model.NEVER / 2 ? Math.max(0, model.due() - t) : 1_000_000_000;
        return switch (draw(8)) {
            case 0, 1 -> 0;
            case 2 -> 1;
            case 3, 4 -> toDeadline;
            case 5 -> Math.max(0, toDeadline - 1);
            case 6 -> toDeadline + 1;
            default -> 1L << draw(50);
        };
    }

    private Event possible() {
        List<Event> can = new ArrayList<>();
        boolean wish = draw(4) == 0;
        for (Event event : EVENTS) if (model.possible(event) && Model.isWish(event) == wish) can.add(event);
        return can.isEmpty() ? Event.STOP : can.get(draw(can.size()));
    }

    private Reason reason() {
        return REASONS[draw(REASONS.length)];
    }

    private Ladder ladder() {
        List<Rung> rungs = new ArrayList<>();
        for (int i = draw(4); i > 0; i--) {
            Rung.Scope scope = draw(2) == 0 ? Rung.Scope.LEADER : Rung.Scope.TREE;
            rungs.add(new Rung(SIGNALS[draw(SIGNALS.length)], scope, WAITS[draw(WAITS.length)]));
        }
        return new Ladder(rungs, draw(4) == 3 ? 9 : 15);
    }

    private int draw(int bound) {
        return next < codes.length ? Math.floorMod(codes[next++], bound) : 0;
    }
}
