package io.muontrap.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TextBytesProperties {

    @Property
    void textArrivesWholeOrIsRefusedByName(@ForAll("texts") String text, @ForAll("charsets") Charset charset) {
        if (expressible(text, charset)) {
            assertThat(new String(TextBytes.of(text, "argument 7", charset), charset))
                    .isEqualTo(text);
        } else {
            assertThatThrownBy(() -> TextBytes.of(text, "argument 7", charset))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("argument 7");
        }
    }

    @Property
    void absolutePathsKeepAnyBytes(@ForAll("names") List<byte[]> names) {
        byte[] path = {};
        for (byte[] name : names) {
            path = TextBytes.resolve(path, name);
        }
        assertThat(TextBytes.of(TextBytes.path(path), "path")).isEqualTo(path);
    }

    @Property
    void bytesNeedNoText(@ForAll("names") List<byte[]> names) {
        // what a message shows may be damaged, but showing it never fails
        names.forEach(name -> assertThat(TextBytes.text(name)).isNotEmpty());
    }

    /** An own account of what the three charsets can say, without any encoder. */
    private static boolean expressible(String text, Charset charset) {
        int largest = charset.equals(StandardCharsets.US_ASCII)
                ? 0x7f
                : charset.equals(StandardCharsets.ISO_8859_1) ? 0xff : Character.MAX_CODE_POINT;
        return text.codePoints()
                .allMatch(
                        c -> c != 0 && c <= largest && !(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(20),
                Arbitraries.strings().ascii().ofMaxLength(20),
                Arbitraries.strings().withCharRange('\u0001', '\u00ff').ofMaxLength(20),
                Arbitraries.strings()
                        .withChars('a', 'é', '\ud83d', '\ude00', '\u20ac')
                        .ofMaxLength(6));
    }

    @Provide
    Arbitrary<Charset> charsets() {
        return Arbitraries.of(StandardCharsets.UTF_8, StandardCharsets.US_ASCII, StandardCharsets.ISO_8859_1);
    }

    @Provide
    Arbitrary<List<byte[]>> names() {
        return Arbitraries.bytes()
                .filter(b -> b != 0 && b != '/')
                .array(byte[].class)
                .ofMinSize(1)
                .ofMaxSize(12)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }
}
