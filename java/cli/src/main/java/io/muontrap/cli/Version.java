package io.muontrap.cli;

/** Of the jar: its manifest has it from the build. */
final class Version {

    private Version() {}

    static String text() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not from its jar)" : version;
    }
}
