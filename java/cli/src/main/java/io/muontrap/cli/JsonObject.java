package io.muontrap.cli;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Writes one JSON object (RFC 8259), a field a line, as the few kinds of values that we have need it. */
final class JsonObject {

    private final StringBuilder text = new StringBuilder("{");

    /** A text, or null. */
    JsonObject string(String name, String value) {
        return field(name, value == null ? "null" : quoted(value));
    }

    /** A whole number, or null. */
    JsonObject number(String name, Long value) {
        return field(name, String.valueOf(value));
    }

    /** A time in seconds with its nanoseconds, or null; not negative. */
    JsonObject seconds(String name, Duration value) {
        if (value == null) {
            return field(name, "null");
        }
        String nanos = String.valueOf(1_000_000_000L + value.getNano()).substring(1);
        return field(name, value.getSeconds() + "." + nanos);
    }

    JsonObject strings(String name, List<String> values) {
        return field(name, values.stream().map(JsonObject::quoted).collect(Collectors.joining(", ", "[", "]")));
    }

    /** Another object, or null. */
    JsonObject object(String name, JsonObject value) {
        return field(name, value == null ? "null" : value.text.toString().replace("\n", "\n  ") + "\n  }");
    }

    String text() {
        return text + "\n}\n";
    }

    private JsonObject field(String name, String value) {
        text.append(text.length() == 1 ? "\n  " : ",\n  ")
                .append(quoted(name))
                .append(": ")
                .append(value);
        return this;
    }

    /** Surrogates without their other half have no UTF-8, so they are escaped too. */
    static String quoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (Character.isISOControl(c) || Character.isSurrogate(c)) {
                quoted.append("\\u").append(Integer.toHexString(0x10000 | c).substring(1));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
