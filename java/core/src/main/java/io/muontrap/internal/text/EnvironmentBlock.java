package io.muontrap.internal.text;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The environment that a child will have: what it inherits, and what was set or taken away by name. Immutable; every
 * change is a copy.
 *
 * <p>Inherited entries pass byte for byte as the kernel gave them to the JVM, also those that are no text or no
 * {@code name=value} (TRAPS 69: {@code System.getenv()} damages them). Inside, bytes are kept as ISO-8859-1 strings,
 * one char a byte, since arrays have no equality.
 */
public final class EnvironmentBlock {

    /**
     * What systemd tells one service's main process and no other: notifications in its name, its watchdog, its
     * sockets (TRAPS 25). Not every name that begins with LISTEN_: LISTEN_ADDR and the like are applications' own.
     */
    private static final Set<String> FOR_THE_JVM_ALONE = Set.of(
            "NOTIFY_SOCKET",
            "WATCHDOG_PID",
            "WATCHDOG_USEC",
            "LISTEN_PID",
            "LISTEN_PIDFDID",
            "LISTEN_FDS",
            "LISTEN_FDNAMES");

    private static final EnvironmentBlock INHERITED = new EnvironmentBlock(true, FOR_THE_JVM_ALONE, Map.of());

    /** Whether names that are not in {@code exceptions} are inherited; those in it are treated the other way. */
    private final boolean inherits;

    private final Set<String> exceptions;
    private final Map<String, String> values;

    /** What {@link #entries()} found once: neither this nor the JVM's own ever changes. */
    private volatile List<byte[]> finished;

    private EnvironmentBlock(boolean inherits, Set<String> exceptions, Map<String, String> values) {
        this.inherits = inherits;
        this.exceptions = exceptions;
        this.values = values;
    }

    /** The JVM's own, without what a service manager meant for the JVM alone. */
    public static EnvironmentBlock inherited() {
        return INHERITED;
    }

    /**
     * The environment of a {@link ProcessBuilder}: entries that it shows as the JVM's pass as bytes, and nothing else is
     * dropped.
     *
     * @throws IllegalArgumentException if a changed entry cannot be written
     * @throws IOException if the JVM's own cannot be read
     */
    public static EnvironmentBlock exactly(Map<String, String> wanted) throws IOException {
        return exactly(wanted, InheritedEnvironment.entries());
    }

    static EnvironmentBlock exactly(Map<String, String> wanted, List<byte[]> inherited) {
        EnvironmentBlock block = new EnvironmentBlock(true, Set.of(), Map.of());
        Map<String, String> changed = new LinkedHashMap<>(wanted);
        for (byte[] entry : inherited) {
            if (name(latin(entry)).length() < entry.length && !passes(entry, wanted, changed)) {
                block = block.without(name(latin(entry)));
            }
        }
        for (Map.Entry<String, String> entry : changed.entrySet()) {
            block = block.set(entry.getKey(), entry.getValue());
        }
        return block;
    }

    /** JDK 17 shows the environment in its default charset, later ones in {@code sun.jnu.encoding}. */
    private static boolean passes(byte[] entry, Map<String, String> wanted, Map<String, String> changed) {
        for (Charset charset : List.of(TextBytes.charset(), Charset.defaultCharset())) {
            String shown = new String(entry, charset);
            String name = name(shown);
            if (name.length() < shown.length()
                    && shown.substring(name.length() + 1).equals(wanted.get(name))) {
                changed.remove(name);
                return true;
            }
        }
        return false;
    }

    /**
     * With this variable.
     *
     * @throws IllegalArgumentException if the name is empty or holds {@code =}, or one of the two cannot be written
     */
    public EnvironmentBlock set(String name, String value) {
        String key = key(name);
        Objects.requireNonNull(value, "value of environment variable " + name);
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(key, latin(TextBytes.of(value, "value of environment variable " + name)));
        return new EnvironmentBlock(inherits, exceptions, more);
    }

