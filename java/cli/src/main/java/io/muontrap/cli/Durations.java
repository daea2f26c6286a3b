package io.muontrap.cli;

import java.time.Duration;

/** Durations as people write them: {@code 700ms}, {@code 1.5s}, {@code 1m}. */
final class Durations {

    private static final int MOST_DIGITS = 9;

    private Durations() {}

    /**
     * A plain decimal number and its unit: ms, s, m, h or d. Without a unit only 0 is taken, for timeout(1) counts seconds
     * where others count milliseconds.
     *
     * @throws IllegalArgumentException for anything else, or for more than nine digits before or behind the point
     */
    static Duration parse(String text) {
        return parse(text, null);
    }

    /** As {@link #parse}, and a number without unit counts milliseconds. */
    static Duration parseMillis(String text) {
        return parse(text, Duration.ofMillis(1));
    }

    private static Duration parse(String text, Duration bareUnit) {
        int point = digits(text, 0);
        boolean fraction = point < text.length() && text.charAt(point) == '.';
        int end = fraction ? digits(text, point + 1) : point;
        if (point == 0 || (fraction && end == point + 1)) {
            throw new IllegalArgumentException("\"" + text + "\" is not a duration such as 700ms, 2s or 1m");
        }
        if (point > 1 && text.charAt(0) == '0') {
            throw new IllegalArgumentException("\"" + text + "\" begins with a zero: is it octal?");
        }
        if (point > MOST_DIGITS || end - point - 1 > MOST_DIGITS) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has more than " + MOST_DIGITS + " digits before or behind the point");
        }
        long whole = Long.parseLong(text, 0, point, 10);
        long part = 0;
        long scale = 1;
        if (fraction) {
            part = Long.parseLong(text, point + 1, end, 10);
            for (int at = point + 1; at < end; at++) {
                scale *= 10;
            }
        }
        Duration unit = unit(text, end, whole == 0 && part == 0 ? Duration.ofMillis(1) : bareUnit);
        return unit.multipliedBy(whole).plus(unit.multipliedBy(part).dividedBy(scale));
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    private static Duration unit(String text, int from, Duration bareUnit) {
        String unit = text.substring(from);
        return switch (unit) {
            case "ms" -> Duration.ofMillis(1);
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            case "d" -> Duration.ofDays(1);
            case "" -> {
                if (bareUnit == null) {
                    throw new IllegalArgumentException(
                            "\"" + text + "\" has no unit: write " + text + "ms or " + text + "s");
                }
                yield bareUnit;
            }
            default -> throw new IllegalArgumentException("\"" + text + "\": the units are ms, s, m, h and d");
        };
    }
}
