package io.muontrap.testing;

import io.muontrap.internal.jni.NativeFiles;
import io.muontrap.internal.jni.NativeProcess;
import io.muontrap.internal.proc.Census;
import io.muontrap.internal.proc.Entry;
import io.muontrap.internal.proc.Victim;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Processes that carry a word of the test's in their command line: found also when nobody told their pid, for example
 * because the JVM that started them was killed meanwhile. A fork keeps the word, an exec does not.
 */
public final class Marked {

    private static final int SIGKILL = 9;

    private Marked() {}

    /** Those that are alive, without this JVM. */
    public static List<Integer> alive(String word) throws IOException {
        List<Integer> alive = new ArrayList<>();
        for (Entry entry : Census.take().entries()) {
            if (!entry.dead()
                    && entry.pid() != ProcessHandle.current().pid()
                    && commandLine(entry.pid()).contains(word)) {
                alive.add(entry.pid());
            }
        }
        return alive;
    }

    /** Everything alive in a session, its leader too. */
    public static List<Integer> inSession(long session) throws IOException {
        return Census.take().session((int) session).stream()
                .filter(entry -> !entry.dead())
                .map(Entry::pid)
                .toList();
    }

    /** Kills one that is no child of ours, and waits until it is gone. */
    public static void kill(int pid) throws IOException {
        Optional<Entry> entry = Census.take().entry(pid);
        Optional<Victim> victim = entry.isEmpty() ? Optional.empty() : Victim.open(entry.get());
        if (victim.isPresent()) {
            try (Victim mine = victim.get()) {
                mine.signal(SIGKILL);
                Procs.await("process " + pid + " killed", Duration.ofSeconds(20), () -> Procs.gone(pid));
            }
        }
    }

    /** Reaps a child of this JVM that it inherited; whether there was one to reap. */
    public static boolean reap(int pid) {
        int pidfd = NativeProcess.pidfdOpen(pid);
        if (pidfd < 0) {
            return false;
        }
        try {
            return NativeProcess.await(pidfd, NativeProcess.NO_HANG, new long[5]) == 0;
        } finally {
            NativeFiles.close(pidfd);
        }
    }

    private static String commandLine(int pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
