package io.muontrap.internal.cgroup;

import io.muontrap.internal.cgroup.Bases.Verdict;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What can be wrong with a base in either version. */
final class BaseChecks {

    private final Base base;
    private final Who who;

    BaseChecks(Base base) {
        this.base = base;
        this.who = base.who();
    }

    Optional<Verdict> readOnly() {
        Hierarchy h = base.hierarchy();
        if (!h.readOnly()) return Optional.empty();
        String remount = who.sudo("mount -o remount,rw " + Who.quoted(h.mount()));
        return Verdict.no(
                h.name() + " is mounted read-only at " + h.mount(),
                "in a container: start it with cgroups that it may write (docker run --privileged, or podman run"
                        + " --cgroupns=private --security-opt=unmask=/sys/fs/cgroup); elsewhere: " + remount);
    }

    Optional<Verdict> missing() {
        Path directory = base.directory();
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) return Optional.empty();
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return Verdict.no(directory + " is no group, but a file", "name another base");
        }
        String make = who.sudo("mkdir -p " + Who.quoted(directory));
        return Verdict.no(directory + " does not exist", who.root() ? make : make + " && " + give(base));
    }

    Optional<Verdict> notWritable() {
        Path directory = base.directory();
        if (who.writable().test(directory)) return Optional.empty();
        return Verdict.no("user " + who.name() + " may not make groups in " + directory, handOver(base));
    }

    /** What helps where the user has too few rights. Nobody should be given the top of a hierarchy. */
    static String handOver(Base base) {
        boolean top = base.relative().isEmpty() && (base.hierarchy().version() == 1 || Base.isTop(base.directory()));
        return top ? "name a base below it that is the user's own" : give(base);
    }

    /** The shell line that hands over the group, but not its limits. */
    static String give(Base base) {
        Stream<String> files = base.hierarchy().version() == 2
                ? Stream.of("", "cgroup.procs", "cgroup.subtree_control", "cgroup.threads")
                : Stream.of("", "cgroup.procs", "tasks");
        return "sudo chown " + base.who().name()
                + files.map(base.directory()::resolve)
                        .map(file -> " " + Who.quoted(file))
                        .collect(Collectors.joining());
    }
}
