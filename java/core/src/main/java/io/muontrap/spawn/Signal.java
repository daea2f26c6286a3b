package io.muontrap.spawn;

import java.util.List;
import java.util.Locale;

/**
 * A Linux signal by its number, 1 to 64.
 *
 * <p>The names are those of x86_64 and aarch64, which number them alike. Real-time signals are counted from 34 as in
 * glibc, which keeps 32 and 33 for itself (musl keeps 34 too); those two can still be written by number.
 *
 * @param number 1 to 64; anything else is an {@link IllegalArgumentException}
 */
public record Signal(int number) {

    private static final List<String> NAMES = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
            "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM",
            "PROF", "WINCH", "IO", "PWR", "SYS");

    private static final int LAST = 64;
    private static final int FIRST_REAL_TIME = 34;

    public static final Signal HUP = new Signal(1);
    public static final Signal INT = new Signal(2);
    public static final Signal QUIT = new Signal(3);
    public static final Signal ILL = new Signal(4);
    public static final Signal TRAP = new Signal(5);
    public static final Signal ABRT = new Signal(6);
    public static final Signal BUS = new Signal(7);
    public static final Signal FPE = new Signal(8);
    public static final Signal KILL = new Signal(9);
    public static final Signal USR1 = new Signal(10);
    public static final Signal SEGV = new Signal(11);
    public static final Signal USR2 = new Signal(12);
    public static final Signal PIPE = new Signal(13);
    public static final Signal ALRM = new Signal(14);
    public static final Signal TERM = new Signal(15);
    public static final Signal CHLD = new Signal(17);
    public static final Signal CONT = new Signal(18);
    public static final Signal STOP = new Signal(19);
    public static final Signal TSTP = new Signal(20);
    public static final Signal TTIN = new Signal(21);
    public static final Signal TTOU = new Signal(22);
    public static final Signal URG = new Signal(23);
    public static final Signal XCPU = new Signal(24);
    public static final Signal XFSZ = new Signal(25);
    public static final Signal VTALRM = new Signal(26);
    public static final Signal PROF = new Signal(27);
    public static final Signal WINCH = new Signal(28);
    public static final Signal IO = new Signal(29);
    public static final Signal PWR = new Signal(30);
    public static final Signal SYS = new Signal(31);

    public Signal {
        if (number < 1 || number > LAST) {
            throw new IllegalArgumentException("signal must be 1 to " + LAST + ": " + number);
        }
    }

    /**
     * The signal of this number.
     *
     * @throws IllegalArgumentException if it is not 1 to 64
     */
    public static Signal of(int number) {
        return new Signal(number);
    }

    /**
     * The signal of this name: {@code TERM}, {@code SIGTERM}, {@code RTMIN+3}, {@code RTMAX-1} in either case, or a
     * plain decimal number such as {@code 15}.
     *
     * @throws IllegalArgumentException if there is none of that name, or the number is not plain or not 1 to 64
     */
    public static Signal of(String name) {
        String bare = name.toUpperCase(Locale.ROOT);
        if (bare.startsWith("SIG")) {
            bare = bare.substring(3);
        }
        int known = NAMES.indexOf(bare);
        if (known > 0) {
            return new Signal(known);
        }
        int number = switch (bare) {
            case "IOT" -> 6;
            case "CLD" -> 17;
            case "POLL" -> 29;
            default -> bare.startsWith("RT") ? realTime(bare) : decimal(name);
        };
        if (number < 1 || number > LAST) {
            throw new IllegalArgumentException("signal is unknown: " + name);
        }
        return new Signal(number);
    }

    /** The name without {@code SIG}, such as {@code TERM} or {@code RTMIN+3}; {@code 32} and {@code 33} have none. */
    public String name() {
        if (number < NAMES.size()) {
            return NAMES.get(number);
        }
        if (number < FIRST_REAL_TIME) {
            return Integer.toString(number);
        }
        return number == FIRST_REAL_TIME ? "RTMIN" : "RTMIN+" + (number - FIRST_REAL_TIME);
    }

    /** The full name, such as {@code SIGTERM}. */
    @Override
    public String toString() {
        return "SIG" + name();
    }

    private static int realTime(String bare) {
        if (bare.equals("RTMIN")) {
            return FIRST_REAL_TIME;
        }
        if (bare.equals("RTMAX")) {
            return LAST;
        }
        int distance = bare.length() > 6 ? decimal(bare.substring(6)) : -1;
        if (distance < 0 || distance > LAST - FIRST_REAL_TIME) {
            return -1;
        }
        return bare.startsWith("RTMIN+")
                ? FIRST_REAL_TIME + distance
                : bare.startsWith("RTMAX-") ? LAST - distance : -1;
    }

    /** Plain decimal of at most two digits, no sign, no leading zero; else −1. */
    private static int decimal(String text) {
        if (text.isEmpty() || text.length() > 2 || (text.length() == 2 && text.charAt(0) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            value = value * 10 + (digit - '0');
        }
        return value;
    }
}
