package io.muontrap.internal.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryTest {

    private static final String BEHIND_NAME =
            " S 20349 20350 2804 0 -1 4194304 98 0 0 0 0 0 0 0 20 0 3 0 202499 3133440 374"
                    + " 18446744073709551615 94615696412672 94615696432553 140730922131328 0 0 0 0 0 0 0 0 0 17 0\n";

    private static Optional<Entry> parse(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
        return Entry.parse(bytes, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cat", "a b", "(", ")", "1) Z 1 1 1", "((sd-pam))", "", "x\n) R 9", "\u00ff) ("})
    void readsAnyName(String name) {
        assertThat(parse("20422 (" + name + ")" + BEHIND_NAME))
                .contains(new Entry(20422, 20349, 20350, 2804, 'S', 3, 202499));
    }

    @Property(tries = 500)
    void readsAnyBytesAsName(@ForAll @Size(max = 64) byte[] name) {
        String text = new String(name, StandardCharsets.ISO_8859_1);
        assertThat(parse("7 (" + text + ")" + BEHIND_NAME)).contains(new Entry(7, 20349, 20350, 2804, 'S', 3, 202499));
    }

    @Test
    void refusesEveryLineCutBeforeTheStartTimesEnd() {
        String line = "7 (cat)" + BEHIND_NAME;
        int end = line.indexOf(" 3133440");
        for (int length = 0; length <= end; length++) {
            assertThat(parse(line.substring(0, length))).as("%s bytes", length).isEmpty();
        }
        assertThat(parse(line.substring(0, end + 1))).isPresent();
    }

    @Test
    void readsAProcessThatIsHalfGone() {
        assertThat(parse("7 (cat) X 0 -1 -1 0 -1 4 0 0 0 0 0 0 0 0 20 0 0 0 202499 0 0\n"))
                .contains(new Entry(7, 0, -1, -1, 'X', 0, 202499));
    }

    @Test
    void aZombieWhoseThreadsRunOnIsNotDead() {
        assertThat(new Entry(7, 1, 7, 7, 'Z', 2, 5).dead()).isFalse();
        assertThat(new Entry(7, 1, 7, 7, 'Z', 1, 5).dead()).isTrue();
        assertThat(new Entry(7, 1, 7, 7, 'X', 0, 5).dead()).isTrue();
        for (char state : "RSDTtIWKP".toCharArray()) {
            assertThat(new Entry(7, 1, 7, 7, state, 1, 5).dead())
                    .as("%s", state)
                    .isFalse();
        }
    }

    @Test
    void isTheSameByNumberAndStart() {
        Entry entry = new Entry(7, 1, 7, 7, 'S', 2, 5);
        assertThat(entry.same(new Entry(7, 9, 9, 9, 'Z', 1, 5))).isTrue();
        assertThat(entry.same(new Entry(7, 1, 7, 7, 'S', 2, 6))).isFalse();
        assertThat(entry.same(new Entry(8, 1, 7, 7, 'S', 2, 5))).isFalse();
    }
}
