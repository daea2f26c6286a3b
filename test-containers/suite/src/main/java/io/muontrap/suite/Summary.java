package io.muontrap.suite;

import io.muontrap.testing.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * One line a test: {@code passed|failed|skipped}, class, test, milliseconds and the first line of what was wrong, with
 * tabs between. A test that was skipped for want of something that this host must have has failed.
 */
final class Summary implements TestExecutionListener {

    private static final int MOST = 400;

    private final List<Capability> must;
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Long> begun = new ConcurrentHashMap<>();
    private volatile TestPlan plan;

    Summary(List<Capability> must) {
        this.must = must;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        begun.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        if (test.isTest()) {
            skipped(test, reason);
        } else {
            // a class that is skipped never starts its tests
            plan.getDescendants(test).stream().filter(TestIdentifier::isTest).forEach(t -> skipped(t, reason));
        }
    }

    private void skipped(TestIdentifier test, String reason) {
        boolean forbidden = must.stream().anyMatch(c -> reason.startsWith(Capability.NEEDS + c.label() + ":"));
        add(forbidden ? "failed" : "skipped", test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        String said = result.getThrowable().map(Throwable::toString).orElse("");
        switch (result.getStatus()) {
            case SUCCESSFUL -> {
                if (test.isTest()) {
                    add("passed", test, "");
                }
            }
            // an assumption names no capability, so nothing allows it
            case ABORTED, FAILED -> {
                add("failed", test, said);
                result.getThrowable().ifPresent(t -> t.printStackTrace(System.out));
            }
        }
    }

    /** Something that must be here is not, whether or not a test would have wanted it. */
    void missing(Capability capability) {
        lines.add(line("failed", Capability.class.getName(), capability.label(), 0, capability.reason()));
    }

    private void add(String state, TestIdentifier test, String why) {
        Long from = begun.get(test.getUniqueId());
        long millis = from == null ? 0 : (System.nanoTime() - from) / 1_000_000;
        String line = line(state, className(test), name(test), millis, why);
        lines.add(line);
        System.out.println(line);
    }

    private static String line(String state, String type, String test, long millis, String why) {
        String first = why.strip().lines().filter(l -> !l.isBlank()).findFirst().orElse("");
        // AssertJ's messages begin on a second line
        String all = why.strip().replaceAll("\\s+", " ");
        String reason = state.equals("failed") ? all : first;
        return String.join(
                "\t", state, type, test, Long.toString(millis), reason.substring(0, Math.min(reason.length(), MOST)));
    }

    private static String className(TestIdentifier test) {
        return test.getSource()
                .map(source -> source instanceof MethodSource method
                        ? method.getClassName()
                        : source instanceof ClassSource type ? type.getClassName() : source.toString())
                .orElse("?");
    }

    private String name(TestIdentifier test) {
        TestIdentifier parent = plan.getParent(test).orElse(null);
        boolean invocation = parent != null && parent.getSource().orElse(null) instanceof MethodSource;
        String name = (invocation ? parent.getDisplayName() + " " : "") + test.getDisplayName();
        return name.replaceAll("\\s+", " ");
    }

    boolean right() {
        return count("failed") == 0 && count("passed") > 0;
    }

    private long count(String state) {
        return List.copyOf(lines).stream()
                .filter(line -> line.startsWith(state + "\t"))
                .count();
    }

    void write(Path file) throws IOException {
        Files.write(file, lines);
        System.out.printf("%d passed, %d failed, %d skipped%n", count("passed"), count("failed"), count("skipped"));
    }
}
