package io.muontrap.internal.reactor;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An eventfd: any thread rings, the reactor clears. */
final class WakeUp implements AutoCloseable {

    private final Descriptor eventfd;
    private final ByteBuffer one = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
    private final ByteBuffer count = ByteBuffer.allocateDirect(8);

    WakeUp() throws IOException {
        int fd = NativeFiles.eventfd();
        if (fd < 0) throw Errno.failure("eventfd", fd);
        eventfd = Descriptor.of(fd);
        one.putLong(0, 1);
    }

    int number() {
        return eventfd.number();
    }

    /** EAGAIN, a full counter, rings as well; closed: nobody listens. */
    void ring() {
        eventfd.write(one.duplicate());
    }

    void clear() {
        eventfd.read(count.clear());
    }

    @Override
    public void close() {
        eventfd.close();
    }
}
