package io.muontrap;

import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.spawn.Signal;
import io.muontrap.testing.Procs;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The JVM that {@link OwnerDeathTest} kills: {@code MODE WORD [BASE]}; everything that it starts has WORD as argument 0. */
final class OwnerHarness {

    private OwnerHarness() {}

    public static void main(String[] args) throws Exception {
        String word = args[1];
        switch (args[0]) {
            case "churn" -> churn(word);
            case "tree" -> tree(word);
            case "stopped" -> stopped(word);
            case "groups" -> groups(word, args[2]);
            case "fixed" ->
                say(Long.toString(Command.of(Target.PATH, "with-daemon", "sleep", "600", "--", "sleep", "600")
                        .arg0(word)
                        .cgroup(CgroupSpec.at(args[2]))
                        .start()
                        .pid()));
            default -> throw new IllegalArgumentException(args[0]);
        }
        Thread.sleep(Duration.ofMinutes(5).toMillis()); // killed meanwhile; if not, it does not stay for ever
    }

    private static Command plain(String word, String... verb) {
        return Command.of(Target.PATH, verb).arg0(word).stdout(Output.discard()).stderr(Output.discard());
    }

    /** Some leaders stay, others come and go: the kill meets each of their stages. */
    private static void churn(String word) throws IOException {
        for (int i = 0; i < 3; i++) {
            plain(word, "sleep", "600").start();
        }
        for (int t = 0; t < 2; t++) {
            Thread thread = new Thread(() -> {
                try {
                    while (true) {
                        plain(word, "sleep", "600").start().destroyForcibly().waitFor();
                    }
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        say("up");
    }

    private static void tree(String word) throws IOException {
        ContainedProcess p = plain(word, "tree15").stdout(Output.pipe()).start();
        List<Integer> pids = Target.pidsUntilReady(p.getInputStream());
        say(p.pid() + " " + pids.size());
    }

    /** Two trees of many sessions in groups below a base; what an owner before this one has left there is swept first. */
    private static void groups(String word, String base) throws IOException {
        StringBuilder pids = new StringBuilder();
        for (int i = 0; i < 2; i++) {
            ContainedProcess p = plain(word, "tree15")
                    .stdout(Output.pipe())
                    .cgroup(CgroupSpec.under(base))
                    .start();
            Target.pidsUntilReady(p.getInputStream())
                    .forEach(pid -> pids.append(pid).append(' '));
        }
        say(pids.toString().trim());
    }

    private static void stopped(String word) throws IOException {
        ContainedProcess p = plain(word, "sleep", "600").start();
        p.signal(Signal.STOP);
        Procs.await("stopped", Duration.ofSeconds(60), () -> Procs.state((int) p.pid()) == 'T');
        say(p.pid() + " stopped");
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
