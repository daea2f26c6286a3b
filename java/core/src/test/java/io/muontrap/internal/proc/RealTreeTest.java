package io.muontrap.internal.proc;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.NativeEpoll;
import io.muontrap.internal.jni.NativeFiles;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Fifteen processes, seven of which are in two sessions whose makers ended after they had been seen. */
@Tag("host")
class RealTreeTest {

    private static final int KILL = 9;
    private static final int PATIENCE = 30_000;

    private static final String FIFTEEN = """
            exec 3<&0
            s() { sleep 60 & }
            s; s; s
            ( s; s; s; echo ready; wait ) &
            setsid sh -c 'sleep 60 & sleep 60 & sleep 60 & echo ready; read x <&3' & a=$!
            setsid sh -c '( sleep 60 & sleep 60 & sleep 60 & echo ready; wait ) & read x <&3' & b=$!
            wait $a $b
            echo orphaned
            read x
            """;

    @Test
    void rememberedSessionsReachWhatParentsDoNot() throws Exception {
        try (Helper helper = Helper.start("setsid", "sh", "-c", FIFTEEN)) {
            Members members = new Members(
                    helper.pid(), ProcFiles.entry(helper.pid()).orElseThrow().startTime());
            for (int i = 0; i < 3; i++) assertThat(helper.line()).isEqualTo("ready");
            helper.hold(members.update(Census.take(), true));
            assertThat(helper.held()).hasSize(16);
            Census seen = Census.take();
            for (Entry maker : seen.children(helper.pid())) {
                if (maker.session() == maker.pid()) {
                    Victim victim = helper.hold(maker.pid());
                    victim.signal(KILL);
                }
            }
            assertThat(helper.line()).isEqualTo("orphaned");
            Census census = Census.take();
            assertThat(byParentAlone(census, helper.pid())).hasSize(8);
            Set<Entry> rest = members.update(census, true);
            assertThat(rest).hasSize(14).noneMatch(e -> e.pid() == helper.pid());

            helper.process.destroyForcibly().waitFor();
            assertThat(members.update(Census.take(), false)).hasSize(14);
            for (Victim victim : helper.held()) victim.signal(KILL);
            for (Victim victim : helper.held()) {
                assertThat(NativeFiles.poll(victim.pidfd(), NativeEpoll.IN, PATIENCE) & NativeEpoll.IN)
                        .isNotZero();
            }
            assertThat(members.update(Census.take(), false)).isEmpty();
            assertThat(members.update(Census.take(), false)).isEmpty();
        }
    }

    private static Set<Integer> byParentAlone(Census census, int leader) {
        Set<Integer> reached = new HashSet<>(Set.of(leader));
        Queue<Integer> unvisited = new ArrayDeque<>(reached);
        for (Integer pid = unvisited.poll(); pid != null; pid = unvisited.poll()) {
            for (Entry child : census.children(pid)) {
                if (reached.add(child.pid())) unvisited.add(child.pid());
            }
        }
        return reached;
    }
}
