package io.muontrap.internal.proc;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.testing.Target;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("host")
class ProcFilesTest {

    @Test
    void namesByCommandLine() throws Exception {
        try (Helper helper = Helper.start("sh", "-c", "echo up; read x", "two words", "\u001b[31m\n\u202eé")) {
            assertThat(helper.line()).isEqualTo("up");
            assertThat(ProcFiles.name(helper.pid())).isEqualTo("sh -c echo up; read x two words ?[31m??é");
            assertThat(ProcFiles.state(helper.pid())).isIn('S', 'R');
        }
    }

    @Test
    void saysWhatIsGone() throws Exception {
        int pid;
        try (Helper helper = Helper.start("true")) {
            pid = helper.pid();
        }
        assertThat(ProcFiles.state(pid)).isEqualTo(ProcFiles.GONE);
        assertThat(ProcFiles.startTime(pid)).isEqualTo(Members.UNKNOWN);
        assertThat(ProcFiles.wchan(pid)).isEmpty();
        assertThat(ProcFiles.name(pid)).isEqualTo("[?]");
    }

    @Test
    void startTimeStaysOverExec() throws Exception {
        try (Helper helper = Helper.start("sh", "-c", "read x; exec sh -c 'echo again; read x'")) {
            long before = ProcFiles.startTime(helper.pid());
            helper.say("go");
            assertThat(helper.line()).isEqualTo("again");
            assertThat(ProcFiles.startTime(helper.pid())).isEqualTo(before).isPositive();
        }
    }

    /** A parent of vfork hangs in D, as behind a dead disk; only its short name is asked for, its memory is not. */
    @Test
    void whatHangsTellsItsShortName() throws Exception {
        try (Helper helper = Helper.start(Target.PATH, "hang-while", "ready", "sleep", "forever")) {
            assertThat(helper.line()).isEqualTo("ready");
            helper.hold(Census.take().children(helper.pid()));
            assertThat(ProcFiles.state(helper.pid())).isEqualTo('D');
            assertThat(ProcFiles.name(helper.pid())).isEqualTo("[target]");
        }
    }

    @Test
    void namesThisJvm() throws IOException {
        assertThat(ProcFiles.name((int) ProcessHandle.current().pid())).contains("java");
    }
}
