package io.muontrap.testing;

import io.muontrap.Command;
import io.muontrap.ContainedProcess;
import io.muontrap.Output;
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
        children = Procs.made(); // before the descriptors: the JDK's first file channel opens one that stays
        fds = fds().size();
    }

    public static Leftovers before() throws IOException {
        warmUp();
        return new Leftovers();
    }

    /** A first start opens what stays open: the JVM's pidfd, /dev/null, the reactor's epoll and eventfd. */
    private static void warmUp() throws IOException {
        ContainedProcess first = Command.of(Target.PATH, "exit", "0")
                .stdout(Output.discard())
                .stderr(Output.discard())
                .start();
        try {
            first.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        first.close();
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

    /** Not what the JDK opens when it first needs it: the jars of the class path, the sources of its SecureRandom. */
    private static List<String> fds() throws IOException {
        return Procs.fds().stream()
                .filter(fd -> !fd.endsWith(".jar") && !fd.endsWith(" /dev/random") && !fd.endsWith(" /dev/urandom"))
                .toList();
    }

    private List<String> left() throws IOException {
        List<String> left = new ArrayList<>();
        List<String> now = fds();
        if (now.size() > fds) {
            left.add(now.size() - fds + " descriptors: " + now);
        }
        List<Integer> more = new ArrayList<>(Procs.made());
        more.removeAll(children);
        more.forEach(pid -> left.add("child " + pid + " in state " + Procs.state(pid)));
        Procs.libraryThreads().stream()
                .filter(name -> !STAY.contains(name))
                .forEach(name -> left.add("thread " + name));
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
