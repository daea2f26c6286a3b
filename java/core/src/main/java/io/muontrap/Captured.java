package io.muontrap;

import java.nio.charset.Charset;

/**
 * What was kept of one output stream.
 *
 * @param bytes those that were asked for; nobody else's
 * @param truncated whether there were more
 * @param form what was asked
 */
@SuppressWarnings("ArrayRecordComponent") // never written
record Captured(byte[] bytes, boolean truncated, OutputForm.Capture form) {

    /** For a stream that is empty because it was merged into another. */
    static Captured nothing(Charset charset) {
        return new Captured(new byte[0], false, new OutputForm.Capture(0, 0, true, charset));
    }

    String text() {
        return new String(bytes, form.charset());
    }

    /** More was lost than anybody agreed to. */
    boolean failed() {
        return truncated && !form.asked();
    }
}
