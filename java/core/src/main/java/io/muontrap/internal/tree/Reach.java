package io.muontrap.internal.tree;

import io.muontrap.internal.lifecycle.Reason;
import java.util.List;

/**
 * How the processes of one tree are reached: one implementation for each containment. On the reactor's thread only.
 * Whenever nothing but perhaps the leader is left, it says so by the callback that it was made with.
 */
interface Reach extends AutoCloseable {

    /**
     * Take note of who belongs to the tree while the leader, by whom they are found, still lives.
     *
     * @param sinceNanos when this was asked for: what lived then must not be missed
     */
    void look(long sinceNanos);

    /** To the leader, then CONT. */
    void signalLeader(int signal);

    /** To all of it, then CONT: a signal that somebody wants to send. */
    void signalTree(int signal);

    /** The same as a rung of the ladder: who gets it is one that had to be ended. */
    void stopTree(int signal);

    /** SIGKILL to all of it until it is empty. */
    void kill(long sinceNanos);

    /** The leader is a zombie: reap it and signal what is left. */
    void reapAndSignalRest(int signal);

    /** The leader is a zombie: reap it and kill what is left. */
    void reapAndKillRest();

    /** Who was alive when it was last looked, the leader not among them. */
    List<Integer> living();

    /** Who had to be ended besides the leader. */
    List<String> killedWith();

    /** Why the leader, a zombie by now, has ended, where that is known better than by its status; null else. */
    default Reason reasonOfEnd() {
        return null;
    }

    /** Lets go of every descriptor and timer. */
    @Override
    void close();
}
