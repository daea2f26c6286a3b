package io.muontrap.spawn;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What a process used, and what had to be ended with it.
 *
 * <p>The processor times and the peak are the kernel's for the leader and those of its children that it waited for
 * (rusage of {@code wait4}); descendants that were killed with it are not in them.
 *
 * @param wall from the start to the leader's end
 * @param user processor time in programs; zero where the status was lost
 * @param system processor time in the kernel; zero where the status was lost
 * @param peakMemory the greatest resident set of any one of these processes, in bytes. Empty where it is not known: a
 *     child that shares the JVM's memory until its exec inherits the JVM's own peak there (the kernel carries it over in
 *     {@code exec_mmap}), so a value that does not exceed the JVM's says only that the program's is not greater
 * @param peakMemoryAtMost an upper bound of the peak in bytes, the peak itself where that is known; 0 where nothing is
 *     known
 * @param killedWith the other processes of the tree that had to be ended with it, by SIGKILL or by a softer signal of its
 *     stop policy, each by its command line with blanks between the arguments, else by its name in brackets
 */
public record Usage(
        Duration wall,
        Duration user,
        Duration system,
        OptionalLong peakMemory,
        long peakMemoryAtMost,
        List<String> killedWith) {

    public Usage {
        Objects.requireNonNull(wall, "wall");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(system, "system");
        Objects.requireNonNull(peakMemory, "peakMemory");
        killedWith = List.copyOf(killedWith);
    }
}
