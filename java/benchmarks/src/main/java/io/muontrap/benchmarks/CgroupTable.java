package io.muontrap.benchmarks;

import io.muontrap.Command;
import io.muontrap.ContainedProcess;
import io.muontrap.Input;
import io.muontrap.Output;
import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.spawn.Child;
import io.muontrap.spawn.Fd;
import io.muontrap.spawn.SpawnSpec;
import io.muontrap.spawn.Spawner;
import io.muontrap.spawn.StopPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Prints what a group costs a start, and what the end of a big tree in one costs beside the bare system calls. Needs root
 * and a version 2 hierarchy; the version 1 rows need that of pids. All contestants take turns.
 */
final class CgroupTable {

    private static final String PROGRAM = "/bin/true";
    private static final int TREE = 1000;
    private static final int CLOSE = 400;
    private static final int APART = 200;
    private static final int PAUSE_MILLIS = 20;

    private interface Start {
        void run() throws IOException, InterruptedException;
    }

    private final Path v2;
    private final Path v1;
    private final String name = "muontrap-bench-" + ProcessHandle.current().pid();

    CgroupTable() throws IOException {
        v2 = mount("cgroup2", "");
        v1 = mount("cgroup", "pids");
    }

    private static Path mount(String type, String option) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(" - " + type + " ") && line.endsWith(option))
                .map(line -> Path.of(line.split(" ")[4]))
                .findFirst()
                .orElse(null);
    }

    void run() throws IOException, InterruptedException {
        if (v2 == null) {
            throw new IOException("no version 2 hierarchy is mounted");
        }
        Path base2 = Files.createDirectory(v2.resolve(name));
        Path base1 = v1 == null ? null : Files.createDirectory(v1.resolve(name));
        try {
            starts(base2, base1);
            trees(base2);
        } finally {
            Files.delete(base2);
            if (base1 != null) {
                Files.delete(base1);
            }
        }
    }

    private void starts(Path base2, Path base1) throws IOException, InterruptedException {
        Path born = Files.createDirectory(base2.resolve("born"));
        Path joined1 = base1 == null ? null : Files.createDirectory(base1.resolve("joined"));
        try (Fd directory = Fd.openRead(born);
                Fd procs = Fd.openWrite(born.resolve("cgroup.procs"));
                Fd tasks = joined1 == null ? null : Fd.openWrite(joined1.resolve("tasks"));
                Fd none = Fd.openRead(Path.of("/dev/null"))) {
            SpawnSpec plain = SpawnSpec.of(PROGRAM).stdin(none).stdout(none).stderr(none);
            Map<String, Start> all = new LinkedHashMap<>();
            all.put("spawn", spawn(plain));
            all.put("spawn, born in a v2 group", spawn(plain.cgroup(directory)));
            if (tasks != null) {
                all.put("spawn, joins a v1 group (tasks)", spawn(plain.join(tasks)));
            }
            all.put("spawn, joins a v2 group (cgroup.procs)", spawn(plain.join(procs)));
            Command command = Command.of(PROGRAM)
                    .stdin(Input.empty())
                    .stdout(Output.discard())
                    .stderr(Output.discard());
            all.put("start()", start(command));
            all.put(
                    "start(), fresh v2 group",
                    start(command.cgroup(CgroupSpec.under(name).controller("hugetlb"))));
            all.put(
                    "start(), fresh group with pids.max",
                    start(command.cgroup(CgroupSpec.under(name).pidsMax(100))));
            System.out.printf("%-44s %12s %12s %12s%n", "us, p50", "back to back", "20 ms apart", "extra, apart");
            floor(born);
            Map<String, long[]> close = measured(all, CLOSE, 0);
            Map<String, long[]> apart = measured(all, APART, PAUSE_MILLIS);
            String to = "spawn";
            for (String kind : all.keySet()) {
                if (kind.equals("start()")) {
                    to = kind;
                }
                print(kind, micros(close.get(kind)), micros(apart.get(kind)), micros(apart.get(to)));
            }
        } finally {
            Files.delete(born);
            if (joined1 != null) {
                Files.delete(joined1);
            }
        }
    }

    /** What the kernel takes for it, by a C program that does nothing else. */
    private static void floor(Path born) throws IOException, InterruptedException {
        Path floor = StartTable.unpack("/cgroup_floor");
        try {
            List<Double> close = floor(floor, born, CLOSE, 0);
            List<Double> apart = floor(floor, born, APART, PAUSE_MILLIS);
            List<String> kinds =
                    List.of("C: clone3, exec", "C: born in a v2 group", "C: mkdir of a v2 group, born there");
            for (int i = 0; i < kinds.size(); i++) {
                print(kinds.get(i), close.get(i), apart.get(i), apart.get(0));
            }
        } finally {
            Files.delete(floor);
        }
    }

    private static List<Double> floor(Path floor, Path born, int count, int pauseMillis)
            throws IOException, InterruptedException {
        return Command.of(floor.toString(), PROGRAM, born.toString(), "" + count, "" + 1000 * pauseMillis)
                .run()
                .orThrow()
                .stdout()
                .lines()
                .map(line -> Double.parseDouble(line) / 1e3)
                .toList();
    }

    private static void print(String kind, double close, double apart, double to) {
        System.out.printf(Locale.ROOT, "%-44s %12.0f %12.0f %12.0f%n", kind, close, apart, apart - to);
    }

    private static double micros(long[] times) {
        return times[times.length / 2] / 1e3;
    }

    private static Map<String, long[]> measured(Map<String, Start> all, int count, int pauseMillis)
            throws IOException, InterruptedException {
        Map<String, long[]> times = new LinkedHashMap<>();
        all.keySet().forEach(kind -> times.put(kind, new long[count]));
        for (int i = -count / 4; i < count; i++) {
            for (Map.Entry<String, Start> one : all.entrySet()) {
                LockSupport.parkNanos(pauseMillis * 1_000_000L);
                one.getValue().run();
                if (i >= 0) {
                    times.get(one.getKey())[i] = took;
                }
            }
        }
        times.values().forEach(Arrays::sort);
        return times;
    }

    private static long took;

    private static Start spawn(SpawnSpec spec) {
        return () -> {
            long began = System.nanoTime();
            try (Child child = Spawner.system().spawn(spec)) {
                took = System.nanoTime() - began;
                child.await();
            }
        };
    }

    private static Start start(Command command) {
        return () -> {
            long began = System.nanoTime();
            try (ContainedProcess process = command.start()) {
                took = System.nanoTime() - began;
                process.waitFor();
            }
        };
    }

    /** From the wish to the moment at which nobody lives and the directory is gone. */
    private void trees(Path base2) throws IOException, InterruptedException {
        Path floor = StartTable.unpack("/kill_floor");
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        try {
            for (int round = 0; round < 8; round++) {
                awaitReaped();
                theirs.add(Double.parseDouble(Command.of(
                                        floor.toString(), base2.resolve("floor").toString(), "" + TREE)
                                .run()
                                .orThrow()
                                .stdout()
                                .strip())
                        / 1e3);
                awaitReaped();
                ours.add(ended(floor));
            }
        } finally {
            Files.delete(floor);
        }
        double us = median(ours);
        double floors = median(theirs);
        System.out.printf(
                Locale.ROOT,
                "%na tree of %d killed and its group removed: %.1f ms, raw cgroup.kill in C %.1f ms, ratio %.2f%n",
                TREE,
                us / 1e3,
                floors / 1e3,
                us / floors);
    }

    /** The zombies of the round before are pid 1's, which may take its time: a walk of /proc would count them to us. */
    private static void awaitReaped() {
        for (int tries = 0; tries < 200 && ProcessHandle.allProcesses().count() > TREE / 2; tries++) {
            LockSupport.parkNanos(50_000_000);
        }
    }

    private double ended(Path floor) throws IOException, InterruptedException {
        try (ContainedProcess p = Command.of(floor.toString(), "-", Integer.toString(TREE))
                .cgroup(CgroupSpec.under(name))
                .start()) {
            if (!"ready".equals(p.inputReader().readLine())) {
                throw new IOException("the tree was not made");
            }
            long began = System.nanoTime();
            p.stop(StopPolicy.kill());
            return (System.nanoTime() - began) / 1e3;
        }
    }

    private static double median(List<Double> all) {
        return all.stream().sorted().toList().get(all.size() / 2);
    }
}
