package io.muontrap.examples;

import io.muontrap.*;
import io.muontrap.cgroup.*;
import io.muontrap.spawn.*;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The public face in use. Core's tests hold this file unchanged but for a package line; it compiles with release 17. */
class Examples {

    /** Run, collect, look at the status. A non-zero exit is not an exception; orThrow() makes it one. */
    void run() throws IOException, InterruptedException {
        Result r = Command.of("tar", "cf", "-", "/etc").timeout(Duration.ofSeconds(10)).run();
        ExitStatus s = r.status(); // Exited(code) | Signaled(signal, coreDumped) | Unknown(why)
        Cause c = r.cause(); // SELF, STOP_ASKED, TIMEOUT, OOM ...
        Usage u = r.usage(); // wall, user, system, peak memory, processes killed with it
        String text = r.stdout();
        byte[] bytes = r.stdoutBytes();
        boolean cut = r.truncated();
        r.orThrow();
    }

    /** Stream while it runs; leaving the block ends the whole tree, and returns when it is dead. */
    void stream() throws IOException, InterruptedException {
        try (ContainedProcess p = Command.of("ping", "-i", "5", "localhost")
                .stdout(Output.lines(System.out::println))
                .start()) {
            p.waitFor(30, TimeUnit.SECONDS);
        }
    }

    /** Limits, another user, an own stop policy; limits change while it runs. */
    void contain() throws IOException, InterruptedException {
        try (ContainedProcess p = Command.of("myprogram", "myargs")
                .cgroup(CgroupSpec.at("mycgroup/test").cpuQuota(0.5).memoryMax(256L << 20).swapMax(0).pidsMax(64))
                .user("nobody")
                .stopPolicy(StopPolicy.termThenKill(Duration.ofMillis(500)))
                .start()) {
            p.cgroup().orElseThrow().set("pids.max", "32");
            Result r = p.stop();
        }
    }

    /** One line from ProcessBuilder; the result is a java.lang.Process. */
    Process migrate(File dir) throws IOException {
        return Command.from(new ProcessBuilder("make", "-j4").directory(dir)).start();
    }

    /** Many under one deadline: stopped in parallel when the block is left. */
    void scope(byte[] job) throws IOException {
        try (ProcessScope scope = ProcessScope.open()) {
            scope.start(Command.of("server"));
            CompletableFuture<Result> work = scope.start(
                            Command.of("worker").stdin(Input.bytes(job)).stdout(Output.capture()))
                    .result();
        }
    }

    /** The low-level layer, for authors of other launchers: no output handling; only the spawner thread runs. */
    void lowLevel() throws IOException, InterruptedException {
        Fd.Pipe pipe = Fd.pipe();
        try (Child c = Spawner.system()
                .spawn(SpawnSpec.of("/usr/bin/env").env(Map.of("A", "1")).stdout(pipe.write()))) {
            pipe.write().close();
            c.signal(Signal.TERM);
            ExitStatus s = c.await(); // or poll(), or your own epoll on pidfd(); exit() and stop(policy) start the reactor
        }
    }

    /** What holds on this host, and what to do about what does not. */
    void host() {
        HostReport report = HostReport.probe();
        if (!report.has(Feature.CLONE_INTO_CGROUP)) System.out.println(report.why(Feature.CLONE_INTO_CGROUP));
        report.print(System.out);
    }
}
