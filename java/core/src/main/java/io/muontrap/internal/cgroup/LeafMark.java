package io.muontrap.internal.cgroup;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an extended attribute of a directory says to whoever finds it: it is a leaf of ours. Whether its owner lives is
 * told by the lock alone.
 *
 * @param tree one number for all directories of one tree, so that the lock of another tree is not taken for its
 * @param owner the JVM's pid in its own namespace: for messages only
 * @param keep what lives in it is left alone; only the empty directory is swept
 */
record LeafMark(String tree, int owner, boolean keep) {

    private static final Pattern FORM = Pattern.compile("1 tree=([0-9a-f]{16}) owner=([0-9]{1,9}) (keep|end)");

    String text() {
        return "1 tree=" + tree + " owner=" + owner + (keep ? " keep" : " end");
    }

    byte[] bytes() {
        return text().getBytes(StandardCharsets.US_ASCII);
    }

    /** Empty for what we have not written: such a directory is nobody's that we know. */
    static Optional<LeafMark> parse(String text) {
        Matcher m = FORM.matcher(text);
        return m.matches()
                ? Optional.of(new LeafMark(
                        m.group(1), Integer.parseInt(m.group(2)), m.group(3).equals("keep")))
                : Optional.empty();
    }
}
