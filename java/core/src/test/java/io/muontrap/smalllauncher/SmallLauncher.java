package io.muontrap.smalllauncher;

import io.muontrap.spawn.Child;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Fd;
import io.muontrap.spawn.SpawnSpec;
import io.muontrap.spawn.Spawner;
import io.muontrap.spawn.StopPolicy;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Another launcher on the low-level layer alone: a path, its output, a time, an end. */
public final class SmallLauncher {

    public record Ended(ExitStatus status, boolean timedOut, byte[] output) {}

    private SmallLauncher() {}

    /** Runs the program with its output kept; what lives longer than the time is stopped. */
    public static Ended run(Duration timeout, String program, String... args)
            throws IOException, InterruptedException, ExecutionException {
        try (Fd.Pipe pipe = Fd.pipe();
                Fd nothing = Fd.openRead(Path.of("/dev/null"));
                // a second way to the read end, as a stream of the JDK's
                InputStream stream = new BufferedInputStream(
                        new FileInputStream("/proc/self/fd/" + pipe.read().number()))) {
            SpawnSpec spec = SpawnSpec.of(program, args)
                    .stdin(nothing)
                    .stdout(pipe.write())
                    .stderr(pipe.write());
            try (Child child = Spawner.system().spawn(spec)) {
                pipe.close(); // else the end of the output would never come
                FutureTask<byte[]> output = new FutureTask<>(stream::readAllBytes);
                new Thread(output, "output of " + program).start();
                ExitStatus status;
                boolean timedOut = false;
                try {
                    status = child.exit().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    timedOut = true;
                    status = child.stop(StopPolicy.termThenKill(Duration.ofSeconds(10)));
                }
                return new Ended(status, timedOut, output.get());
            }
        }
    }
}