    /**
     * Without this variable, whether set or inherited.
     *
     * @throws IllegalArgumentException if the name is empty, holds {@code =} or cannot be written
     */
    public EnvironmentBlock unset(String name) {
        return without(key(name));
    }

    /** Without anything. */
    public EnvironmentBlock clear() {
        return new EnvironmentBlock(false, Set.of(), Map.of());
    }

    /**
     * Inherits only variables of these names, and of those named so before; what was set stays.
     *
     * @throws IllegalArgumentException if there is no name, or one is empty, holds {@code =} or cannot be written
     */
    public EnvironmentBlock inheritOnly(Collection<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("names of inherited variables must not be none");
        }
        Set<String> kept = new LinkedHashSet<>(inherits ? Set.of() : exceptions);
        names.forEach(name -> kept.add(key(name)));
        return new EnvironmentBlock(false, kept, values);
    }

    /** The entries for exec, {@code name=value} each without a final NUL: the inherited ones in their order first. */
    public List<byte[]> entries() throws IOException {
        List<byte[]> known = finished;
        if (known == null) {
            known = List.copyOf(entries(InheritedEnvironment.entries()));
            finished = known;
        }
        return known;
    }

    List<byte[]> entries(List<byte[]> inherited) {
        Map<String, String> toCome = new LinkedHashMap<>(values);
        Set<String> placed = new LinkedHashSet<>();
        List<byte[]> all = new ArrayList<>(inherited.size() + values.size());
        for (byte[] entry : inherited) {
            String name = name(latin(entry));
            if (values.containsKey(name)) {
                // A second entry of one name would let the child see either: the first place gets ours.
                if (placed.add(name)) {
                    all.add(bytes(name + '=' + toCome.remove(name)));
                }
            } else if (inherits != exceptions.contains(name)) {
                all.add(entry);
            }
        }
        toCome.forEach((name, value) -> all.add(bytes(name + '=' + value)));
        return all;
    }

    /** The value of a variable in finished entries, the first of that name as getenv(3) has it. */
    public static Optional<byte[]> value(List<byte[]> entries, String name) {
        byte[] start = bytes(name + '=');
        for (byte[] entry : entries) {
            if (entry.length >= start.length && Arrays.equals(entry, 0, start.length, start, 0, start.length)) {
                return Optional.of(Arrays.copyOfRange(entry, start.length, entry.length));
            }
        }
        return Optional.empty();
    }

    /** What differs from the JVM's own, by names only: values may be secrets. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        if (!inherits) {
            words.add(exceptions.isEmpty() ? "cleared" : "only " + names(exceptions));
        } else {
            Set<String> unset = new LinkedHashSet<>(exceptions);
            unset.removeAll(FOR_THE_JVM_ALONE);
            if (!unset.isEmpty()) {
                words.add("unset " + names(unset));
            }
        }
        if (!values.isEmpty()) {
            words.add("set " + names(values.keySet()));
        }
        return String.join(", ", words);
    }

    private EnvironmentBlock without(String key) {
        Map<String, String> fewer = new LinkedHashMap<>(values);
        fewer.remove(key);
        Set<String> changed = new LinkedHashSet<>(exceptions);
        if (inherits) {
            changed.add(key);
        } else {
            changed.remove(key);
        }
        return new EnvironmentBlock(inherits, changed, fewer);
    }

    private static String key(String name) {
        byte[] bytes = TextBytes.ofNonEmpty(name, "environment name");
        if (name.indexOf('=') >= 0) {
            throw new IllegalArgumentException("environment name must not hold '=': " + name);
        }
        return latin(bytes);
    }

    /** As the JDK: an '=' in front belongs to the name; an entry without any is all name. */
    private static String name(String entry) {
        int end = entry.indexOf('=', 1);
        return end < 0 ? entry : entry.substring(0, end);
    }

    private static List<String> names(Collection<String> keys) {
        return keys.stream().map(k -> TextBytes.text(bytes(k))).toList();
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }
}
