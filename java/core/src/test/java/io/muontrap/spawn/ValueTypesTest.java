package io.muontrap.spawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ValueTypesTest {

    @Test
    void exitValuesAreThoseOfShells() {
        assertThat(new ExitStatus.Exited(255).exitValue()).isEqualTo(255);
        assertThat(new ExitStatus.Signaled(Signal.TERM, false).exitValue()).isEqualTo(143);
        assertThat(new ExitStatus.Unknown("lost").exitValue()).isEqualTo(-1);
    }

    @Test
    void statusesDescribeThemselves() {
        assertThat(new ExitStatus.Exited(3).describe()).isEqualTo("exit code 3");
        assertThat(new ExitStatus.Signaled(Signal.SEGV, true).describe()).isEqualTo("killed by SIGSEGV, core dumped");
        assertThat(new ExitStatus.Unknown("reaped by others").describe()).contains("reaped by others");
    }

    @Test
    void codesThatTheKernelCannotGiveAreRefused() {
        for (int code : new int[] {-1, 256}) {
            assertThatThrownBy(() -> new ExitStatus.Exited(code)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aRefusedStartIsOneLine() {
        SpawnException e = new SpawnException(Step.EXEC, 2, "no such\nprogram", "/tmp/\u001b[31mx", "make it");
        assertThat(e).hasMessage("EXEC: ENOENT: no such\\x0aprogram: /tmp/\\x1b[31mx; make it");
        assertThat(e.step()).isEqualTo(Step.EXEC);
        assertThat(e.errno()).isEqualTo(2);
        assertThat(e.errnoName()).isEqualTo("ENOENT");
        assertThat(e.path()).hasValue("/tmp/\u001b[31mx");
        assertThat(e.fix()).hasValue("make it");
    }

    @Test
    void aRefusedStartMayHaveNoErrnoNoFileAndNoFix() {
        SpawnException e = new SpawnException(Step.SESSION, 0, "killed");
        assertThat(e).hasMessage("SESSION: killed");
        assertThat(e.errnoName()).isEmpty();
        assertThat(e.path()).isEmpty();
        assertThat(e.fix()).isEmpty();
    }

    @Test
    void aRefusedStartCanBeSerialized() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new SpawnException(Step.OPEN, 13, "denied", "/f", null));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            SpawnException copy = (SpawnException) in.readObject();
            assertThat(copy.step()).isEqualTo(Step.OPEN);
            assertThat(copy.path()).hasValue("/f");
            assertThat(copy.fix()).isEmpty();
        }
    }

    /** The header is the one list; a library with another would be refused at load, which is late. */
    @Test
    @Needs(Capability.SOURCES)
    void stepsAreThoseOfTheHeader() throws Exception {
        String header = Files.readString(Path.of("../../jni/src/main/c/steps.h"));
        String names = Pattern.compile("^ +X\\((\\w+)\\)", Pattern.MULTILINE)
                .matcher(header)
                .results()
                .map(m -> m.group(1))
                .collect(Collectors.joining(","));
        assertThat(Step.nativeNames()).isEqualTo(names);
        assertThat(Step.ofNative(0)).isEqualTo(Step.PLAN);
    }
}
