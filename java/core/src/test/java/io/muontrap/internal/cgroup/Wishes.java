package io.muontrap.internal.cgroup;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Wishes for tests, word by word. */
final class Wishes {

    private final Set<String> controllers = new LinkedHashSet<>();
    private final Map<Limit, String> limits = new LinkedHashMap<>();
    private final Map<String, String> devices = new LinkedHashMap<>();
    private final Map<String, String> settings = new LinkedHashMap<>();

    private Wishes() {}

    static Wishes wish() {
        return new Wishes();
    }

    Wishes controller(String name) {
        controllers.add(name);
        return this;
    }

    Wishes limit(Limit limit, String value) {
        limits.put(limit, value);
        return this;
    }

    Wishes device(String numbers, String words) {
        devices.put(numbers, words);
        return this;
    }

    Wishes set(String file, String value) {
        settings.put(file, value);
        return this;
    }

    Wish made() {
        return new Wish(Wish.Place.AUTO, "", controllers, limits, devices, settings);
    }
}
