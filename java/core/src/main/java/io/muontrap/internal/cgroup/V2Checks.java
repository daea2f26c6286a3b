package io.muontrap.internal.cgroup;

import io.muontrap.internal.cgroup.Bases.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What can be wrong with a base in version 2. */
final class V2Checks {

    static final String SUBTREE = "cgroup.subtree_control";

    private static final String ANOTHER = "name another base by -Dmuontrap.cgroup.base=PATH";

    private final Base base;
    private final Who who;
    private final Path directory;
    private final Set<String> controllers = new LinkedHashSet<>();
    private final String procCgroups;

    V2Checks(Base base, Set<String> controllers, String procCgroups) {
        this.base = base;
        this.who = base.who();
        this.directory = base.directory();
        controllers.forEach(name -> this.controllers.add(Limits.nameIn(2, name)));
        this.procCgroups = procCgroups;
    }

    /** Who moves a process, or makes one elsewhere, must have a say in the group that both places have in common. */
    Optional<Verdict> joining() {
        if (base.hierarchy().own().isEmpty()) return Optional.empty();
        Path own = base.hierarchy().directory(base.hierarchy().own().get());
        Path common = own;
        while (!directory.startsWith(common)) common = common.getParent();
        Path procs = common.resolve("cgroup.procs");
        if (who.writable().test(procs)) return Optional.empty();
        if (directory.equals(common)) return Verdict.no(cannotJoin(own, procs), BaseChecks.handOver(base));
        Path child = directory.resolve("jvm");
        return Verdict.no(
                cannotJoin(own, procs),
                "start the JVM inside the part that is delegated (systemd-run --user --scope -p Delegate=yes java ...), or"
                        + " move it there: sudo mkdir -p " + Who.quoted(child) + " && " + BaseChecks.give(base) + " && "
                        + who.echo(Long.toString(ProcessHandle.current().pid()), child.resolve("cgroup.procs")));
    }

    private String cannotJoin(Path own, Path procs) {
        return "the JVM in " + own + " may put no process into " + directory + ": user " + who.name()
                + " may not write " + procs;
    }

    Optional<Verdict> threaded() {
        String type = Base.text(directory, "cgroup.type");
        if (type.isEmpty() || type.equals("domain")) return Optional.empty();
        return Verdict.no(directory + " is of type \"" + type + "\", so no process can be put below it", ANOTHER);
    }

    /** A leaf below is frozen when it is made, and a child that is put into it never runs. */
    Optional<Verdict> frozen() {
        Optional<Path> culprit = base.way().stream()
                .filter(group -> Base.text(group, "cgroup.freeze").equals("1"))
                .findFirst();
        if (culprit.isPresent()) {
            String by = culprit.get().equals(directory) ? "" : " by " + culprit.get();
            return Verdict.no(
                    directory + " is frozen" + by, who.echo("0", culprit.get().resolve("cgroup.freeze")));
        }
        // Only this tells of groups that are out of sight.
        if (Base.number(directory, "cgroup.events", "frozen ", 0) == 0) return Optional.empty();
        return Verdict.no(directory + " is frozen from above its mount point", "thaw it on the host");
    }

    Optional<Verdict> noSuchController() {
        Path mount = base.hierarchy().mount();
        Set<String> here = Base.words(mount, "cgroup.controllers");
        return controllers.stream().filter(c -> !here.contains(c)).findFirst().flatMap(this::whyNot);
    }

    private Optional<Verdict> whyNot(String controller) {
        Path mount = base.hierarchy().mount();
        String old = Limits.nameIn(1, controller);
        List<String> line = procCgroups
                .lines()
                .filter(l -> l.startsWith(old + "\t"))
                .findFirst()
                .map(l -> List.of(l.split("\t")))
                .orElse(List.of());
        if (line.size() > 3 && line.get(3).equals("0")) {
            return Verdict.no(
                    "the " + controller + " controller is switched off in this kernel",
                    "boot without cgroup_disable=" + old + " (or with cgroup_enable=" + old + ")");
        }
        if (line.size() > 1 && !line.get(1).equals("0")) {
            return Verdict.no(
                    "the " + controller + " controller is bound to cgroup v1 on this host, so " + mount
                            + " does not have it",
                    "boot with cgroup_no_v1=" + old + ", with systemd with systemd.unified_cgroup_hierarchy=1");
        }
        if (Base.isTop(mount)) return Verdict.no("this kernel has no " + controller + " controller in cgroup v2", "");
        return Verdict.no(
                "the " + controller + " controller was not given to " + mount,
                "on the host: write +" + controller + " to the cgroup.subtree_control of every group above it, with"
                        + " systemd Delegate=yes for its unit");
    }

