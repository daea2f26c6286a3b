package io.muontrap.cli;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads JSON by the letter of RFC 8259 and nothing beyond: for what claims to write it. */
final class JsonReader {

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String text) {
        return (Map<String, Object>) value(text);
    }

    static Object value(String text) {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value();
        reader.blanks();
        if (reader.at != text.length()) {
            throw reader.wrong("something behind the value");
        }
        return value;
    }

    private Object value() {
        blanks();
        if (taken("{")) {
            return object();
        }
        if (taken("[")) {
            return array();
        }
        if (taken("\"")) {
            return string();
        }
        if (taken("null")) {
            return null;
        }
        if (taken("true")) {
            return true;
        }
        if (taken("false")) {
            return false;
        }
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) {
            throw wrong("no value");
        }
        at = number.end();
        return new BigDecimal(number.group());
    }

    private Map<String, Object> object() {
        Map<String, Object> fields = new LinkedHashMap<>();
        blanks();
        if (taken("}")) {
            return fields;
        }
        do {
            blanks();
            need("\"");
            String name = string();
            blanks();
            need(":");
            if (fields.containsKey(name)) {
                throw wrong("twice: " + name);
            }
            fields.put(name, value());
            blanks();
        } while (taken(","));
        need("}");
        return fields;
    }

    private List<Object> array() {
        List<Object> values = new ArrayList<>();
        blanks();
        if (taken("]")) {
            return values;
        }
        do {
            values.add(value());
            blanks();
        } while (taken(","));
        need("]");
        return values;
    }

    private String string() {
        StringBuilder value = new StringBuilder();
        while (!taken("\"")) {
            char c = next();
            if (c < 0x20) {
                throw wrong("a raw control character");
            }
            value.append(c == '\\' ? escaped() : c);
        }
        return value.toString();
    }

    private char escaped() {
        char c = next();
        if (c == 'u') {
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        int known = "\"\\/bfnrt".indexOf(c);
        if (known < 0) {
            throw wrong("an unknown escape");
        }
        return "\"\\/\b\f\n\r\t".charAt(known);
    }

    private char next() {
        if (at == text.length()) {
            throw wrong("the end");
        }
        return text.charAt(at++);
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean taken(String word) {
        if (!text.startsWith(word, at)) {
            return false;
        }
        at += word.length();
        return true;
    }

    private void need(String word) {
        if (!taken(word)) {
            throw wrong("no " + word);
        }
    }

    private AssertionError wrong(String what) {
        return new AssertionError(what + " at " + at + " of: " + text);
    }
}
