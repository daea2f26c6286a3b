package io.muontrap.examples;

import java.io.File;
import java.nio.charset.StandardCharsets;

/** Calls the examples, in a JVM of their own. */
public final class ExamplesMain {

    private ExamplesMain() {}

    private interface Example {
        void run() throws Exception;
    }

    public static void main(String[] args) throws Exception {
        Examples examples = new Examples();
        if (args[0].equals("now")) {
            examples.run();
            System.out.println("run done");
            examples.stream();
            System.out.println("stream done");
            Process make = examples.migrate(new File(args[1]));
            System.out.print(new String(make.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            if (make.waitFor() != 0) {
                throw new AssertionError(make);
            }
            examples.lowLevel();
            System.out.println("lowLevel done");
        } else if (args[0].equals("contain")) {
            examples.contain();
            System.out.println("contain done");
        } else {
            refused(() -> examples.scope(new byte[0]));
            refused(examples::host);
        }
    }

    private static void refused(Example example) throws Exception {
        try {
            example.run();
            System.out.println("not refused");
        } catch (UnsupportedOperationException e) {
            System.out.println(e.getMessage());
        }
    }
}