    Optional<Verdict> notEnabledAbove() {
        Set<String> here = Base.words(directory, "cgroup.controllers");
        if (here.containsAll(controllers)) return Optional.empty();
        List<Path> above = base.way().subList(0, base.way().size() - 1);
        List<String> writes = new ArrayList<>();
        String reason = "";
        for (Path group : above) {
            Set<String> lacking = lacking(group);
            if (lacking.isEmpty()) continue;
            Optional<Verdict> inside = inside(group);
            if (inside.isPresent()) return inside;
            if (writes.isEmpty()) {
                reason = String.join(", ", lacking) + " not enabled in " + group + ", so " + directory
                        + " does not have " + (lacking.size() == 1 ? "it" : "them");
            }
            String plus = lacking.stream().map(c -> "+" + c).collect(Collectors.joining(" "));
            writes.add(who.echo(plus, group.resolve(SUBTREE)));
        }
        return writes.isEmpty() ? Optional.empty() : Verdict.no(reason, String.join(" && ", writes));
    }

    private Set<String> lacking(Path group) {
        Set<String> lacking = new LinkedHashSet<>(controllers);
        lacking.removeAll(Base.words(group, SUBTREE));
        return lacking;
    }

    Optional<Verdict> processesInside() {
        return lacking(directory).isEmpty() ? Optional.empty() : inside(directory);
    }

    /** A group may have processes, or give its children controllers, but not both. */
    private Optional<Verdict> inside(Path group) {
        if (Base.isTop(group)) return Optional.empty();
        Set<String> pids = Base.words(group, "cgroup.procs");
        if (pids.isEmpty()) return Optional.empty();
        String rule = ", and a group that holds processes can give its children no controllers";
        boolean jvm = base.hierarchy().own().map(base.hierarchy()::directory).equals(Optional.of(group));
        if (jvm) {
            return Verdict.no(
                    "the JVM itself is in " + group + rule,
                    "start the JVM in a child group of it (systemd 254: DelegateSubgroup=jvm), or " + ANOTHER);
        }
        return Verdict.no(
                group + " holds processes itself, such as " + pids.iterator().next() + rule,
                "move them to a child group, or " + ANOTHER);
    }

    Optional<Verdict> notEnabling() {
        Path file = directory.resolve(SUBTREE);
        Set<String> lacking = lacking(directory);
        if (lacking.isEmpty() || who.writable().test(file)) return Optional.empty();
        return Verdict.no(
                "user " + who.name() + " may not enable " + String.join(", ", lacking) + " in " + file,
                BaseChecks.handOver(base));
    }

    /** The limits of each group count everything below it. */
    Optional<Verdict> full() {
        List<Path> way = base.way();
        for (int i = way.size() - 1, level = 1; i >= 0; i--, level++) {
            Path group = way.get(i);
            if (level > Base.number(group, "cgroup.max.depth", "", Long.MAX_VALUE)) {
                return full(group.resolve("cgroup.max.depth"), "as deep");
            }
            long most = Base.number(group, "cgroup.max.descendants", "", Long.MAX_VALUE);
            if (Base.number(group, "cgroup.stat", "nr_descendants ", 0) >= most) {
                return full(group.resolve("cgroup.max.descendants"), "as many");
            }
        }
        return Optional.empty();
    }

    private Optional<Verdict> full(Path file, String how) {
        return Verdict.no("there are groups " + how + " as " + file + " allows", who.echo("max", file));
    }
}
