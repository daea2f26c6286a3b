package io.muontrap.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShebangTest {

    @TempDir
    Path home;

    @Test
    void readsTheFirstWordAsLinuxDoes() {
        assertThat(parsed("#!/bin/sh\n")).hasValue("/bin/sh");
        assertThat(parsed("#! \t/usr/bin/env python3 -x\n")).hasValue("/usr/bin/env");
        assertThat(parsed("#!/bin/sh")).hasValue("/bin/sh");
        assertThat(parsed("#!/bin/sh\r\n")).hasValue("/bin/sh\r");
        assertThat(parsed("#!\n/bin/sh")).isEmpty();
        assertThat(parsed("#!")).isEmpty();
        assertThat(parsed("#")).isEmpty();
        assertThat(parsed("")).isEmpty();
        assertThat(parsed("\u007fELF")).isEmpty();
    }

    @Test
    void namesTheMissingInterpreter() throws Exception {
        assertThat(missing(script("a", "#!/no/such/interpreter -x\n"))).hasValue("/no/such/interpreter");
        assertThat(missing(script("b", "#!/bin/sh\r\n"))).hasValue("/bin/sh\r");
        assertThat(missing(script("c", "#!/bin/sh\n"))).isEmpty();
        assertThat(missing(home.resolve("nothing"))).isEmpty();
        assertThat(missing(home)).isEmpty();
    }

    @Test
    void alsoThatOfAnInterpreterThatIsAScript() throws Exception {
        Path inner = script("inner", "#!/no/such\n");
        assertThat(missing(script("outer", "#!" + inner + "\n"))).hasValue("/no/such");
    }

    @Test
    void aScriptThatIsItsOwnInterpreterEnds() throws Exception {
        assertThat(missing(script("self", "#!" + home.resolve("self") + "\n"))).isEmpty();
    }

    @Test
    void aRelativeInterpreterCountsFromTheChildsDirectory() throws Exception {
        script("tool", "");
        Path script = script("s", "#!tool\n");
        assertThat(Shebang.missing(bytes(script), bytes(home))).isEmpty();
        assertThat(Shebang.missing(bytes(script), bytes(Path.of("/")))).hasValue("tool");
        assertThat(Shebang.missing(bytes(script), null)).hasValue("tool");
    }

    private Path script(String name, String text) throws Exception {
        return Files.writeString(home.resolve(name), text, StandardCharsets.ISO_8859_1);
    }

    private static Optional<String> missing(Path program) {
        return Shebang.missing(bytes(program), bytes(Path.of("/")));
    }

    private static Optional<String> parsed(String head) {
        return Shebang.parse(head.getBytes(StandardCharsets.ISO_8859_1))
                .map(b -> new String(b, StandardCharsets.ISO_8859_1));
    }

    private static byte[] bytes(Path path) {
        return TextBytes.of(path, "path");
    }
}
