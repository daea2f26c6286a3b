package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Signal;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a program ended is what the handle and the result say. */
@Timeout(120)
@Tag("host")
@Tag("place")
class ExitTest {

    private static final Set<Integer> NOT_DEADLY = Set.of(
            Signal.CHLD.number(),
            Signal.CONT.number(),
            Signal.STOP.number(),
            Signal.TSTP.number(),
            Signal.TTIN.number(),
            Signal.TTOU.number(),
            Signal.URG.number(),
            Signal.WINCH.number());

    private static Command target(Object... words) {
        List<String> line = new ArrayList<>(List.of(Target.PATH));
        for (Object word : words) {
            line.add(word.toString());
        }
        return Command.of(line).stdout(Output.discard()).stderr(Output.discard());
    }

    @Test
    @Tag("scenario-10")
    @Tag("scenario-37")
    void everyExitCodeArrives() throws Exception {
        target("exit", 0).run();
        Leftovers before = Leftovers.before();
        List<ContainedProcess> all = new ArrayList<>();
        for (int code = 0; code < 256; code++) {
            all.add(target("exit", code).start());
        }
        for (int code = 0; code < 256; code++) {
            ContainedProcess process = all.get(code);
            assertThat(process.waitFor()).isEqualTo(code);
            assertThat(process.exitValue()).isEqualTo(code);
            Result result = process.result().get();
            assertThat(result.status()).isEqualTo(new ExitStatus.Exited(code));
            assertThat(result.cause()).isEqualTo(Cause.SELF);
        }
        before.assertNone();
    }

    @Test
    @Tag("scenario-37")
    void everySignalThatKillsIsToldFromAnExitCode() throws Exception {
        List<ContainedProcess> all = new ArrayList<>();
        List<Signal> deadly = new ArrayList<>();
        for (int number = 1; number <= 64; number++) {
            if (!NOT_DEADLY.contains(number)) {
                deadly.add(Signal.of(number));
                all.add(target("signal", number).start());
            }
        }
        assertThat(deadly).hasSize(56);
        for (int i = 0; i < deadly.size(); i++) {
            assertThat(all.get(i).waitFor()).isEqualTo(128 + deadly.get(i).number());
            assertThat(all.get(i).result().get().status()).isEqualTo(new ExitStatus.Signaled(deadly.get(i), false));
        }
    }

    @Test
    @Tag("scenario-11")
    void aSignalFromOutsideIsTheProgramsOwnEnd() throws Exception {
        for (Signal signal : List.of(Signal.TERM, Signal.USR1)) {
            try (ContainedProcess process = target("sleep", "forever").start()) {
                process.signal(signal);
                assertThat(process.waitFor()).isEqualTo(signal == Signal.TERM ? 143 : 138);
                assertThat(process.result().get().status()).isEqualTo(new ExitStatus.Signaled(signal, false));
                assertThat(process.result().get().cause()).isEqualTo(Cause.SELF);
                process.signal(signal); // it is gone: nothing, and nobody else is hit
            }
        }
    }

    @Test
    @Tag("scenario-50")
    void aProgramThatReadsItsInputSeesTheEndAtOnce() throws Exception {
        Result counted = Command.of(Target.PATH, "count-stdin").run();
        assertThat(counted.stdout()).isEqualTo("0\n");
        try (ContainedProcess process = target("cat").start()) {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
    }

    /** The JDK's reaper and ours wait for children of one process, each for its own. */
    @Test
    @Tag("scenario-56")
    @Tag("trap-48")
    void programsOfProcessBuilderBesideOursKeepTheirExitCodes() throws Exception {
        List<Process> theirs = new ArrayList<>();
        List<ContainedProcess> ours = new ArrayList<>();
        for (int code = 0; code < 100; code++) {
            theirs.add(new ProcessBuilder(Target.PATH, "exit", String.valueOf(code)).start());
            ours.add(target("exit", code + 100).start());
        }
        for (int code = 0; code < 100; code++) {
            assertThat(theirs.get(code).waitFor()).isEqualTo(code);
            assertThat(ours.get(code).waitFor()).isEqualTo(code + 100);
        }
    }
}
