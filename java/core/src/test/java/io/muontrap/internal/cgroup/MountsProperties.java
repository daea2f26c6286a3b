package io.muontrap.internal.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MountsProperties {

    private static final String REAL = MountTexts.HYBRID + MountTexts.LXC + MountTexts.WSL + MountTexts.DOCKER_V1;

    @Property(tries = 200)
    void nonsenseIsNoMount(@ForAll List<String> lines) {
        String text = String.join("\n", lines);
        Mounts.parse(text, text);
        Mounts.parse(MountTexts.V2, text);
    }

    /** Real lines, each with one field that belongs elsewhere. */
    @Property(tries = 200)
    void whatLooksLikeALineDoesNoHarm(@ForAll("lines") List<String> lines) {
        String text = String.join("\n", lines);
        for (Hierarchy h : Mounts.parse(text, MountTexts.HYBRID_MEMBER).all()) {
            assertThat(h.version()).isIn(1, 2);
            assertThat(h.controllers().isEmpty()).isEqualTo(h.version() == 2);
        }
    }

    @Provide
    Arbitrary<List<String>> lines() {
        Arbitrary<String> word = Arbitraries.of(REAL.split("[ \n]"));
        Arbitrary<String> number = Arbitraries.integers().between(20, 50).map(String::valueOf);
        Arbitrary<String> field =
                Arbitraries.oneOf(number, word, Arbitraries.strings().ofMaxLength(3));
        return Combinators.combine(
                        Arbitraries.of(REAL.split("\n")), Arbitraries.integers().between(0, 9), field)
                .as((line, at, other) -> {
                    String[] fields = line.split(" ", -1);
                    fields[at] = other;
                    return String.join(" ", fields);
                })
                .list()
                .ofMaxSize(20);
    }

    @Property(tries = 200)
    void aCutTextIsReadAsFarAsItGoes(@ForAll Random random) {
        Mounts.parse(REAL.substring(0, random.nextInt(REAL.length())), MountTexts.HYBRID_MEMBER);
    }
}
