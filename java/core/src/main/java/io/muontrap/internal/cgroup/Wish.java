package io.muontrap.internal.cgroup;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What is wanted of a group: the words of a spec, each already checked by itself. All keep the order they were said in.
 *
 * @param path relative; "" for {@link Place#AUTO}
 * @param controllers demanded by name
 * @param limits each in the text of its unit
 * @param devices the io limits, by device
 * @param settings raw values, by file
 */
public record Wish(
        Place place,
        String path,
        Set<String> controllers,
        Map<Limit, String> limits,
        Map<String, String> devices,
        Map<String, String> settings) {

    /** How the place was given. */
    public enum Place {
        /** This very path. */
        AT,
        /** A random name below this path. */
        UNDER,
        /** Below the place that the JVM was given. */
        AUTO
    }

    public Wish {
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(path, "path");
        controllers = Collections.unmodifiableSet(new LinkedHashSet<>(controllers));
        limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
        devices = Collections.unmodifiableMap(new LinkedHashMap<>(devices));
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }
}
