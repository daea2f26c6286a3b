package io.muontrap.testing;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Prints, when a module's tests have ended, how many there were, and each one that this host could not run with its
 * reason. Surefire with {@code -q} says neither. Found by the JUnit platform through META-INF/services.
 */
public final class SkipReport implements TestExecutionListener {

    private final Map<UniqueId, Status> ended = new ConcurrentHashMap<>();
    private final Queue<String> skipped = new ConcurrentLinkedQueue<>();
    private final AtomicLong skippedTests = new AtomicLong();
    private volatile TestPlan plan;

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        skip(test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == Status.ABORTED) {
            skip(test, result.getThrowable().map(Throwable::getMessage).orElse("no reason given"));
        } else if (test.isTest() || result.getStatus() == Status.FAILED) {
            // A container fails by its own set-up; its tests then never start.
            ended.put(test.getUniqueIdObject(), result.getStatus());
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan finished) {
        long failed = ended.values().stream().filter(Status.FAILED::equals).count();
        long all = ended.size() + skippedTests.get();
        if (all == 0) {
            return;
        }
        StringBuilder report = new StringBuilder();
        report.append("%s, Java %d: %d tests: %d passed, %d failed, %d skipped%n"
                .formatted(
                        Path.of("").toAbsolutePath().getFileName(),
                        Runtime.version().feature(),
                        all,
                        ended.size() - failed,
                        failed,
                        skippedTests.get()));
        skipped.stream().sorted().forEach(line -> report.append("  skipped: ").append(line));
        System.out.print(report);
        System.out.flush();
    }

    private void skip(TestIdentifier test, String reason) {
        long tests = test.isTest() ? 1 : testsBelow(test);
        skippedTests.addAndGet(tests);
        String line = reason == null
                ? "no reason given"
                : reason.strip().lines().findFirst().orElse("");
        String count = test.isTest() ? "" : " (%d tests)".formatted(tests);
        skipped.add("%s%s: %s%n".formatted(path(test), count, line.replaceFirst("^Assumption failed: ", "")));
    }

    private long testsBelow(TestIdentifier container) {
        long tests = plan.getDescendants(container).stream()
                .filter(TestIdentifier::isTest)
                .filter(test -> !ended.containsKey(test.getUniqueIdObject()))
                .count();
        return Math.max(tests, 1);
    }

    private String path(TestIdentifier test) {
        Deque<String> names = new ArrayDeque<>();
        TestIdentifier at = test;
        while (at != null && at.getParentIdObject().isPresent()) {
            names.addFirst(at.getDisplayName());
            at = plan.getParent(at).orElse(null);
        }
        return String.join(" > ", names);
    }
}
