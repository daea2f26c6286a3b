package io.muontrap.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentBlockTest {

    private static final List<byte[]> JVM = entries(
            "PATH=/bin",
            "A=1",
            "STRANGE=\u00c3\u00a9\u00ff",
            "NOTIFY_SOCKET=/run/n",
            "WATCHDOG_USEC=1",
            "WATCHDOG_PID=1",
            "LISTEN_FDS=1",
            "LISTEN_PID=1",
            "LISTEN_FDNAMES=x",
            "LISTEN_ADDR=0.0.0.0",
            "no equals sign",
            "=C:=x",
            "EMPTY=");

    @Test
    void inheritsByteForByteButNotWhatSystemdSaysToOneProcess() {
        assertThat(texts(EnvironmentBlock.inherited()))
                .containsExactly(
                        "PATH=/bin",
                        "A=1",
                        "STRANGE=\u00c3\u00a9\u00ff",
                        "LISTEN_ADDR=0.0.0.0",
                        "no equals sign",
                        "=C:=x",
                        "EMPTY=");
    }

    @Test
    void whatIsNamedIsKept() {
        assertThat(texts(EnvironmentBlock.inherited().set("NOTIFY_SOCKET", "/mine")))
                .contains("NOTIFY_SOCKET=/mine");
        assertThat(texts(EnvironmentBlock.inherited().inheritOnly(List.of("LISTEN_FDS", "A"))))
                .containsExactly("A=1", "LISTEN_FDS=1");
    }

    @Test
    void setReplacesInPlaceAndAddsAtTheEnd() {
        assertThat(texts(EnvironmentBlock.inherited()
                        .inheritOnly(List.of("PATH", "A"))
                        .set("NEW", "n")
                        .set("PATH", "/x")))
                .containsExactly("PATH=/x", "A=1", "NEW=n");
    }

    @Test
    void aNameThatStandsTwiceBecomesOne() {
        List<byte[]> twice = entries("A=1", "B=2", "A=3");
        assertThat(texts(EnvironmentBlock.inherited().set("A", "x"), twice)).containsExactly("A=x", "B=2");
        assertThat(texts(EnvironmentBlock.inherited().unset("A"), twice)).containsExactly("B=2");
        assertThat(texts(EnvironmentBlock.inherited(), twice)).containsExactly("A=1", "B=2", "A=3");
    }

    @Test
    void verbsCountInTheirOrder() {
        EnvironmentBlock inherited = EnvironmentBlock.inherited();
        assertThat(texts(inherited.clear())).isEmpty();
        assertThat(texts(inherited.set("X", "1").clear().set("Y", "2"))).containsExactly("Y=2");
        assertThat(texts(inherited.clear().inheritOnly(List.of("A")).inheritOnly(List.of("PATH"))))
                .containsExactly("PATH=/bin", "A=1");
        assertThat(texts(inherited.set("X", "1").inheritOnly(List.of("A")))).containsExactly("A=1", "X=1");
        assertThat(texts(inherited.inheritOnly(List.of("A", "PATH")).unset("A")))
                .containsExactly("PATH=/bin");
        assertThat(texts(inherited.unset("A").inheritOnly(List.of("A")))).containsExactly("A=1");
        assertThat(texts(inherited.unset("A").set("A", "2"))).contains("A=2").doesNotContain("A=1");
        assertThat(texts(inherited.set("A", "2").unset("A")))
                .doesNotContain("A=1", "A=2")
                .contains("PATH=/bin");
        assertThat(texts(inherited.inheritOnly(List.of("MISSING")))).isEmpty();
    }

    @Test
    void isNeverChangedByItsVerbs() {
        EnvironmentBlock base = EnvironmentBlock.inherited().set("X", "1");
        List<String> before = texts(base);
        base.set("X", "2");
        base.unset("X");
        base.clear();
        base.inheritOnly(List.of("A"));
        assertThat(texts(base)).isEqualTo(before);
    }

    @Test
    void exactlyDropsNothingAndKeepsUntouchedBytes() {
        Map<String, String> shown = shownByTheJdk();
        assertThat(texts(EnvironmentBlock.exactly(shown, JVM))).isEqualTo(texts(JVM));
        shown.remove("A");
        shown.put("PATH", "/other");
        shown.put("NEW", "n");
        List<String> changed = texts(EnvironmentBlock.exactly(shown, JVM));
        assertThat(changed)
                .contains("PATH=/other", "NEW=n", "STRANGE=\u00c3\u00a9\u00ff", "NOTIFY_SOCKET=/run/n")
                .doesNotContain("A=1", "PATH=/bin")
                .hasSize(JVM.size());
    }

    @Test
    void exactlyOfNothingIsNothingThatHasAName() {
        assertThat(texts(EnvironmentBlock.exactly(Map.of(), JVM))).containsExactly("no equals sign");
    }

    @Test
    void refusesNamesThatNoProgramCouldRead() {
        EnvironmentBlock block = EnvironmentBlock.inherited();
        for (String name : List.of("", "A=B", "=", "A\0", "\ud83d")) {
            assertThatThrownBy(() -> block.set(name, "secret"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("environment name")
                    .hasMessageNotContaining("secret");
            assertThatThrownBy(() -> block.unset(name)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> block.inheritOnly(List.of(name))).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> block.set("KEY", "secret\0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("KEY")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> block.inheritOnly(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void valuesAreFoundAsGetenvDoes() {
        List<byte[]> block = entries("AB=0", "A=1", "A=2", "E=");
        assertThat(EnvironmentBlock.value(block, "A"))
                .hasValueSatisfying(v -> assertThat(v).containsExactly('1'));
        assertThat(EnvironmentBlock.value(block, "E"))
                .hasValueSatisfying(v -> assertThat(v).isEmpty());
        assertThat(EnvironmentBlock.value(block, "C")).isEmpty();
    }

    @Test
    void aJvmThatMayNotReadItsOwnTakesTheJdksViewIfThatIsWhole() throws Exception {
        Path unreadable = Path.of("/proc/self/no-such-file");
        assertThat(texts(InheritedEnvironment.read(unreadable, Map.of("A", "1"))))
                .containsExactly("A=1");
        assertThatThrownBy(() -> InheritedEnvironment.read(unreadable, Map.of("LOST", "\ufffd")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("LOST");
    }

    @Test
    void theKernelsBlockIsSplitAtNuls() {
        assertThat(texts(InheritedEnvironment.split("A=1\0B=\0".getBytes(StandardCharsets.ISO_8859_1))))
                .containsExactly("A=1", "B=");
        assertThat(texts(InheritedEnvironment.split("A=1\0\0B".getBytes(StandardCharsets.ISO_8859_1))))
                .containsExactly("A=1", "", "B");
        assertThat(InheritedEnvironment.split(new byte[0])).isEmpty();
    }

    @Test
    void showsNoValues() {
        assertThat(EnvironmentBlock.inherited()
                        .set("TOKEN", "secret")
                        .unset("A")
                        .toString())
                .contains("TOKEN", "A")
                .doesNotContain("secret");
        assertThat(EnvironmentBlock.inherited().toString()).isEmpty();
    }

    private static Map<String, String> shownByTheJdk() {
        Map<String, String> shown = new HashMap<>();
        for (byte[] entry : JVM) {
            String text = TextBytes.text(entry);
            int end = text.indexOf('=', 1);
            if (end > 0) {
                shown.put(text.substring(0, end), text.substring(end + 1));
            }
        }
        return shown;
    }

    private static List<String> texts(EnvironmentBlock block) {
        return texts(block, JVM);
    }

    private static List<String> texts(EnvironmentBlock block, List<byte[]> inherited) {
        return texts(block.entries(inherited));
    }

    private static List<String> texts(List<byte[]> entries) {
        return entries.stream()
                .map(e -> new String(e, StandardCharsets.ISO_8859_1))
                .toList();
    }

    private static List<byte[]> entries(String... latin) {
        return List.of(latin).stream()
                .map(e -> e.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }
}
