package io.muontrap.internal.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.reactor.Reactor;
import io.muontrap.testing.Capability;
import io.muontrap.testing.GroupBase;
import io.muontrap.testing.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** "Busy" is what the kernel says for a moment after the last exit: it is tried again, and not for ever (TRAPS 38). */
@Needs(Capability.CGROUPS)
@Tag("host")
@Tag("trap-38")
@Timeout(60)
class RemovalTest {

    private static Leaf leaf(GroupBase base, boolean keep) throws Exception {
        return LeafMaker.make(new Wish(Wish.Place.UNDER, base.path(), Set.of(), Map.of(), Map.of(), Map.of()), keep);
    }

    private static CountDownLatch removed(Leaf leaf) throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        Reactor reactor = Reactor.get();
        reactor.execute(() -> new Removal(leaf, reactor, gone::countDown).attempt());
        return gone;
    }

    private static Process tenant(Leaf leaf) throws Exception {
        Process tenant = new ProcessBuilder("sleep", "600").start();
        for (Path path : leaf.paths()) {
            Files.writeString(path.resolve("cgroup.procs"), Long.toString(tenant.pid()));
        }
        return tenant;
    }

    @Test
    void busyIsTriedAgainUntilItIsNot() throws Exception {
        try (GroupBase base = GroupBase.of("pids")) {
            Leaf leaf = leaf(base, false);
            Process tenant = tenant(leaf);
            CountDownLatch gone = removed(leaf);
            CountDownLatch turn = new CountDownLatch(1);
            Reactor.get().execute(turn::countDown);
            assertThat(turn.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(gone.getCount()).as("it is busy, and has been tried").isOne();
            tenant.destroyForcibly().waitFor();
            assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(base.leaves()).isEmpty();
        }
    }

    @Test
    void whatStaysBusyIsLeftToASweep() throws Exception {
        try (GroupBase base = GroupBase.of("pids")) {
            Leaf leaf = leaf(base, false);
            Process tenant = tenant(leaf);
            assertThat(removed(leaf).await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(leaf.isClosed()).isTrue();
            assertThat(base.leaves()).isNotEmpty();
            LeafMaker.sweep(new Wish(Wish.Place.UNDER, base.path(), Set.of(), Map.of(), Map.of(), Map.of()));
            assertThat(tenant.waitFor()).isEqualTo(137);
            assertThat(base.leaves()).isEmpty();
        }
    }

    @Test
    void aKeptOneWithSomebodyInItIsLeftAtOnce() throws Exception {
        try (GroupBase base = GroupBase.of("pids")) {
            Leaf leaf = leaf(base, true);
            Process tenant = tenant(leaf);
            long from = System.nanoTime();
            assertThat(removed(leaf).await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(System.nanoTime() - from).isLessThan(TimeUnit.SECONDS.toNanos(2));
            tenant.destroyForcibly().waitFor();
            LeafMaker.sweep(new Wish(Wish.Place.UNDER, base.path(), Set.of(), Map.of(), Map.of(), Map.of()));
            assertThat(base.leaves()).isEmpty();
        }
    }
}
