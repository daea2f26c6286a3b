package io.muontrap.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;

/** Waits for the end of our standard input, by which an owner that runs us with a pipe tells that it is gone. */
final class StdinWatch {

    private StdinWatch() {}

    /** Reads and drops, on a daemon thread of its own, until the end; an input that cannot be read has ended. */
    static void start(Runnable atEnd) {
        Thread thread = new Thread(
                () -> {
                    drop();
                    atEnd.run();
                },
                "muontrap-stdin");
        thread.setDaemon(true);
        thread.start();
    }

    @SuppressWarnings({"resource", "EmptyCatch"}) // standard input is not ours to close
    private static void drop() {
        FileInputStream stdin = new FileInputStream(FileDescriptor.in);
        byte[] dropped = new byte[4096];
        try {
            while (stdin.read(dropped) >= 0) {}
        } catch (IOException unreadable) {
            // EIO: the terminal is gone; EBADF: it was closed before we began. There is no owner at the other end.
        }
    }
}
