package io.muontrap.internal.cgroup;

import java.util.Optional;

/** Files of lines with a key, a blank and a value. */
final class Keyed {

    private Keyed() {}

    static Optional<String> value(Optional<String> text, String key) {
        return text.flatMap(all -> all.lines()
                .filter(line -> line.startsWith(key + " "))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst());
    }
}
