package io.muontrap.internal.jni;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.testing.ChildJvm;
import io.muontrap.testing.Leftovers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** TRAPS 17: what the probe finds, and that each of it can be taken away for a test of the way around. */
@Tag("trap-17")
@Tag("host")
class ProbeTest {

    private static final int[] BITS = {
        NativeHost.VFORK,
        NativeHost.PIDFD,
        NativeHost.CLONE3,
        NativeHost.CLOSE_RANGE,
        NativeHost.INTO_CGROUP,
        NativeHost.SIGNAL_GROUP,
        NativeHost.EXIT_INFO
    };

    @Test
    void probingChangesNothing() throws Exception {
        Library.load();
        int first = NativeHost.probe();
        Leftovers before = Leftovers.before();
        for (int i = 0; i < 50; i++) {
            assertThat(NativeHost.probe()).isEqualTo(first);
        }
        before.assertNone();
        for (int bit : BITS) {
            assertThat(Probe.has(bit)).as("bit %d", bit).isEqualTo((first & bit) != 0);
        }
        assertThat(Probe.has(NativeHost.VFORK | NativeHost.PIDFD)).isTrue();
        assertThat(Probe.disabled("clone3")).isFalse();
    }

    static void onlyWhatCannotBeTakenAwayIsLeft() {
        for (int bit : BITS) {
            boolean needed = bit == NativeHost.VFORK || bit == NativeHost.PIDFD;
            assertThat(Probe.has(bit)).as("bit %d", bit).isEqualTo(needed);
        }
        assertThat(Probe.disabled("close_range")).isTrue();
        assertThat(Probe.disabled("close")).isFalse();
    }

    static void cloneIntoCgroupGoesWithClone3() {
        assertThat(Probe.has(NativeHost.CLONE3)).isFalse();
        assertThat(Probe.has(NativeHost.INTO_CGROUP)).isFalse();
        assertThat(Probe.has(NativeHost.CLOSE_RANGE)).isEqualTo((NativeHost.probe() & NativeHost.CLOSE_RANGE) != 0);
    }

    @Test
    @Tag("jvm")
    void whatThePropertyNamesIsGone() throws Exception {
        ChildJvm.plain()
                .options("-Dmuontrap.disable=clone3, close_range ,signal_group,exit_info")
                .passes(ProbeTest.class, "onlyWhatCannotBeTakenAwayIsLeft");
        ChildJvm.plain().options("-Dmuontrap.disable=clone3").passes(ProbeTest.class, "cloneIntoCgroupGoesWithClone3");
    }
}
