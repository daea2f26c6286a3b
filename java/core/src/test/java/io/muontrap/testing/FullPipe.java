package io.muontrap.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.spawn.Fd;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A pipe that takes no more. Given to a child as a cgroup's file to join, it holds that child at its step JOIN, before
 * the exec and inside the JVM's memory, until {@link #makeRoom()}: the window of many races, as wide as wanted.
 */
public final class FullPipe implements AutoCloseable {

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(64 * 1024);
    private final Fd.Pipe pipe;

    public FullPipe() throws IOException {
        pipe = Fd.pipe();
        int fd = pipe.write().number();
        NativeFiles.setNonBlocking(fd, true);
        long address = NativeFiles.address(bytes);
        for (int size = bytes.capacity(); size > 0; ) {
            int n = NativeFiles.write(fd, address, size);
            if (n == -Errno.EAGAIN) {
                size /= 2;
            } else {
                assertThat(n).isPositive();
            }
        }
        NativeFiles.setNonBlocking(fd, false);
    }

    /** What a child joins. */
    public Fd write() {
        return pipe.write();
    }

    public void makeRoom() {
        assertThat(NativeFiles.read(pipe.read().number(), NativeFiles.address(bytes), bytes.capacity()))
                .isPositive();
    }

    @Override
    public void close() {
        pipe.close();
    }
}
