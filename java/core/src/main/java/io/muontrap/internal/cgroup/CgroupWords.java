package io.muontrap.internal.cgroup;

/**
 * The way from public types of {@code io.muontrap.cgroup} to what is behind them, and back, for the face. A public method
 * for it would show internal types to everybody.
 */
public final class CgroupWords {

    /** Given by the package that knows both sides. */
    public interface Access {
        Wish wish(Object spec);

        Object live(Leaf leaf);
    }

    private static volatile Access access;

    private CgroupWords() {}

    /** Once, when the public spec's class is initialised: before there is any spec to ask for. */
    public static void provide(Access way) {
        access = way;
    }

    /** What a {@code CgroupSpec} says. */
    public static Wish wish(Object spec) {
        return access.wish(spec);
    }

    /** The {@code Cgroup} of a leaf. */
    public static Object live(Leaf leaf) {
        return access.live(leaf);
    }
}
