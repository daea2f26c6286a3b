package io.muontrap.internal.proc;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeEpoll;
import io.muontrap.internal.jni.NativeFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VictimTest {

    private static final int KILL = 9;
    private static final int PATIENCE = 30_000;

    private static void awaitEnd(Victim victim) {
        assertThat(NativeFiles.poll(victim.pidfd(), NativeEpoll.IN, PATIENCE) & NativeEpoll.IN)
                .as("%s ended", victim)
                .isNotZero();
    }

    @Test
    void isSignalledAndThenGone() throws Exception {
        try (Helper helper = Helper.start("cat")) {
            Victim victim = helper.hold(helper.pid());
            assertThat(victim.isGone()).isFalse();
            assertThat(victim.signal(0)).isZero();
            assertThat(victim.signal(KILL)).isZero();
            assertThat(helper.process.waitFor()).isEqualTo(128 + KILL);
            assertThat(victim.isGone()).isTrue();
            assertThat(victim.signal(KILL)).isEqualTo(-Errno.ESRCH);
        }
    }

    /** A parent that reaps late, as PID 1 of many containers: kill(pid, 0) would say alive for ever. */
    @Test
    void isGoneThoughNobodyReapsIt() throws Exception {
        try (Helper helper = Helper.start("sh", "-c", "exec 3<&0; cat <&3 & echo $!; exec sleep 60")) {
            Victim cat = helper.hold(Integer.parseInt(helper.line()));
            helper.process.getOutputStream().close();
            awaitEnd(cat);
            assertThat(cat.isGone()).isTrue();
            assertThat(ProcFiles.entry(cat.pid()).orElseThrow().dead()).isTrue();
            assertThat(ProcFiles.name(cat.pid())).isEqualTo("[cat]");
            cat.close();
            assertThat(cat.isGone()).as("without its pidfd, by its state").isTrue();
            assertThat(cat.signal(KILL)).isEqualTo(-Errno.EBADF);
        }
    }

    @Test
    void isNotGoneWhenOnlyItsFirstThreadEnded(@TempDir Path directory) throws Exception {
        Path program = Helper.compile(directory, """
                #include <pthread.h>
                #include <stdio.h>
                #include <string.h>
                #include <unistd.h>
                static void *second(void *first) {
                  pthread_join(*(pthread_t *)first, 0);
                  puts("first ended");
                  fflush(stdout);
                  return (void *)(long)pause();
                }
                int main(void) {
                  static pthread_t first, other;
                  first = pthread_self();
                  pthread_create(&other, 0, second, &first);
                  pthread_exit(0);
                }
                """);
        try (Helper helper = Helper.start(program.toString())) {
            assertThat(helper.line()).isEqualTo("first ended");
            Victim victim = helper.hold(helper.pid());
            assertThat(ProcFiles.state(victim.pid())).isEqualTo('Z');
            assertThat(victim.isGone()).isFalse();
            victim.signal(KILL);
            awaitEnd(victim);
            assertThat(victim.isGone()).isTrue();
        }
    }

    @Test
    void anotherProcessOfTheNumberIsNoVictim() throws Exception {
        try (Helper helper = Helper.start("cat")) {
            Entry now = ProcFiles.entry(helper.pid()).orElseThrow();
            Entry before = new Entry(now.pid(), 1, 1, 1, 'S', 1, now.startTime() - 1);
            int descriptors = descriptors();
            for (int i = 0; i < 200; i++) assertThat(Victim.open(before)).isEmpty();
            assertThat(descriptors()).as("descriptors").isLessThan(descriptors + 100);
        }
    }

    private static int descriptors() {
        return new File("/proc/self/fd").list().length;
    }

    @Test
    void whatIsGoneIsNoVictim() throws Exception {
        Entry entry;
        try (Helper helper = Helper.start("cat")) {
            entry = ProcFiles.entry(helper.pid()).orElseThrow();
        }
        assertThat(Victim.open(entry)).isEmpty();
    }

    @Test
    void aThreadIsNoVictim() throws IOException {
        for (String thread : new File("/proc/self/task").list()) {
            Entry entry = new Entry(Integer.parseInt(thread), 1, 1, 1, 'S', 1, 1);
            assertThat(Victim.open(entry)).isEmpty();
        }
    }

    @Test
    void neitherInitNorThisJvmNorAGroupIsAVictim() throws IOException {
        int self = (int) ProcessHandle.current().pid();
        Entry jvm = ProcFiles.entry(self).orElseThrow();
        assertThat(Victim.open(jvm)).isEmpty();
        for (int pid : new int[] {1, 0, -1, -self}) {
            long start = ProcFiles.startTime(Math.max(1, pid));
            assertThat(Victim.open(new Entry(pid, 0, 0, 0, 'S', 1, start))).isEmpty();
        }
    }
}
