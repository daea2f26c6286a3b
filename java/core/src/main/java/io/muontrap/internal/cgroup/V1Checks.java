package io.muontrap.internal.cgroup;

import io.muontrap.internal.cgroup.Bases.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What can be wrong with a base in version 1. */
final class V1Checks {

    private final Base base;

    V1Checks(Base base) {
        this.base = base;
    }

    /** A leaf below is frozen when it is made, and a child that is put into it never runs. */
    Optional<Verdict> frozen() {
        if (!base.hierarchy().has("freezer")) return Optional.empty();
        Path directory = base.directory();
        String state = Base.text(directory, "freezer.state");
        boolean freezing = Base.text(directory, "freezer.parent_freezing").equals("1")
                || Base.text(directory, "freezer.self_freezing").equals("1");
        if (!freezing && (state.isEmpty() || state.equals("THAWED"))) return Optional.empty();
        List<Path> culprits = base.way().stream()
                .filter(group -> Base.text(group, "freezer.self_freezing").equals("1"))
                .toList();
        if (culprits.isEmpty()) {
            return Verdict.no(directory + " is frozen from above its mount point", "thaw it on the host");
        }
        Path culprit = culprits.get(0);
        String by = culprit.equals(directory) ? "" : " by " + culprit;
        return Verdict.no(directory + " is frozen" + by, base.who().echo("THAWED", culprit.resolve("freezer.state")));
    }

    /** Nothing can be put into a leaf without processors or nodes, and it cannot have more than its base. */
    Optional<Verdict> emptyCpuset() {
        if (!base.hierarchy().has("cpuset")) return Optional.empty();
        for (String file : List.of("cpuset.cpus", "cpuset.mems")) {
            for (Path group : base.way()) {
                boolean there = Files.exists(group.resolve(file));
                if (!there || !Base.text(group, file).isEmpty()) continue;
                Path to = group.resolve(file);
                String above = group.equals(base.hierarchy().mount()) ? "" : Base.text(group.getParent(), file);
                return Verdict.no(
                        to + " is empty, so nothing can be put into a group below it",
                        base.who().echo(above.isEmpty() ? "0" : above, to));
            }
        }
        return Optional.empty();
    }
}
