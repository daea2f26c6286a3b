/**
 * Programs as contained process trees.
 *
 * <p>{@link io.muontrap.Command} says what to run. {@link io.muontrap.Command#run} runs it to its end and returns a
 * {@link io.muontrap.Result}; {@link io.muontrap.Command#start} returns a {@link io.muontrap.ContainedProcess}, a whole
 * {@link java.lang.Process} that ends its tree when it is closed:
 *
 * <pre>{@code
 * Result r = Command.of("tar", "cf", "-", "/etc").timeout(Duration.ofSeconds(10)).run().orThrow();
 *
 * try (ContainedProcess p = Command.of("ping", "localhost").stdout(Output.lines(System.out::println)).start()) {
 *     p.waitFor(30, TimeUnit.SECONDS);
 * } // the program and everything that it started is dead here
 * }</pre>
 *
 * <p>Words used the same everywhere. The <i>leader</i> is the process that was started, its <i>tree</i> that process and all
 * its descendants. The <i>owner</i> is who holds the tree: leaving the block ends it, collecting the handle as garbage does
 * not, and with the JVM, however that ends, the leader dies at once. <i>Containment</i> is what finds the tree's members when it has to end.
 *
 * <p>One moment: a process counts as ended, for {@code waitFor}, {@code onExit}, {@code isAlive}, {@code exitValue} and
 * {@code result} alike, when the leader is reaped, the rest of the tree is dead and the consumers of its output are served.
 *
 * <p>Threads: everything here may be used from any thread, virtual ones too; waiting never holds a monitor. Consumers run
 * on the command's executor, never on the library's own threads.
 *
 * <p>Errors: what is wrong by itself is an {@link java.lang.IllegalArgumentException} where it is said; what the host refuses
 * is a {@link io.muontrap.spawn.SpawnException} at the start, which leaves nothing behind; what a program does is in its
 * {@link io.muontrap.Result}.
 */
package io.muontrap;
