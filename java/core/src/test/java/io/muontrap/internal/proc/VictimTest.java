package io.muontrap.internal.proc;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeEpoll;
import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("host")
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
    void isNotGoneWhenOnlyItsFirstThreadEnded() throws Exception {
        try (Helper helper = Helper.start(Target.PATH, "first-thread-ends", "ready", "sleep", "forever")) {
            assertThat(helper.line()).isEqualTo("ready");
            Victim victim = helper.hold(helper.pid());
            Procs.await("zombie", Duration.ofSeconds(60), () -> Procs.state(victim.pid()) == 'Z');
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
