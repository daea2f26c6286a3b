package io.muontrap.internal.cgroup;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.io.DirectBuffers;
import io.muontrap.internal.jni.NativeDirectories;
import io.muontrap.internal.jni.NativeEpoll;
import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.internal.reactor.Reactor;
import io.muontrap.internal.reactor.Registration;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Tells when the events of a leaf's version 2 directory change. Version 1 tells nothing: its callers look from time to
 * time. On the reactor's thread only.
 *
 * <p>The kernel tells of a change only those who have read the file by the same descriptor since the last one.
 */
public final class Populated implements AutoCloseable {

    private static final int ENOUGH = 4096;

    private final Leaf leaf;
    private final Reactor reactor;
    private final Runnable changed;
    private Descriptor file;
    private Registration registration;
    private boolean closed;

    public Populated(Leaf leaf, Reactor reactor, Runnable changed) {
        this.leaf = leaf;
        this.reactor = reactor;
        this.changed = changed;
    }

    /** From now on; again: nothing, and false. What was before this wants a look. */
    public boolean watch() throws IOException {
        Optional<Part> v2 = leaf.v2();
        if (closed || registration != null || v2.isEmpty()) return false;
        file = v2.get().directory().file("cgroup.events", false);
        read();
        registration = reactor.register(file, NativeEpoll.PRI, (at, events) -> {
            read();
            changed.run();
        });
        return true;
    }

    private void read() {
        int fd = file.acquire();
        if (fd < 0) return;
        ByteBuffer direct = DirectBuffers.take();
        try {
            NativeDirectories.readFirst(fd, NativeFiles.address(direct), ENOUGH);
        } finally {
            Reference.reachabilityFence(direct);
            DirectBuffers.give(direct);
            file.release();
        }
    }

    /** Out of the epoll before the directory is removed: a removed one is ready for ever. */
    @Override
    public void close() {
        closed = true;
        if (registration != null) registration.close();
        if (file != null) file.close();
    }
}
