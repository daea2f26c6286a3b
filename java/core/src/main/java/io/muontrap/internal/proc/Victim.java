package io.muontrap.internal.proc;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.Library;
import io.muontrap.internal.jni.NativeEpoll;
import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.internal.jni.NativeHost;
import io.muontrap.internal.jni.NativeProcess;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that can be signalled without ever hitting another: held by a pidfd.
 *
 * <p>The pidfd is opened first, then the start time is compared. The other way round the number could change hands in
 * between, and signal and wait would go to a stranger for as long as the pidfd is kept.
 *
 * <p>One thread at a time uses it; {@link #close()} may be called again and from any.
 */
public final class Victim implements AutoCloseable {

    private static final int CLOSED = -1;

    private final Entry entry;
    private final AtomicInteger pidfd;

    private Victim(Entry entry, int pidfd) {
        this.entry = entry;
        this.pidfd = new AtomicInteger(pidfd);
    }

    /**
     * Takes hold of a process. Empty when it is gone, and for 0, 1, negative numbers and this JVM, which are never
     * victims.
     *
     * @throws IOException when there are no descriptors left (EMFILE, ENFILE), or no pidfds (ENOSYS, EPERM)
     */
    public static Optional<Victim> open(Entry entry) throws IOException {
        Library.load();
        if (entry.pid() <= 1 || entry.pid() == NativeHost.pid()) return Optional.empty();
        int pidfd = NativeProcess.pidfdOpen(entry.pid());
        // EINVAL, and ENOENT from 6.15 on: the number is a thread's by now
        if (pidfd == -Errno.ESRCH || pidfd == -Errno.EINVAL || pidfd == -Errno.ENOENT) return Optional.empty();
        if (pidfd < 0) throw Errno.failure("pidfd_open of " + entry.pid(), pidfd);
        Victim victim = new Victim(entry, pidfd);
        boolean same = false;
        try {
            same = ProcFiles.entry(entry.pid()).filter(entry::same).isPresent();
        } finally {
            if (!same) victim.close();
        }
        return same ? Optional.of(victim) : Optional.empty();
    }

    public int pid() {
        return entry.pid();
    }

    public Entry entry() {
        return entry;
    }

    /** For an epoll: readable when it is gone. It stays ours to close. */
    public int pidfd() {
        return pidfd.get();
    }

    /** 0, or −errno: −ESRCH when it was gone, −EPERM when it has become another user's, −EBADF when this is closed. */
    public int signal(int signal) {
        int fd = pidfd.get();
        return fd == CLOSED ? -Errno.EBADF : NativeProcess.pidfdSignal(fd, signal, 0);
    }

    /**
     * Has run its last instruction, reaped or not: a parent that reaps late makes no process live longer. Asked of the
     * pidfd, because the letter Z alone also stands for a process of which only the first thread has ended.
     */
    public boolean isGone() throws IOException {
        int fd = pidfd.get();
        if (fd != CLOSED) {
            int events = NativeFiles.poll(fd, NativeEpoll.IN, 0);
            if (events >= 0) return events != 0;
        }
        return ProcFiles.entry(pid())
                .filter(now -> now.same(entry) && !now.dead())
                .isEmpty();
    }

    @Override
    public void close() {
        int fd = pidfd.getAndSet(CLOSED);
        if (fd != CLOSED) NativeFiles.close(fd);
    }

    @Override
    public String toString() {
        return "victim " + pid();
    }
}
