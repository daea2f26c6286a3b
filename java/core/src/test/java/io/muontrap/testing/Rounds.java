package io.muontrap.testing;

/** How often a test repeats what is to go wrong once in a while. */
public final class Rounds {

    private Rounds() {}

    /** So many, times {@code -Dmuontrap.test.scale}: an emulated machine has time for fewer. At least one. */
    public static int of(int usual) {
        double scale = Double.parseDouble(System.getProperty("muontrap.test.scale", "1"));
        return Math.max(1, (int) Math.round(usual * scale));
    }
}
