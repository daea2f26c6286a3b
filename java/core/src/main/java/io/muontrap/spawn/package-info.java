/**
 * The low-level layer, for authors of other launchers: one process, its descriptors, its status.
 *
 * <p>{@link io.muontrap.spawn.Spawner} starts what a {@link io.muontrap.spawn.SpawnSpec} says and returns a
 * {@link io.muontrap.spawn.Child}, which can be waited for without any thread of ours, by its own descriptor. Descriptors
 * for it come from {@link io.muontrap.spawn.Fd}. There is no PATH lookup, no output handling and no timeout here; programs
 * are absolute paths, words are text or bytes.
 *
 * <p>The value types serve the upper layers too: {@link io.muontrap.spawn.Signal},
 * {@link io.muontrap.spawn.ExitStatus}, {@link io.muontrap.spawn.StopPolicy}, {@link io.muontrap.spawn.Usage}. A refused
 * start is a {@link io.muontrap.spawn.SpawnException} that names its {@link io.muontrap.spawn.Step}.
 */
package io.muontrap.spawn;
