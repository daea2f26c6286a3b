package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.internal.text.TextBytes;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StreamWordsTest {

    @Test
    void redirectsHaveTheirTwins() {
        assertThat(Output.from(Redirect.PIPE)).isSameAs(Output.pipe());
        assertThat(Output.from(Redirect.INHERIT)).isSameAs(Output.inherit());
        assertThat(Output.from(Redirect.DISCARD)).isSameAs(Output.discard());
        assertThat(file(Output.from(Redirect.to(Path.of("f").toFile()))).append())
                .isFalse();
        assertThat(file(Output.from(Redirect.appendTo(Path.of("f").toFile()))).append())
                .isTrue();
        assertThat(TextBytes.text(file(Output.file(Path.of("f"))).path())).isEqualTo("f");
        assertThat(Input.from(Redirect.PIPE)).isSameAs(Input.pipe());
        assertThat(Input.from(Redirect.INHERIT)).isSameAs(Input.inherit());
        assertThat(Input.from(Redirect.from(Path.of("f").toFile())).form()).isInstanceOf(InputForm.FromFile.class);
    }

    @Test
    void inputBytesAreCopied() {
        byte[] mine = {1, 2};
        Input input = Input.bytes(mine);
        mine[0] = 9;
        assertThat(((InputForm.Bytes) input.form()).bytes()).containsExactly(1, 2);
        assertThat(input).hasToString("Input[2 bytes]");
    }

    @Test
    void inputTextMayHoldNul() {
        assertThat(((InputForm.Bytes) Input.text("a\0b", StandardCharsets.UTF_8).form()).bytes())
                .containsExactly('a', 0, 'b');
    }

    @Test
    void onlyAnAskedBoundIsAsked() {
        assertThat(capture(Output.capture()).asked()).isFalse();
        assertThat(capture(Output.capture(Output.DEFAULT_CAPTURE)).asked()).isTrue();
        assertThat(capture(Output.capture(0)).max()).isZero();
    }

    @Test
    void textHasACharset() {
        assertThat(capture(Output.capture(5).charset(StandardCharsets.ISO_8859_1)))
                .isEqualTo(new OutputForm.Capture(5, 0, true, StandardCharsets.ISO_8859_1));
        Output lines = Output.lines(line -> {}).charset(StandardCharsets.UTF_16LE);
        assertThat(((OutputForm.Lines) lines.form()).charset()).isEqualTo(StandardCharsets.UTF_16LE);
    }

    @Test
    void severalAreFlatAndOneIsItself() {
        Output lines = Output.lines(line -> {});
        assertThat(Output.tee(lines).form()).isEqualTo(lines.form());
        assertThat(Output.tee(Output.discard(), Output.discard()).form()).isInstanceOf(OutputForm.Discard.class);
        Output two = Output.tee(Output.tee(lines, Output.capture()), Output.discard(), Output.inherit());
        assertThat(((OutputForm.Tee) two.form()).forms()).hasSize(3);
        for (Output wrong : new Output[] {Output.pipe(), Output.toStdout()}) {
            assertThatThrownBy(() -> Output.tee(lines, wrong)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Output.tee(Output.capture(), Output.captureTail(1)))
                .hasMessageContaining("more than one");
        assertThatThrownBy(Output::tee).hasMessageContaining("none");
        assertThatThrownBy(() -> Output.tee(lines, null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("output 2");
    }

    @Test
    void droppingIsForConsumers() {
        assertThat(((OutputForm.Lines) Output.lines(line -> {}).form()).drop()).isFalse();
        assertThat(((OutputForm.Lines) Output.log(System.getLogger("x"), System.Logger.Level.INFO)
                                .form())
                        .drop())
                .isTrue();
        assertThat(((OutputForm.Bytes) Output.bytes(b -> {}).dropping().form()).drop())
                .isTrue();
        assertThatThrownBy(() -> Output.capture().dropping()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theySayWhatTheyAre() {
        assertThat(Output.toStdout()).hasToString("Output[tostdout]");
        assertThat(Output.file(Path.of("/f"))).hasToString("Output[/f]");
        assertThat(Input.file(Path.of("/f"))).hasToString("Input[/f]");
        assertThat(Input.empty()).hasToString("Input[empty]");
    }

    private static OutputForm.ToFile file(Output output) {
        return (OutputForm.ToFile) output.form();
    }

    private static OutputForm.Capture capture(Output output) {
        return (OutputForm.Capture) output.form();
    }
}
