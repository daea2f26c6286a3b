package io.muontrap.internal.output;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.io.DirectBuffers;
import io.muontrap.internal.jni.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Writes to a file on the executor: a disk may take its time, and the reactor has none. Only where the bytes go elsewhere
 * too; else the program has the file itself.
 */
public final class FileSink extends HandlerSink {

    private static final long AGAIN_NANOS = 1_000_000;

    private final Descriptor file;

    /**
     * @param file is taken over
     * @param onFailure told once, by any thread, why it could not be written; must not throw
     */
    public FileSink(Descriptor file, Executor executor, Consumer<Throwable> onFailure) {
        super(executor, WhenBehind.WAIT, onFailure);
        this.file = file;
    }

    @Override
    void take(byte[] bytes) {
        ByteBuffer buffer = DirectBuffers.take();
        try {
            for (int at = 0; at < bytes.length; ) {
                int n = Math.min(bytes.length - at, DirectBuffers.SIZE);
                buffer.clear().put(bytes, at, n).flip();
                int written = file.write(buffer);
                if (written == -Errno.EAGAIN) { // the JVM's own stream, which somebody made non-blocking
                    LockSupport.parkNanos(AGAIN_NANOS);
                } else if (written < 0) {
                    if (file.isClosed()) return;
                    throw new UncheckedIOException(refused(written));
                } else {
                    at += written;
                }
            }
        } finally {
            DirectBuffers.give(buffer);
        }
    }

    private static IOException refused(int err) {
        return Errno.failure("write to a file of an output", err);
    }

    @Override
    void gap() {}

    @Override
    void last() {}

    @Override
    public void end(Runnable served) {
        super.end(() -> {
            file.close();
            served.run();
        });
    }

    @Override
    public void cut() {
        super.cut();
        file.close();
    }
}
