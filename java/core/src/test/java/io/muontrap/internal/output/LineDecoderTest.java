package io.muontrap.internal.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineDecoderTest {

    private static List<String> lines(int max, String... pieces) {
        List<String> lines = new ArrayList<>();
        LineDecoder decoder = new LineDecoder(StandardCharsets.UTF_8, max, lines::add);
        for (String p : pieces) decoder.feed(p.getBytes(StandardCharsets.ISO_8859_1));
        decoder.end();
        return lines;
    }

    @Test
    void emptyLinesCountAndAnEmptyLastOneDoesNot() {
        assertThat(lines(9)).isEmpty();
        assertThat(lines(9, "")).isEmpty();
        assertThat(lines(9, "\n")).containsExactly("");
        assertThat(lines(9, "\n\n\r\n")).containsExactly("", "", "");
        assertThat(lines(9, "a\n\nb")).containsExactly("a", "", "b");
        assertThat(lines(9, "a\nb\n")).containsExactly("a", "b");
    }

    @Test
    void aReturnIsPartOfAnEndOnlyBeforeANewline() {
        assertThat(lines(9, "a\r", "\nb")).containsExactly("a", "b");
        assertThat(lines(9, "a\rb\n")).containsExactly("a\rb");
        assertThat(lines(9, "a\r\r", "\n")).containsExactly("a\r");
        assertThat(lines(9, "a\r", "b\r")).containsExactly("a\rb\r");
        assertThat(lines(9, "\r")).containsExactly("\r");
    }

    @Test
    void aLineOverTheBoundSaysSo() {
        assertThat(lines(3, "abc\r\nabcd\nab", "cdefgh", "ij\nx"))
                .containsExactly("abc", "abc…[cut]", "abc…[cut]", "x");
        assertThat(lines(3, "abc\r")).containsExactly("abc…[cut]");
        assertThat(lines(3, "abc", "\r", "\n")).containsExactly("abc");
        assertThat(lines(1, "\u00f0\u009f\u0098\u0080\nb")).containsExactly("…[cut]", "b"); // no half of a pair
    }

    @Test
    void charactersAreWholeOverReads() {
        assertThat(lines(9, "\u00e2", "\u0082", "\u00ac\n")).containsExactly("€");
        assertThat(lines(9, "\u00e2\u0082")).containsExactly("\ufffd");
        assertThat(lines(9, "\u00e2\u0082\nx")).containsExactly("\ufffd", "x");
        assertThat(lines(9, "\u00ef\u00bb\u00bfa\n")).containsExactly("\ufeffa");
    }

    @Test
    void aLineOfManyDecodingBuffersIsOne() {
        String longest = "é".repeat(100_000);
        List<String> lines = new ArrayList<>();
        LineDecoder decoder = new LineDecoder(StandardCharsets.UTF_8, LineSink.DEFAULT_MAX, lines::add);
        decoder.feed((longest + "\n" + longest + "\r\nx").getBytes(StandardCharsets.UTF_8));
        decoder.end();
        assertThat(lines).containsExactly(longest, longest, "x");
    }

    @Test
    void statefulCharsetsKeepTheirStateAndFlush() {
        Charset charset = Charset.forName("ISO-2022-JP");
        List<String> lines = new ArrayList<>();
        LineDecoder decoder = new LineDecoder(charset, 99, lines::add);
        for (byte b : "日本\n語".getBytes(charset)) decoder.feed(new byte[] {b});
        decoder.end();
        assertThat(lines).containsExactly("日本", "語");
    }

    @Test
    void aGapEndsTheLineAndSkipsToTheNext() {
        List<String> lines = new ArrayList<>();
        LineDecoder decoder = new LineDecoder(StandardCharsets.UTF_8, 99, lines::add);
        decoder.feed("a\nhalf of a l".getBytes(StandardCharsets.UTF_8));
        decoder.gap();
        decoder.gap();
        decoder.feed("rest of another\nb".getBytes(StandardCharsets.UTF_8));
        decoder.end();
        assertThat(lines).containsExactly("a", "half of a l…[cut]", "b");
    }

    @Test
    void aBoundOfNothingIsRefused() {
        assertThatThrownBy(() -> new LineDecoder(StandardCharsets.UTF_8, 0, s -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max: 0");
    }
}
