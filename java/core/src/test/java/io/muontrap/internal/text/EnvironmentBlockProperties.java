package io.muontrap.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class EnvironmentBlockProperties {

    /** One verb of the block. */
    record Edit(char verb, String name, String value) {

        EnvironmentBlock on(EnvironmentBlock block) {
            return switch (verb) {
                case 's' -> block.set(name, value);
                case 'u' -> block.unset(name);
                case 'c' -> block.clear();
                default -> block.inheritOnly(List.of(name));
            };
        }
    }

    private static final Map<String, String> JVM = Map.of("A", "a", "B", "b", "C", "c");

    @Property
    void anyBytesPassUntouched(@ForAll("entries") List<byte[]> inherited) {
        List<byte[]> all = EnvironmentBlock.inherited().entries(inherited);
        assertThat(all).hasSameSizeAs(inherited);
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i)).isEqualTo(inherited.get(i));
        }
    }

    /** Against a plain map and a set of names: any order of verbs means what it says. */
    @Property
    void anyOrderOfVerbs(@ForAll("edits") List<Edit> edits) {
        EnvironmentBlock block = EnvironmentBlock.inherited();
        Map<String, String> inherited = new LinkedHashMap<>(JVM);
        Map<String, String> set = new LinkedHashMap<>();
        boolean narrowed = false;
        for (Edit edit : edits) {
            block = edit.on(block);
            switch (edit.verb()) {
                case 's' -> set.put(edit.name(), edit.value());
                case 'u' -> {
                    set.remove(edit.name());
                    inherited.remove(edit.name());
                }
                case 'c' -> {
                    set.clear();
                    inherited.clear();
                    narrowed = true;
                }
                default -> {
                    if (!narrowed) {
                        inherited.clear();
                        narrowed = true;
                    }
                    if (JVM.containsKey(edit.name())) {
                        inherited.put(edit.name(), JVM.get(edit.name()));
                    }
                }
            }
        }
        Map<String, String> expected = new LinkedHashMap<>(inherited);
        expected.putAll(set);
        List<byte[]> jvm = JVM.entrySet().stream()
                .map(e -> TextBytes.of(e.getKey() + "=" + e.getValue(), "entry"))
                .toList();
        assertThat(block.entries(jvm).stream().map(TextBytes::text))
                .containsExactlyInAnyOrderElementsOf(expected.entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .toList());
    }

    @Provide
    Arbitrary<List<byte[]>> entries() {
        return Arbitraries.bytes()
                .filter(b -> b != 0)
                .array(byte[].class)
                .ofMaxSize(20)
                .list()
                .ofMaxSize(10);
    }

    @Provide
    Arbitrary<List<Edit>> edits() {
        return Combinators.combine(
                        Arbitraries.of('s', 's', 'u', 'i', 'c'),
                        Arbitraries.of("A", "B", "C", "D", "E"),
                        Arbitraries.strings().alpha().ofMaxLength(3))
                .as(Edit::new)
                .list()
                .ofMaxSize(8);
    }
}
