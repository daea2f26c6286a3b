package io.muontrap.cgroup;

import io.muontrap.internal.cgroup.CgroupException;
import io.muontrap.internal.cgroup.CgroupWords;
import io.muontrap.internal.cgroup.Leaf;
import io.muontrap.internal.cgroup.LeafMaker;
import io.muontrap.internal.cgroup.Limit;
import io.muontrap.internal.cgroup.Wish;
import io.muontrap.internal.cgroup.Wish.Place;
import io.muontrap.spawn.CheckReturnValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a tree's control group is made, and its limits. Immutable; every verb returns a copy.
 *
 * <p>What is wrong by itself is an {@link IllegalArgumentException} at the verb. What the host refuses fails the start,
 * with file, value and errno: no limit is ever left out, and none is rounded but as its verb says.
 *
 * <p>Each controller is used in the version that it is bound to on this host. A tree with controllers of version 1 gets a
 * directory in each of their hierarchies, and one in version 2 beside them where that is mounted: for its kill and its
 * freezer. Where neither controllers nor limits are named, it has one in every hierarchy of version 1 in which the base
 * exists (but cpuset), or in version 2 alone.
 */
public final class CgroupSpec {

    private static final Pattern CONTROLLER = Pattern.compile("[a-z][a-z0-9_]*");
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)*");
    private static final Pattern LIST = Pattern.compile("[0-9]{1,9}(-[0-9]{1,9})?(,[0-9]{1,9}(-[0-9]{1,9})?)*");
    private static final Pattern DEVICE = Pattern.compile("(0|[1-9][0-9]{0,8}):(0|[1-9][0-9]{0,8})");
    private static final String IO_LIMIT = "(rbps|wbps|riops|wiops)=([1-9][0-9]{0,17}|max)";
    private static final Pattern IO_LIMITS = Pattern.compile(IO_LIMIT + "( " + IO_LIMIT + ")*");

    /** Writing here moves or ends processes: not a setting, and "0" would move the JVM. */
    private static final Set<String> NO_SETTINGS = Set.of("cgroup.procs", "cgroup.threads", "cgroup.kill", "tasks");

    private static final double LEAST_QUOTA = 0.001;

    static {
        CgroupWords.provide(new CgroupWords.Access() {
            @Override
            public Wish wish(Object spec) {
                return ((CgroupSpec) spec).wish();
            }

            @Override
            public Object live(Leaf leaf) {
                return new LiveCgroup(leaf);
            }
        });
    }

    private final Place place;
    private final String path;
    private final Set<String> controllers;
    private final Map<Limit, String> limits;
    private final Map<String, String> devices;
    private final Map<String, String> settings;

    private CgroupSpec(
            Place place,
            String path,
            Set<String> controllers,
            Map<Limit, String> limits,
            Map<String, String> devices,
            Map<String, String> settings) {
        this.place = place;
        this.path = path;
        this.controllers = controllers;
        this.limits = limits;
        this.devices = devices;
        this.settings = settings;
    }

    /**
     * A group at this very path, such as {@code mycgroup/test}, made fresh below each controller's mount.
     *
     * @throws IllegalArgumentException if it is empty, begins or ends with a slash, or holds an empty part, {@code .},
     *     {@code ..}, NUL or a line end
     */
    @CheckReturnValue
    public static CgroupSpec at(String path) {
        return new CgroupSpec(Place.AT, relative(path, "path"), Set.of(), Map.of(), Map.of(), Map.of());
    }

    /**
     * A fresh group with a random name below this one.
     *
     * @throws IllegalArgumentException as {@link #at}
     */
    @CheckReturnValue
    public static CgroupSpec under(String base) {
        return new CgroupSpec(Place.UNDER, relative(base, "base"), Set.of(), Map.of(), Map.of(), Map.of());
    }

    /**
     * A fresh group where the JVM was given a place: below its own group where that is delegated to it, or below
     * {@code -Dmuontrap.cgroup.base}.
     */
    @CheckReturnValue
    public static CgroupSpec auto() {
        return new CgroupSpec(Place.AUTO, "", Set.of(), Map.of(), Map.of(), Map.of());
    }

    /**
     * Demands this controller, also without a limit of it.
     *
     * @param name such as {@code memory}
     * @throws IllegalArgumentException if it is not lower-case letters, digits and underscores
     */
    @CheckReturnValue
    public CgroupSpec controller(String name) {
        matching(CONTROLLER, name, "controller", "a name such as memory");
        Set<String> more = new LinkedHashSet<>(controllers);
        more.add(name);
        return new CgroupSpec(place, path, Collections.unmodifiableSet(more), limits, devices, settings);
    }

    /**
     * Writes any file of the group before the program starts, after all other limits and in the order given.
     *
     * @param file such as {@code memory.max}
     * @param value as the kernel wants it; written in one piece
     * @throws IllegalArgumentException if the file is no plain name or one that moves or ends processes, or the value is
     *     empty or holds NUL
     */
    @CheckReturnValue
    public CgroupSpec set(String file, String value) {
        setting(file, value);
        return new CgroupSpec(place, path, controllers, limits, devices, with(settings, file, value));
    }

    /**
     * The most memory, in bytes, rounded down to whole pages. Where nothing else is said the whole tree is killed when that
     * is not enough (version 2).
     *
     * @throws IllegalArgumentException if negative
     */
    @CheckReturnValue
    public CgroupSpec memoryMax(long bytes) {
        return limit(Limit.MEMORY_MAX, between(bytes, 0, Long.MAX_VALUE, "memoryMax"));
    }

    /**
     * The memory, in bytes, beyond which the tree is slowed down; rounded down to whole pages. Version 2 alone.
     *
     * @throws IllegalArgumentException if negative
     */
    @CheckReturnValue
    public CgroupSpec memoryHigh(long bytes) {
        return limit(Limit.MEMORY_HIGH, between(bytes, 0, Long.MAX_VALUE, "memoryHigh"));
    }

    /**
     * The most swap, in bytes, beside the memory; rounded down to whole pages. Version 1 needs {@link #memoryMax} too.
     *
     * @throws IllegalArgumentException if negative
     */
    @CheckReturnValue
    public CgroupSpec swapMax(long bytes) {
        return limit(Limit.SWAP_MAX, between(bytes, 0, Long.MAX_VALUE, "swapMax"));
    }

    /**
     * The processor time for each second, in processors: 0.5 is half of one, 4 are four. Counted in whole µs for
     * each 100 ms, below 0.01 for each second.
     *
     * @throws IllegalArgumentException if it is not a number of at least 0.001: no kernel takes less than 1 ms a second
     */
    @CheckReturnValue
    public CgroupSpec cpuQuota(double processors) {
        if (!(processors >= LEAST_QUOTA) || Double.isInfinite(processors)) {
            throw new IllegalArgumentException(
                    "cpuQuota must be a number of processors, at least 0.001: " + processors);
        }
        return limit(Limit.CPU_QUOTA, Double.toString(processors));
    }

    /**
     * Its share where processors are scarce; in version 1 of 1024, rounded: 100 is 1024 there.
     *
     * @param weight 1 to 10 000; 100 is usual
     * @throws IllegalArgumentException if out of range
     */
    @CheckReturnValue
    public CgroupSpec cpuWeight(int weight) {
        return limit(Limit.CPU_WEIGHT, between(weight, 1, 10_000, "cpuWeight"));
    }

    /**
     * The most processes and threads at one time, the leader too.
     *
     * @throws IllegalArgumentException if less than 1
     */
    @CheckReturnValue
    public CgroupSpec pidsMax(long most) {
        return limit(Limit.PIDS_MAX, between(most, 1, Long.MAX_VALUE, "pidsMax"));
    }

    /**
     * Its share where block devices are busy; in version 1, which has 10 to 1 000, less than 10 is 10, and what is over 100
     * is brought to 100 to 1 000 evenly, rounded.
     *
     * @param weight 1 to 10 000; 100 is usual
     * @throws IllegalArgumentException if out of range
     */
    @CheckReturnValue
    public CgroupSpec ioWeight(int weight) {
        return limit(Limit.IO_WEIGHT, between(weight, 1, 10_000, "ioWeight"));
    }

    /**
     * The most it may read and write on a block device.
     *
     * @param device its numbers, such as {@code 8:0}
     * @param limits such as {@code rbps=1048576 wiops=max}: bytes or operations each second; more operations than 32 bits
     *     count are no limit
     * @throws IllegalArgumentException if one of the two is not of this form
     */
    @CheckReturnValue
    public CgroupSpec ioMax(String device, String limits) {
        matching(DEVICE, device, "device", "two numbers such as 8:0");
        matching(IO_LIMITS, limits, "limits", "words such as rbps=1048576, separated by single blanks");
        return new CgroupSpec(place, path, controllers, this.limits, with(devices, device, limits), settings);
    }

    /**
     * The processors that it may use.
     *
     * @param list such as {@code 0-3,5}
     * @throws IllegalArgumentException if it is not of this form
     */
    @CheckReturnValue
    public CgroupSpec cpusetCpus(String list) {
        return limit(Limit.CPUSET_CPUS, matching(LIST, list, "cpusetCpus", "a list such as 0-3,5"));
    }

    /**
     * The memory nodes that it may use.
     *
     * @param list such as {@code 0-1}
     * @throws IllegalArgumentException if it is not of this form
     */
    @CheckReturnValue
    public CgroupSpec cpusetMems(String list) {
        return limit(Limit.CPUSET_MEMS, matching(LIST, list, "cpusetMems", "a list such as 0-1"));
    }

    /** Whether the whole tree is killed when one of its processes is, for want of memory. */
    @CheckReturnValue
    public CgroupSpec oomGroup(boolean whole) {
        return limit(Limit.OOM_GROUP, Boolean.toString(whole));
    }

    /** The same in the words of the inside. */
    Wish wish() {
        return new Wish(place, path, controllers, limits, devices, settings);
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder("CgroupSpec[").append(place.name().toLowerCase(Locale.ROOT));
        text.append(path.isEmpty() ? "" : " " + path);
        controllers.forEach(c -> text.append(", ").append(c));
        limits.forEach((l, v) -> text.append(", ").append(l).append('=').append(v));
        devices.forEach((d, v) -> text.append(", ").append(d).append(' ').append(v));
        settings.forEach((f, v) -> text.append(", ").append(f).append('=').append(v));
        return text.append(']').toString();
    }

    /**
     * Ends and removes what owners that are gone have left where this makes groups: directories that carry the library's
     * mark and that nobody holds. What a living owner holds, what is not marked, and what was left alive on purpose stays.
     * The first start in each base does it unasked.
     *
     * @return the directories that were removed
     * @throws IOException if there is no such base, it cannot be looked into, or something of a dead owner's cannot be
     *     removed
     */
    public List<Path> sweep() throws IOException {
        try {
            return LeafMaker.sweep(wish());
        } catch (CgroupException e) {
            throw e.named();
        }
    }

    private CgroupSpec limit(Limit limit, String value) {
        return new CgroupSpec(place, path, controllers, with(limits, limit, value), devices, settings);
    }

    private static <K> Map<K, String> with(Map<K, String> map, K key, String value) {
        Map<K, String> more = new LinkedHashMap<>(map);
        more.put(key, value);
        return Collections.unmodifiableMap(more);
    }

    private static String between(long value, long least, long most, String what) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " must be "
                    + (most == Long.MAX_VALUE ? "at least " + least : least + " to " + most) + ": " + value);
        }
        return Long.toString(value);
    }

    static String plainFile(String file) {
        return matching(FILE, file, "file", "a plain name such as memory.max");
    }

    static String setting(String file, String value) {
        plainFile(file);
        if (NO_SETTINGS.contains(file)) {
            throw new IllegalArgumentException("file must not be one that moves or ends processes: " + file);
        }
        if (Objects.requireNonNull(value, "value").isEmpty() || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("value of " + file + " must not be empty or hold NUL");
        }
        return file;
    }

    private static String matching(Pattern form, String value, String what, String wanted) {
        if (!form.matcher(Objects.requireNonNull(value, what)).matches()) {
            throw new IllegalArgumentException(what + " must be " + wanted + ": '" + value + "'");
        }
        return value;
    }

    private static String relative(String path, String what) {
        if (Objects.requireNonNull(path, what).isEmpty()) {
            throw new IllegalArgumentException(what + " must not be empty");
        }
        if (path.startsWith("/")) {
            throw new IllegalArgumentException(what + " must be relative to the controller's mount: " + path);
        }
        if (path.chars().anyMatch(c -> c == 0 || c == '\n')) {
            throw new IllegalArgumentException(what + " must not hold NUL or a line end");
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw new IllegalArgumentException(what + " must not hold an empty part, '.' or '..': " + path);
            }
        }
        return path;
    }
}
