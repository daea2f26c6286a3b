package io.muontrap.internal.proc;

import java.io.IOException;
import java.util.Optional;

/** What a census asks of the kernel; the tests ask a model of it instead. */
interface Proc {

    /** This JVM's number. */
    int self() throws IOException;

    /** The numbers of all processes, in any order; those born or ended meanwhile may be among them or not. */
    int[] pids() throws IOException;

    /** One process now; empty when it is gone, or hidden from us. */
    Optional<Entry> read(int pid) throws IOException;

    Mark mark() throws IOException;

    /** How many different numbers there are. */
    int numbers() throws IOException;

    /** More numbers than these are not given out in one tick, on a machine like this. */
    int numbersPerTick() throws IOException;
}
