package io.muontrap;

import java.io.PrintStream;

/** What holds on this host, and what to do about what does not. Arrives with a later version. */
public interface HostReport {

    /**
     * Probes this host.
     *
     * @throws UnsupportedOperationException always, in this version
     */
    @SuppressWarnings("DoNotCallSuggester") // a name of the fixed face that is filled later
    static HostReport probe() {
        throw new UnsupportedOperationException("HostReport.probe() is not in this version");
    }

    /** Whether it works here: tried, not guessed from the kernel's version. */
    boolean has(Feature feature);

    /** One sentence on why it works or does not, with the fix where one is known. */
    String why(Feature feature);

    /** The whole report, the worst first. */
    void print(PrintStream out);
}
