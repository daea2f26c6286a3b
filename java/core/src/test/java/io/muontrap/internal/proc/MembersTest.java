package io.muontrap.internal.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.internal.proc.ModelKernel.Process;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One story each, played on the model's kernel; the properties play all the others. */
class MembersTest {

    private static final int LONG = 1_000_000;

    private final ModelKernel kernel = new ModelKernel(new Random(1), 5000, 10, 100);

    private Members start(boolean ownSession) {
        kernel.startLeader(ownSession);
        return new Members(kernel.leader.pid, kernel.leader.start);
    }

    private Process fork(Process parent) {
        return kernel.fork(parent).orElseThrow();
    }

    private void end(Process p) {
        kernel.exit(p);
        kernel.reap(p);
    }

    private List<Integer> look(Members members) throws IOException {
        return members.update(Census.take(kernel), kernel.held()).stream()
                .map(Entry::pid)
                .sorted()
                .toList();
    }

    @Test
    void followsParents() throws IOException {
        Members members = start(true);
        Process child = fork(kernel.leader);
        Process grandchild = fork(child);
        assertThat(look(members)).containsExactly(child.pid, grandchild.pid);
    }

    @Test
    void findsOrphansInARememberedSession() throws IOException {
        Members members = start(true);
        Process daemon = fork(kernel.leader);
        kernel.setsid(daemon);
        Process worker = fork(daemon);
        look(members);
        end(daemon);
        Process another = fork(worker);
        assertThat(look(members)).containsExactly(worker.pid, another.pid);
        end(worker);
        end(kernel.leader);
        assertThat(look(members)).containsExactly(another.pid);
    }

    @Test
    void findsASessionOfWhichEverythingButTheNumberIsNew() throws IOException {
        Members members = start(true);
        Process daemon = fork(kernel.leader);
        kernel.setsid(daemon);
        Process worker = fork(daemon);
        kernel.setpgid(worker, worker);
        look(members);
        end(daemon);
        look(members);
        Process another = fork(worker);
        kernel.setpgid(another, another);
        end(worker);
        assertThat(look(members)).containsExactly(another.pid);
    }

    @Test
    void vouchesForTheLeadersSessionFromEachCensusAnew() throws IOException {
        Members members = start(true);
        Process orphan = fork(kernel.leader);
        kernel.tick(5);
        members.leaderReaped(kernel.mark());
        end(kernel.leader);
        look(members);
        kernel.tick(LONG);
        look(members);
        Process young = fork(orphan);
        end(orphan);
        assertThat(look(members)).containsExactly(young.pid);
    }

    @Test
    void findsTheSessionMadeByAMemberAfterItWasLastSeen() throws IOException {
        Members members = start(true);
        Process daemon = fork(kernel.leader);
        look(members);
        kernel.setsid(daemon);
        Process worker = fork(daemon);
        end(daemon);
        assertThat(look(members)).containsExactly(worker.pid);
    }

    @Test
    void missesTheDaemonWhoseIntermediateWasNeverSeen() throws IOException {
        Members members = start(true);
        look(members);
        Process intermediate = fork(kernel.leader);
        kernel.setsid(intermediate);
        Process daemon = fork(intermediate);
        end(intermediate);
        assertThat(look(members)).doesNotContain(daemon.pid);
    }

    @Test
    void findsOrphansOfALeaderNeverLookedAt() throws IOException {
        Members members = start(true);
        Process orphan = fork(kernel.leader);
        kernel.tick(LONG);
        Process late = fork(kernel.leader);
        members.leaderReaped(kernel.mark());
        end(kernel.leader);
        end(orphan);
        assertThat(look(members)).containsExactly(late.pid);
    }

    @Test
    void anOrphanOlderThanTheReapingVouchesForTheLeadersSession() throws IOException {
        Members members = start(true);
        Process orphan = fork(kernel.leader);
        kernel.tick(5);
        members.leaderReaped(kernel.mark());
        end(kernel.leader);
        kernel.tick(LONG);
        Process young = fork(orphan);
        assertThat(look(members)).containsExactly(orphan.pid, young.pid);
    }

    @Test
    void doesNotVouchForASessionThatNobodyWatched() throws IOException {
        Members members = start(true);
        kernel.tick(LONG);
        Process late = fork(kernel.leader);
        end(kernel.leader);
        kernel.tick(LONG);
        assertThat(look(members)).doesNotContain(late.pid);
    }

    @Test
    void anOldWitnessVouchesForASession() throws IOException {
        Members members = start(true);
        Process daemon = fork(kernel.leader);
        kernel.setsid(daemon);
        Process worker = fork(daemon);
        kernel.tick(5);
        look(members);
        end(daemon);
        kernel.tick(LONG);
        Process young = fork(worker);
        assertThat(look(members)).containsExactly(worker.pid, young.pid);
    }

    @Test
    void forgetsASessionWhoseNumberMayHaveComeBack() throws IOException {
        Members members = start(true);
        Process daemon = fork(kernel.leader);
        kernel.setsid(daemon);
        look(members);
        kernel.tick(LONG);
        Process young = fork(daemon);
        end(daemon);
        assertThat(look(members)).doesNotContain(young.pid);
    }

    @Test
    void takesNobodyFromTheSessionOfThisJvm() throws IOException {
        Members members = start(false);
        Process child = fork(kernel.leader);
        Process brother = fork(kernel.jvm);
        fork(brother);
        assertThat(look(members)).containsExactly(child.pid);
        kernel.setpgid(child, child);
        kernel.setpgid(brother, brother);
        Process helper = fork(child);
        kernel.setpgid(child, brother);
        assertThat(look(members)).containsExactly(child.pid, helper.pid);
    }

