package io.muontrap.internal.jni;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * TRAPS 11: between clone and exec nothing of a libc can run, because the child's object imports no symbol at all; and
 * the library needs no other and offers one name.
 */
@Tag("trap-11")
class SymbolsTest {

    /** An ELF file of 64 bits, as much of it as symbols need; see elf(5). */
    private static final class Elf {
        private static final int SYMTAB = 2;
        private static final int DYNAMIC = 6;
        private static final int DYNSYM = 11;
        private static final int DT_NEEDED = 1;

        private final ByteBuffer image;

        Elf(Path file) throws IOException {
            image = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(image.getInt(0)).as("%s is an ELF file", file).isEqualTo(0x464c457f);
            assertThat(image.get(4)).as("of 64 bits").isEqualTo((byte) 2);
        }

        /** Its headers' places. */
        private List<Integer> sections(int type) {
            int table = (int) image.getLong(0x28);
            int size = image.getShort(0x3a);
            List<Integer> found = new ArrayList<>();
            for (int i = 0; i < image.getShort(0x3c); i++) {
                if (image.getInt(table + i * size + 4) == type) {
                    found.add(table + i * size);
                }
            }
            return found;
        }

        private int offset(int section) {
            return (int) image.getLong(section + 0x18);
        }

        private int size(int section) {
            return (int) image.getLong(section + 0x20);
        }

        private int linked(int section) {
            return (int) image.getLong(0x28) + image.getInt(section + 0x28) * image.getShort(0x3a);
        }

        /** Names, of those that are undefined or of those that are defined. */
        List<String> symbols(int type, boolean undefined) {
            List<String> names = new ArrayList<>();
            for (int section : sections(type)) {
                int strings = offset(linked(section));
                for (int at = offset(section) + 24; at < offset(section) + size(section); at += 24) {
                    int name = image.getInt(at);
                    if (name != 0 && (image.getShort(at + 6) == 0) == undefined) {
                        names.add(string(strings + name));
                    }
                }
            }
            return names;
        }

        int needed() {
            int count = 0;
            for (int section : sections(DYNAMIC)) {
                for (int at = offset(section); at < offset(section) + size(section); at += 16) {
                    count += image.getLong(at) == DT_NEEDED ? 1 : 0;
                }
            }
            return count;
        }

        private String string(int at) {
            int end = at;
            while (image.get(end) != 0) {
                end++;
            }
            return new String(image.array(), at, end - at, StandardCharsets.US_ASCII);
        }
    }

    @Test
    @Needs(Capability.OBJECTS)
    void theChildImportsNothing() throws Exception {
        String objects = System.getProperty("muontrap.objects");
        List<Path> child;
        try (Stream<Path> files = Files.walk(Path.of(objects))) {
            child = files.filter(f -> f.getFileName().toString().matches("child.*\\.o"))
                    .toList();
        }
        assertThat(child).isNotEmpty();
        for (Path object : child) {
            Elf elf = new Elf(object);
            assertThat(elf.symbols(Elf.SYMTAB, false)).contains("child");
            assertThat(elf.symbols(Elf.SYMTAB, true))
                    .as("imports of %s", object)
                    .isEmpty();
        }
    }

    @Test
    void theLibraryNeedsNothingAndOffersOneName() throws Exception {
        String library = System.getProperty("muontrap.library");
        Elf elf = new Elf(Path.of(library));
        assertThat(elf.symbols(Elf.DYNSYM, false)).containsExactly("JNI_OnLoad");
        assertThat(elf.symbols(Elf.DYNSYM, true)).isEmpty();
        assertThat(elf.needed()).isZero();
    }

    /** That the reading above reads: a library of the JDK needs others and imports much. */
    @Test
    void whatHasImportsShowsThem() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "lib/libjava.so");
        Elf elf = new Elf(java);
        assertThat(elf.needed()).isPositive();
        assertThat(elf.symbols(Elf.DYNSYM, true)).contains("strlen");
        assertThat(elf.symbols(Elf.DYNSYM, false)).contains("JNI_OnLoad");
    }
}
