package io.muontrap.internal.proc;

/**
 * A process that outlived everything that was sent to it, and what is known of why.
 *
 * @param state the letter of proc(5): D hangs in the kernel, where no signal reaches it
 * @param wchan the kernel function that it sleeps in, empty when that cannot be told
 * @param name command line, or short name in brackets
 */
public record Survivor(int pid, char state, String wchan, String name) {

    /** As in {@code 4711 (sleep 600) state S in hrtimer_nanosleep}. */
    @Override
    public String toString() {
        return pid + " (" + name + ") state " + state + (wchan.isEmpty() ? "" : " in " + wchan);
    }
}
