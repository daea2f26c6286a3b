package io.muontrap.internal.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A directory below which a leaf is wanted; what cannot be read of it is empty. */
record Base(Hierarchy hierarchy, String relative, Who who) {

    Path directory() {
        return hierarchy.directory(relative);
    }

    /** From the mount point down to itself. */
    List<Path> way() {
        List<Path> way = new ArrayList<>();
        Path at = hierarchy.mount();
        way.add(at);
        if (relative.isEmpty()) return way;
        for (String part : relative.split("/", -1)) {
            at = at.resolve(part);
            way.add(at);
        }
        return way;
    }

    /** Of the whole hierarchy, not of a namespace: it alone has no events. */
    static boolean isTop(Path group) {
        return !Files.exists(group.resolve("cgroup.events"));
    }

    static String text(Path group, String file) {
        try {
            return new String(Files.readAllBytes(group.resolve(file)), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }

    static Set<String> words(Path group, String file) {
        Set<String> words = new LinkedHashSet<>(List.of(text(group, file).split("\\s+")));
        words.remove("");
        return words;
    }

    /** The number behind this word on a line of its own; {@code otherwise} where there is none. */
    static long number(Path group, String file, String word, long otherwise) {
        for (String line : text(group, file).split("\n")) {
            String value = line.startsWith(word) ? line.substring(word.length()).strip() : "";
            if (value.matches("[0-9]{1,18}")) return Long.parseLong(value);
        }
        return otherwise;
    }
}
