package io.muontrap.internal.proc;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.testing.Jvm;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("host")
class CensusTest {

    private static final int SELF = (int) ProcessHandle.current().pid();

    @Test
    void seesThisJvmAndItsParent() throws IOException {
        Census census = Census.take();
        Entry jvm = census.entry(SELF).orElseThrow();
        assertThat(census.self()).isEqualTo(SELF);
        Optional<ProcessHandle> parent = ProcessHandle.current().parent(); // PID 1 of a container has none
        assertThat(jvm.ppid()).isEqualTo(parent.map(p -> (int) p.pid()).orElse(0));
        assertThat(jvm.dead()).isFalse();
        assertThat(jvm.threads()).isGreaterThan(3);
        assertThat(census.children(jvm.ppid())).contains(jvm);
        assertThat(census.group(jvm.pgrp())).contains(jvm);
        assertThat(census.session(jvm.session())).contains(jvm);
        assertThat(census.old(jvm)).isTrue();
    }

    @Test
    void seesAProcessFromItsStartToItsEnd() throws Exception {
        Mark before = Mark.now();
        Process cat = new ProcessBuilder("cat").start();
        Census during;
        try {
            during = Census.take();
        } finally {
            cat.destroyForcibly().waitFor();
        }
        Entry entry = during.entry((int) cat.pid()).orElseThrow();
        assertThat(entry.ppid()).isEqualTo(SELF);
        assertThat(entry.startTime()).isBetween(before.ticks(), Mark.now().ticks());
        assertThat(during.keptSince(before, entry.pid()))
                .as("its number was given out since")
                .isFalse();
        assertThat(during.kept(SELF)).isTrue();
        assertThat(Census.take().entry(entry.pid())).isEmpty();
    }

    @Test
    void aProcessThatVanishesIsNoError() throws IOException {
        assertThat(new HostProc().read(Integer.MAX_VALUE)).isEmpty();
        assertThat(ProcFiles.entry(0)).isEmpty();
        assertThat(ProcFiles.entry(-1)).isEmpty();
    }

    /** The other answer, that everything is gone, would end the waiting for a tree that lives. */
    @Test
    @Tag("jvm")
    void withoutDescriptorsNothingIsSaidToBeGone() throws Exception {
        List<String> line = new ArrayList<>(List.of("sh", "-c", "ulimit -n 40 && exec \"$@\"", "sh"));
        line.addAll(Jvm.commandLine(WithoutDescriptors.class, List.of("-XX:-MaxFDLimit")));
        Process jvm = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jvm.waitFor()).as(said).isZero();
        assertThat(said.lines()).containsExactly("read refused", "census refused", "living again");
    }

    static final class WithoutDescriptors {
        public static void main(String[] args) throws IOException {
            HostProc proc = new HostProc();
            proc.read(proc.self());
            Census.take();
            List<FileInputStream> all = new ArrayList<>();
            boolean more = true;
            while (more) {
                try {
                    all.add(new FileInputStream("/dev/null"));
                } catch (IOException full) {
                    more = false;
                }
            }
            String first = refused(() -> proc.read(proc.self()));
            String second = refused(Census::take);
            for (FileInputStream in : all) in.close();
            System.out.println("read " + first + "\ncensus " + second);
            System.out.println(proc.read(proc.self()).map(e -> "living again").orElse("gone"));
        }

        private static String refused(Callable<?> question) {
            try {
                return "said " + question.call();
            } catch (IOException e) {
                return "refused";
            } catch (Exception e) {
                return "failed: " + e;
            }
        }
    }

    @Test
    void numbersGivenOutInBetweenAreNotKept() throws IOException {
        assertThat(spanning(mark(5, 400), mark(5, 410)).kept(400)).isTrue();
        assertThat(spanning(mark(5, 400), mark(5, 410)).kept(401)).isFalse();
        assertThat(spanning(mark(5, 400), mark(5, 410)).kept(410)).isFalse();
        assertThat(spanning(mark(5, 400), mark(5, 410)).kept(411)).isTrue();
        assertThat(spanning(mark(5, 400), mark(5, 400)).kept(400)).isTrue();
    }

    @Test
    void numbersGivenOutAroundTheTopAreNotKept() throws IOException {
        Census census = spanning(mark(5, 1290), mark(5, 302));
        assertThat(census.kept(1290)).isTrue();
        assertThat(census.kept(1291)).isFalse();
        assertThat(census.kept(300)).isFalse();
        assertThat(census.kept(302)).isFalse();
        assertThat(census.kept(303)).isTrue();
    }

    @Test
    void nothingIsKeptWhenAllNumbersMayHaveBeenGivenOut() throws IOException {
        // 1000 numbers, 100 tasks, 10 processes at most: 880 free, 88 ticks of 10
        assertThat(spanning(mark(5, 400), mark(92, 410)).kept(999)).isTrue();
        assertThat(spanning(mark(5, 400), mark(93, 410)).kept(999)).isFalse();
        assertThat(spanning(new Mark(5, 400, 969, 0), mark(5, 400)).kept(999)).isTrue();
        assertThat(spanning(new Mark(5, 400, 971, 0), mark(5, 400)).kept(999)).isFalse();
    }

    @Test
    void whatWasMadeWithinTheFirstTickIsNotOld() throws IOException {
        Census census = spanning(mark(5, 400), mark(6, 410));
        assertThat(census.old(new Entry(4, 1, 1, 1, 'S', 1, 4))).isTrue();
        assertThat(census.old(new Entry(5, 1, 1, 1, 'S', 1, 5))).isFalse();
    }

    private static Mark mark(long ticks, int cursor) {
        return new Mark(ticks, cursor, 100, 100);
    }

    private static Census spanning(Mark began, Mark ended) throws IOException {
        Entry[] ten = new Entry[10];
        for (int pid = 1; pid <= ten.length; pid++) ten[pid - 1] = new Entry(pid, 1, 1, 1, 'S', 1, pid);
        return Census.take(new ScriptedProc(2, began, ended, ten));
    }
}
