package io.muontrap.cli;

import java.text.MessageFormat;
import java.util.ResourceBundle;

/**
 * Warnings of the library, such as of a group that could not be swept: a line each on stderr, as every other message of
 * ours. The JDK's own way would be two lines and a stack trace.
 */
public final class OneLineLog extends System.LoggerFinder {

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Lines(name);
    }

    private record Lines(String name) implements System.Logger {

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return level.getSeverity() >= Level.WARNING.getSeverity() && level != Level.OFF;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String text, Throwable thrown) {
            if (isLoggable(level)) {
                print(thrown == null ? text : text + ": " + thrown.getMessage());
            }
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            if (isLoggable(level)) {
                print(parameters == null || parameters.length == 0 ? format : MessageFormat.format(format, parameters));
            }
        }

        private static void print(String text) {
            System.err.println("muontrap: " + OneLine.of(text));
        }
    }
}
