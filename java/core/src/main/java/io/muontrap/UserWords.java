package io.muontrap;

import io.muontrap.internal.text.TextBytes;
import java.util.Objects;

/**
 * The words for users and groups, checked as far as they can be without asking the host.
 *
 * <p>Strict on purpose: programs that parsed loosely ran "4294967297" as uid 1 and "010" as uid 8 (TRAPS 28).
 */
final class UserWords {

    /** The one above is -1, which setresuid reads as "leave it". */
    private static final long LARGEST = 4294967294L;

    private UserWords() {}

    static String check(String word, String what) {
        if (Objects.requireNonNull(word, what).isEmpty()) {
            throw new IllegalArgumentException(what + " must not be empty");
        }
        char first = word.charAt(0);
        if (first == '-' || first == '+') {
            throw new IllegalArgumentException(what + " must be a name or a plain decimal number: " + word);
        }
        if (word.chars().allMatch(c -> c >= '0' && c <= '9')) {
            if (word.length() > 1 && first == '0') {
                throw new IllegalArgumentException(what + " must have no leading zeros: " + word);
            }
            return check(word.length() > 10 ? Long.MAX_VALUE : Long.parseLong(word), what);
        }
        if (!word.equals(word.strip())) {
            throw new IllegalArgumentException(what + " must not begin or end with a blank: '" + word + "'");
        }
        // Blanks inside are real: directories have groups such as "Domain Users".
        if (word.chars().anyMatch(c -> c == ':' || c == ',' || Character.isISOControl(c))) {
            throw new IllegalArgumentException(what + " must not hold ':', ',' or control characters");
        }
        TextBytes.of(word, what);
        return word;
    }

    static String check(long id, String what) {
        if (id < 0 || id > LARGEST) {
            throw new IllegalArgumentException(
                    what + " must be 0 to " + LARGEST + ": " + (id == Long.MAX_VALUE ? "more" : id));
        }
        return Long.toString(id);
    }
}
