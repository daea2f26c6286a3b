package io.muontrap.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
class DescriptorTest {

    @Test
    void theLastUserClosesTheNumber() throws IOException {
        Descriptor.Ends pipe = Descriptor.pipe();
        Descriptor d = pipe.read();
        int first = d.acquire();
        int second = d.acquire();
        d.close();
        assertThat(d.isClosed()).isTrue();
        assertThat(d.acquire()).isEqualTo(-1);
        assertThat(Pipes.isOpen(first)).isTrue();
        d.release();
        assertThat(Pipes.isOpen(second)).isTrue();
        d.release();
        assertThat(Pipes.isOpen(first)).isFalse();
        pipe.write().close();
        assertThat(Pipes.isOpen(pipe.write().number())).isFalse();
    }

    @Test
    void closingAgainDoesNotCloseTheNextOwnersNumber() throws IOException {
        Descriptor.Ends pipe = Descriptor.pipe();
        pipe.close();
        Descriptor.Ends next = Descriptor.pipe();
        assertThat(next.read().number()).isEqualTo(pipe.read().number());
        pipe.close();
        assertThat(Pipes.isOpen(next.read().number())).isTrue();
        assertThat(pipe.read().read(ByteBuffer.allocateDirect(1))).isEqualTo(-Errno.EBADF);
        assertThat(pipe.write().write(ByteBuffer.allocateDirect(1))).isEqualTo(-Errno.EBADF);
        assertThat(pipe.read().available()).isEqualTo(-Errno.EBADF);
        assertThatThrownBy(() -> pipe.read().setNonBlocking()).hasMessageContaining("EBADF");
        next.close();
    }

    @Test
    void releasingTooOftenIsSaid() throws IOException {
        try (Descriptor.Ends pipe = Descriptor.pipe()) {
            Descriptor borrowed = Descriptor.borrowed(pipe.read().number());
            assertThatThrownBy(borrowed::release).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aBorrowedNumberStaysOpen() throws IOException {
        try (Descriptor.Ends pipe = Descriptor.pipe()) {
            Descriptor borrowed = Descriptor.borrowed(pipe.read().number());
            borrowed.close();
            assertThat(Pipes.isOpen(pipe.read().number())).isTrue();
        }
    }

    @Test
    void readsAndWritesFromThePositionOn() throws IOException {
        try (Descriptor.Ends pipe = Descriptor.pipe()) {
            ByteBuffer out = ByteBuffer.allocateDirect(8).put("xxhello!".getBytes(StandardCharsets.US_ASCII));
            assertThat(pipe.write().write(out.flip().position(2))).isEqualTo(6);
            assertThat(out.remaining()).isZero();
            assertThat(pipe.read().available()).isEqualTo(6);
            ByteBuffer in = ByteBuffer.allocateDirect(8).position(3).limit(7);
            assertThat(pipe.read().read(in)).isEqualTo(4);
            assertThat(in.position()).isEqualTo(7);
            byte[] got = new byte[4];
            in.position(3).get(got);
            assertThat(got).asString(StandardCharsets.US_ASCII).isEqualTo("hell");
            pipe.read().setNonBlocking();
            assertThat(pipe.read().read(in.clear())).isEqualTo(2);
            assertThat(pipe.read().read(in.clear())).isEqualTo(-Errno.EAGAIN);
        }
    }

    @Test
    void filesAreOpenedByBytes(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("é");
        byte[] path = file.toString().getBytes(StandardCharsets.UTF_8);
        try (Descriptor d = Descriptor.open(path, NativeFiles.WRITE)) {
            Pipes.write(d, "one");
        }
        try (Descriptor d = Descriptor.open(path, NativeFiles.APPEND)) {
            Pipes.write(d, "two");
        }
        try (Descriptor d = Descriptor.open(path, NativeFiles.READ)) {
            assertThat(Pipes.readAll(d)).asString(StandardCharsets.UTF_8).isEqualTo("onetwo");
        }
        Files.delete(file);
        assertThatThrownBy(() -> Descriptor.open(path, NativeFiles.READ)).hasMessageContaining("ENOENT");
    }

    /** TRAPS 60: a number closed under a reader and given to the next pipe must not let it read that one's bytes. */
    @Test
    void aReaderNeverReadsAStrangersPipe() throws Exception {
        AtomicReference<Descriptor.Ends> shared = new AtomicReference<>(filled());
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        Thread reader = new Thread(() -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1);
            for (Descriptor.Ends ends; (ends = shared.get()) != null; ) {
                byte mine = (byte) ends.hashCode();
                int n = ends.read().read(buffer.clear());
                if (n == 1 && buffer.get(0) != mine) wrong.set(new AssertionError("read a stranger's byte"));
            }
        });
        reader.start();
        for (int i = 0; i < 5_000; i++) {
            Descriptor.Ends next = filled();
            Descriptor.Ends old = shared.getAndSet(next);
            old.close();
        }
        shared.getAndSet(null).close();
        reader.join();
        assertThat(wrong.get()).isNull();
    }

    private static Descriptor.Ends filled() throws IOException {
        Descriptor.Ends ends = Descriptor.pipe();
        byte[] own = new byte[64];
        java.util.Arrays.fill(own, (byte) ends.hashCode());
        Pipes.write(ends.write(), own);
        ends.read().setNonBlocking();
        return ends;
    }

    @Test
    void buffersAreLentOnce() {
        ByteBuffer one = DirectBuffers.take();
        ByteBuffer two = DirectBuffers.take();
        assertThat(one).isNotSameAs(two);
        assertThat(one.isDirect()).isTrue();
        assertThat(one.remaining()).isEqualTo(DirectBuffers.SIZE);
        DirectBuffers.give(two.position(5));
        DirectBuffers.give(one);
        assertThat(DirectBuffers.take().position()).isZero();
    }
}
