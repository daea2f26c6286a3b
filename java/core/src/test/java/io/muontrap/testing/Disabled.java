package io.muontrap.testing;

/** Takes features of the host away from the library for a while: those that are asked for at each use. */
public final class Disabled implements AutoCloseable {

    private static final String PROPERTY = "muontrap.disable";

    private final String before;

    private Disabled(String before) {
        this.before = before;
    }

    /** As the property's value: names with commas between. */
    public static Disabled of(String names) {
        Disabled disabled = new Disabled(System.getProperty(PROPERTY));
        System.setProperty(PROPERTY, names);
        return disabled;
    }

    @Override
    public void close() {
        if (before == null) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, before);
        }
    }
}
