package io.muontrap.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What must be as it was before: descriptors, children, zombies, threads of the library beside its two. Take one before
 * the work (after a first start has opened what stays open), and {@link #assertNone()} after it.
 */
public final class Leftovers {

    private static final List<String> STAY = List.of("muontrap-reactor", "muontrap-spawner");

    private final int fds;
    private final List<Integer> children;

    private Leftovers() throws IOException {
        fds = Procs.fds().size();
        children = Procs.children();
    }

    public static Leftovers before() throws IOException {
        return new Leftovers();
    }

    /** Threads of handlers and descriptors may need a moment to go after the last event that a test can wait for. */
    public void assertNone() throws IOException {
        Procs.await("nothing left, but " + this, Duration.ofSeconds(20), () -> {
            try {
                return left().isEmpty();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private List<String> left() throws IOException {
        List<String> left = new ArrayList<>();
        List<String> now = Procs.fds();
        if (now.size() > fds) {
            left.add(now.size() - fds + " descriptors: " + now);
        }
        List<Integer> more = new ArrayList<>(Procs.children());
        more.removeAll(children);
        more.forEach(pid -> left.add("child " + pid + " in state " + Procs.state(pid)));
        Procs.libraryThreads().stream().filter(name -> !STAY.contains(name)).forEach(name -> left.add("thread " + name));
        return left;
    }

    @Override
    public String toString() {
        try {
            return left().toString();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
