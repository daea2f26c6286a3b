package io.muontrap.internal.output;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.function.Consumer;

/**
 * Makes lines of bytes that come in pieces, wherever they are cut.
 *
 * <p>A line ends with {@code \n} or {@code \r\n}; a {@code \r} elsewhere belongs to the line; a last line without an end
 * counts when it is not empty. What the charset cannot decode becomes its replacement. A byte order mark is left where
 * it is, except where the charset itself takes it (UTF-16). Of a line over the bound the first characters are kept and
 * {@link #CUT} is put behind them, as is done with a line of which a piece is missing. Not thread-safe.
 */
final class LineDecoder {

    /** Ends a line that is not whole. */
    static final String CUT = "…[cut]";

    private static final int CHARS = 8192;
    private static final byte[] NONE = {};

    private final CharsetDecoder decoder;
    private final int max;
    private final Consumer<String> out;
    private final CharBuffer chars = CharBuffer.allocate(CHARS);
    private byte[] unfinished = NONE; // the first bytes of a character
    private StringBuilder line = new StringBuilder();
    private boolean heldReturn; // a \r whose successor is not known yet
    private boolean over; // characters of this line were left out
    private boolean skipping; // to the next end of a line
    private long cutLines;

    /** @param max characters (UTF-16 units) of a line, at least 1, without its end and the mark */
    LineDecoder(Charset charset, int max, Consumer<String> out) {
        if (max < 1) throw new IllegalArgumentException("max: " + max + " is not positive");
        this.decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        this.max = max;
        this.out = out;
    }

    /** Hands out every line that ends in it. */
    void feed(byte[] bytes) {
        ByteBuffer in = joined(bytes);
        decode(in, false);
        unfinished = in.hasRemaining() ? new byte[in.remaining()] : NONE;
        in.get(unfinished);
    }

    private ByteBuffer joined(byte[] bytes) {
        if (unfinished.length == 0) return ByteBuffer.wrap(bytes);
        return ByteBuffer.allocate(unfinished.length + bytes.length)
                .put(unfinished)
                .put(bytes)
                .flip();
    }

    private void decode(ByteBuffer in, boolean last) {
        for (CoderResult r = CoderResult.OVERFLOW; r.isOverflow(); split()) r = decoder.decode(in, chars, last);
    }

    /** Ends the text, but for the line that it is in. */
    private void finishText() {
        decode(ByteBuffer.wrap(unfinished), true);
        unfinished = NONE;
        for (CoderResult r = CoderResult.OVERFLOW; r.isOverflow(); split()) r = decoder.flush(chars);
        decoder.reset();
    }

    /** Bytes are missing here: ends the line with the mark, and leaves out what is left of the one they end in. */
    void gap() {
        finishText();
        if (skipping) return;
        over = true;
        endLine();
        skipping = true;
    }

    /** Hands out the last line. Nothing may be fed afterwards. */
    void end() {
        finishText();
        if (heldReturn) {
            heldReturn = false;
            append('\r');
        }
        if (!line.isEmpty() || over) endLine();
    }

    /** How many lines carry the mark. */
    long cutLines() {
        return cutLines;
    }

    private void split() {
        char[] c = chars.array();
        int n = chars.position();
        int start = 0;
        for (int i = 0; i < n; i++) {
            if (c[i] != '\n') continue;
            if (skipping) skipping = false;
            else if (line.isEmpty() && !heldReturn && i - start <= max) whole(c, start, i);
            else {
                append(c, start, i);
                endLine();
            }
            start = i + 1;
        }
        if (!skipping) append(c, start, n);
        chars.clear();
    }

    /** The usual line, not begun before and not too long: no detour. */
    private void whole(char[] c, int from, int to) {
        boolean withReturn = to > from && c[to - 1] == '\r';
        out.accept(new String(c, from, to - from - (withReturn ? 1 : 0)));
    }

    private void append(char[] c, int from, int to) {
        if (from == to) return;
        if (heldReturn) append('\r');
        heldReturn = c[to - 1] == '\r';
        int wanted = to - from - (heldReturn ? 1 : 0);
        int taken = Math.min(wanted, max - line.length());
        line.append(c, from, taken);
        over |= taken < wanted;
    }

    private void append(char c) {
        if (line.length() < max) line.append(c);
        else over = true;
    }

    private void endLine() {
        heldReturn = false;
        if (over) {
            int n = line.length();
            if (n > 0 && Character.isHighSurrogate(line.charAt(n - 1))) line.setLength(n - 1);
            line.append(CUT);
            cutLines++;
        }
        String whole = line.toString();
        over = false;
        if (line.capacity() > CHARS) line = new StringBuilder(); // not to keep a megabyte for the next short ones
        else line.setLength(0);
        out.accept(whole);
    }
}