    @Test
    void findsOrphansInAGroupWhereThereIsNoSession() throws IOException {
        Members members = start(false);
        Process job = fork(kernel.leader);
        kernel.setpgid(job, job);
        Process helper = fork(job);
        look(members);
        end(job);
        end(kernel.leader);
        assertThat(look(members)).containsExactly(helper.pid);
    }

    @Test
    void doesNotFollowWhoCameToTheLeadersNumber() throws IOException {
        Members members = start(true);
        look(members);
        end(kernel.leader);
        Process stranger = fork(kernel.jvm);
        while (stranger.pid != kernel.leader.pid) {
            end(stranger);
            stranger = fork(kernel.jvm);
        }
        fork(stranger);
        Census census = Census.take(kernel);
        assertThat(members.update(census, false)).isEmpty();
        // Other code in the JVM reaped it, and the caller does not know.
        assertThat(members.update(census, true)).isEmpty();
    }

    @Test
    void keepsTheDeadApart() throws IOException {
        Members members = start(true);
        Process child = fork(kernel.leader);
        Process other = fork(kernel.leader);
        kernel.exit(child);
        kernel.exit(kernel.leader);
        assertThat(look(members)).containsExactly(other.pid);
        assertThat(members.dead()).extracting(Entry::pid).containsExactly(child.pid);
    }

    @Test
    void learnsTheLeadersStart() throws IOException {
        kernel.startLeader(true);
        Members members = new Members(kernel.leader.pid, Members.UNKNOWN);
        Process child = fork(kernel.leader);
        assertThat(look(members)).containsExactly(child.pid);
        kernel.exit(kernel.leader);
        assertThat(look(members)).containsExactly(child.pid);
        assertThat(members.dead()).isEmpty();
    }

    private static final Entry JVM = row(2, 1, 2, 1);
    private static final Entry LEADER = row(400, 2, 400, 10);

    private static Entry row(int pid, int ppid, int session, long start) {
        return new Entry(pid, ppid, session, session, 'S', 1, start);
    }

    private static Census walk(long ticks, int from, int to, Entry... rows) throws IOException {
        Mark began = new Mark(ticks, from, rows.length, rows.length);
        return Census.take(new ScriptedProc(2, began, new Mark(ticks + 1, to, rows.length, rows.length), rows));
    }

    /** 500 is read as the session of a worker that then ends, and as that of somebody who got the number meanwhile. */
    @Test
    void aSessionMadeAnewDuringTheWalkTakesNobodyWithIt() throws IOException {
        Entry worker = row(501, 500, 500, 12);
        Entry orphan = row(501, 1, 500, 12);
        Entry stranger = row(700, 1, 500, 5000);
        Members members = new Members(400, 10);
        assertThat(members.update(walk(20, 600, 600, JVM, LEADER, row(500, 400, 500, 11), worker), true))
                .hasSize(2);
        assertThat(members.update(walk(5000, 450, 520, JVM, LEADER, orphan, stranger), true))
                .containsExactly(orphan);
    }

    /** The same rows, but nobody can have got the number. */
    @Test
    void aSessionKeptDuringTheWalkTakesItsYoungest() throws IOException {
        Entry orphan = row(501, 1, 500, 12);
        Entry young = row(700, 1, 500, 5000);
        Members members = new Members(400, 10);
        members.update(walk(20, 600, 600, JVM, LEADER, row(500, 400, 500, 11), row(501, 500, 500, 12)), true);
        assertThat(members.update(walk(5000, 450, 460, JVM, LEADER, orphan, young), true))
                .containsExactlyInAnyOrder(orphan, young);
    }

    /** A stranger's session 510 is read, ends, and a young member makes one of the same number before it is read. */
    @Test
    void aYoungSessionTakesNobodyFromItsNumbersPast() throws IOException {
        Entry young = row(510, 400, 510, 5000);
        Entry stranger = row(300, 1, 510, 100);
        Members members = new Members(400, 10);
        assertThat(members.update(walk(5000, 450, 520, JVM, stranger, LEADER, young), true))
                .containsExactly(young);
        assertThat(members.update(walk(5003, 520, 520, JVM, LEADER, young, row(521, 1, 510, 5002)), true))
                .hasSize(2);
    }

    @Test
    void takesNoSessionFromOutsideTheNamespace() throws IOException {
        Entry child = row(500, 400, 0, 20);
        Members members = new Members(400, 10);
        assertThat(members.update(walk(30, 600, 600, JVM, LEADER, child, row(501, 0, 0, 25)), true))
                .containsExactly(child);
    }

    @Test
    void neverTakesThisJvmNorInitNorTheOlder() throws IOException {
        Entry init = row(1, 0, 400, 0);
        Entry jvm = row(2, 400, 400, 20);
        Entry older = row(3, 400, 400, 9);
        Members members = new Members(400, 10);
        assertThat(members.update(walk(30, 600, 600, init, jvm, older, LEADER), true))
                .isEmpty();
    }

    /** Somebody who will not tell his own row (hidepid) cannot tell whose session he has. */
    @Test
    void withoutThisJvmInTheCensusNoSessionIsAdopted() throws IOException {
        Entry child = row(500, 400, 77, 20);
        Members members = new Members(400, 10);
        assertThat(members.update(walk(30, 600, 600, LEADER, child, row(501, 1, 77, 25)), true))
                .containsExactly(child);
    }

    @Test
    void refusesALeaderThatIsNone() {
        for (int pid : new int[] {1, 0, -1}) {
            assertThatThrownBy(() -> new Members(pid, 5))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("leader: " + pid);
        }
    }
}
