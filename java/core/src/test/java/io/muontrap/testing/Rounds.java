package io.muontrap.testing;

/** How often a test repeats what is to go wrong once in a while. */
public final class Rounds {

    private Rounds() {}

    /**
     * As {@link #of}, of a test that takes minutes: one in ten of these, unless {@code -Dmuontrap.test.storm=1} asks for
     * all.
     */
    public static int ofStorm(int all) {
        return of((int) Math.max(1, all * Double.parseDouble(System.getProperty("muontrap.test.storm", "0.1"))));
    }

    /** So many, times {@code -Dmuontrap.test.scale}: an emulated machine has time for fewer. At least one. */
    public static int of(int usual) {
        double scale = Double.parseDouble(System.getProperty("muontrap.test.scale", "1"));
        return Math.max(1, (int) Math.round(usual * scale));
    }
}
