package io.muontrap.internal.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class LineDecoderProperties {

    private static List<String> lines(Charset charset, int max, List<byte[]> pieces) {
        List<String> lines = new ArrayList<>();
        LineDecoder decoder = new LineDecoder(charset, max, lines::add);
        pieces.forEach(decoder::feed);
        decoder.end();
        return lines;
    }

    private static List<byte[]> split(byte[] whole, Random random) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < whole.length; ) {
            int n = Math.min(whole.length - at, random.nextInt(random.nextBoolean() ? 3 : 40));
            pieces.add(Arrays.copyOfRange(whole, at, at + n));
            at += n;
        }
        return pieces;
    }

    @Property(tries = 2000)
    void anySplitGivesTheLinesOfTheWhole(
            @ForAll("charsets") Charset charset,
            @ForAll("anything") byte[] bytes,
            @ForAll @IntRange(min = 1, max = 60) int max,
            @ForAll Random random) {
        List<String> whole = lines(charset, max, List.of(bytes));
        assertThat(lines(charset, max, split(bytes, random))).isEqualTo(whole);
        List<byte[]> single = new ArrayList<>();
        for (byte b : bytes) single.add(new byte[] {b});
        assertThat(lines(charset, max, single)).isEqualTo(whole);
    }

    /** Against an own reading of the rules, made of a decoded whole. */
    @Property(tries = 1000)
    void theLinesAreThoseOfTheText(
            @ForAll("anything") byte[] bytes, @ForAll @IntRange(min = 1, max = 60) int max, @ForAll Random random) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        List<String> expected = new ArrayList<>();
        int start = 0;
        for (int end; (end = text.indexOf('\n', start)) >= 0; start = end + 1) {
            String line = text.substring(start, end);
            expected.add(cut(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line, max));
        }
        if (start < text.length()) expected.add(cut(text.substring(start), max));
        assertThat(lines(StandardCharsets.UTF_8, max, split(bytes, random))).isEqualTo(expected);
    }

    private static String cut(String line, int max) {
        if (line.length() <= max) return line;
        boolean halfPair = Character.isHighSurrogate(line.charAt(max - 1));
        return line.substring(0, halfPair ? max - 1 : max) + LineSink.CUT;
    }

    /** Whatever is missing, and however it is split, a line that is not marked is one of the whole text. */
    @Property(tries = 500)
    void aGapNeverGluesLines(@ForAll("numbered") byte[] bytes, @ForAll Random random) {
        List<String> whole = lines(StandardCharsets.UTF_8, 1000, List.of(bytes));
        List<String> got = new ArrayList<>();
        LineDecoder decoder = new LineDecoder(StandardCharsets.UTF_8, 1000, got::add);
        boolean missing = false;
        int gaps = 0;
        for (byte[] piece : split(bytes, random)) {
            boolean drop = random.nextInt(4) == 0;
            if (!drop && missing) {
                decoder.gap();
                gaps++;
            }
            if (!drop) decoder.feed(piece);
            missing = drop;
        }
        if (missing) {
            decoder.gap();
            gaps++;
        }
        decoder.end();
        List<String> unmarked = new ArrayList<>(got);
        unmarked.removeIf(s -> s.endsWith(LineSink.CUT));
        if (!unmarked.isEmpty()) assertThat(whole).containsSubsequence(unmarked);
        assertThat(got.size() - unmarked.size()).isBetween(gaps == 0 ? 0 : 1, gaps);
        assertThat(decoder.cutLines()).isEqualTo(got.size() - unmarked.size());
    }

    @Provide
    Arbitrary<Charset> charsets() {
        return Arbitraries.of(
                        "UTF-8",
                        "ISO-8859-1",
                        "US-ASCII",
                        "UTF-16",
                        "UTF-16LE",
                        "UTF-32",
                        "GB18030",
                        "Shift_JIS",
                        "EUC-JP",
                        "ISO-2022-JP",
                        "windows-1252",
                        "Big5")
                .map(Charset::forName);
    }

    /** Text, ends of lines and rubbish, mixed; all bytes, and often those that begin or continue characters. */
    @Provide
    Arbitrary<byte[]> anything() {
        Arbitrary<String> text = Arbitraries.of(
                "a", "b\n", "\n", "\r\n", "\r", "é", "€", "😀", "\ufeff", "日本", "x".repeat(40), "\r\r\n", "\u2028");
        Arbitrary<byte[]> piece = Arbitraries.oneOf(
                text.map(s -> s.getBytes(StandardCharsets.UTF_8)),
                Arbitraries.bytes().map(b -> new byte[] {b}),
                Arbitraries.of(0xc3, 0xe2, 0x82, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0xff, 0x1b, 0x24, 0x42, 0)
                        .map(b -> new byte[] {b.byteValue()}));
        return piece.list().ofMaxSize(80).map(LineDecoderProperties::join);
    }

    @Provide
    Arbitrary<byte[]> numbered() {
        return Arbitraries.integers().between(0, 60).map(n -> {
            StringBuilder s = new StringBuilder();
            for (int i = 0; i < n; i++) s.append("line é ").append(i).append(i % 3 == 0 ? "\r\n" : "\n");
            return s.toString().getBytes(StandardCharsets.UTF_8);
        });
    }

    private static byte[] join(List<byte[]> pieces) {
        byte[] all = new byte[pieces.stream().mapToInt(p -> p.length).sum()];
        int at = 0;
        for (byte[] p : pieces) {
            System.arraycopy(p, 0, all, at, p.length);
            at += p.length;
        }
        return all;
    }
}
