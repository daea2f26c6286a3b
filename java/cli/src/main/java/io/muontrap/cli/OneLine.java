package io.muontrap.cli;

/** Text that others chose, for a terminal: it must not begin lines or set colours of its own. */
final class OneLine {

    private OneLine() {}

    /** The text with its control characters written as {@code \x1b}. */
    static String of(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                clean.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xf, 16));
            } else {
                clean.append(c);
            }
        }
        return clean.toString();
    }
}
