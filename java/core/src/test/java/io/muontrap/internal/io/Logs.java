package io.muontrap.internal.io;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Keeps what the library logs meanwhile, and off the console. */
public final class Logs extends Handler {

    private static final Logger LOGGER = Logger.getLogger("io.muontrap"); // held, or its settings are collected

    private final List<LogRecord> records = new CopyOnWriteArrayList<>();

    public interface Action {
        void run() throws Exception;
    }

    private Logs() {}

    public static List<LogRecord> during(Action action) throws Exception {
        Logs logs = new Logs();
        LOGGER.addHandler(logs);
        LOGGER.setUseParentHandlers(false);
        try {
            action.run();
        } finally {
            LOGGER.setUseParentHandlers(true);
            LOGGER.removeHandler(logs);
        }
        return logs.records;
    }

    @Override
    public void publish(LogRecord logged) {
        records.add(logged);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
