package io.muontrap.internal.jni;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each native is called: a Java method without its C entry is found only by a call (TRAPS 65). The table of calls must
 * name exactly the natives that exist.
 */
@Tag("trap-65")
@Tag("host")
@Tag("place")
class NativesTest {

    private static final int BAD = -Errno.EBADF;
    private static final int NO_FD = 1 << 20;

    @TempDir
    Path directory;

    @BeforeAll
    static void load() {
        Library.load();
    }

    private Map<String, Executable> calls() {
        Map<String, Executable> calls = new TreeMap<>();
        host(calls);
        files(calls);
        new DirectoryCalls(directory).addTo(calls);
        epoll(calls);
        process(calls);
        spawn(calls);
        return calls;
    }

    @TestFactory
    Stream<DynamicTest> eachIsThere() {
        return calls().entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), e.getValue()));
    }

    @Test
    @Needs(Capability.SOURCES)
    void noneIsForgotten() throws Exception {
        List<String> natives = new ArrayList<>();
        Path classes =
                Path.of(Library.class.getResource("Library.class").toURI()).getParent();
        try (Stream<Path> files = Files.list(classes)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                Class<?> type = Class.forName(Library.class.getPackageName() + "." + name);
                for (Method method : type.getDeclaredMethods()) {
                    if (Modifier.isNative(method.getModifiers())) {
                        natives.add(name + "." + method.getName());
                    }
                }
            }
        }
        assertThat(natives).isNotEmpty();
        assertThat(calls().keySet()).containsExactlyInAnyOrderElementsOf(natives);
    }

    private static void host(Map<String, Executable> calls) {
        calls.put("NativeHost.version", () -> assertThat(NativeHost.version()).isEqualTo(Library.VERSION));
        calls.put("NativeHost.probe", () -> assertThat(NativeHost.probe() & 3).isEqualTo(3));
        calls.put("NativeHost.selfPidfd", () -> {
            int fd = NativeHost.selfPidfd();
            assertThat(Files.readString(Path.of("/proc/self/fdinfo/" + fd))).contains("Pid:\t" + NativeHost.pid());
            assertThat(NativeFiles.poll(fd, NativeEpoll.IN, 0)).as("we live").isZero();
            assertThat(NativeFiles.close(fd)).isZero();
        });
        calls.put(
                "NativeHost.pid",
                () -> assertThat((long) NativeHost.pid())
                        .isEqualTo(ProcessHandle.current().pid()));
        calls.put("NativeHost.dumpable", () -> assertThat(NativeHost.dumpable()).isEqualTo(1));
        calls.put("NativeHost.setDumpable", () -> {
            assertThat(NativeHost.setDumpable(0)).isZero();
            assertThat(NativeHost.dumpable()).isZero();
            assertThat(NativeHost.setDumpable(1)).isZero();
            assertThat(NativeHost.dumpable()).isEqualTo(1);
            assertThat(NativeHost.setDumpable(77)).isEqualTo(-Errno.EINVAL);
        });
        calls.put(
                "NativeHost.defaultChildSignal",
                () -> assertThat(NativeHost.defaultChildSignal()).isZero());
        calls.put(
                "NativeHost.childSignalIgnored",
                () -> assertThat(NativeHost.childSignalIgnored()).isZero());
        calls.put("NativeHost.setSubreaper", () -> {
            assertThat(NativeHost.setSubreaper(true)).isZero();
            assertThat(NativeHost.setSubreaper(false)).isZero();
        });
        calls.put("NativeHost.takeMainThreadsScheduling", () -> {
            Thread thread = new Thread(
                    () -> assertThat(NativeHost.takeMainThreadsScheduling()).isZero());
            thread.start();
            thread.join();
        });
        calls.put("NativeHost.kernel", () -> {
            String[] parts = System.getProperty("os.version").split("[^0-9]+");
            assertThat(NativeHost.kernel()).isEqualTo(Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1]));
        });
    }

    private void files(Map<String, Executable> calls) {
        calls.put("NativeFiles.open", this::open);
        calls.put("NativeFiles.close", () -> {
            int fd = open("/dev/null", NativeFiles.READ);
            assertThat(NativeFiles.close(fd)).isZero();
            assertThat(NativeFiles.close(NO_FD)).isEqualTo(BAD);
        });
        calls.put(
                "NativeFiles.pipe",
                () -> withPipe((read, write) -> {
                    assertThat(fdFlags(read)).isEqualTo("02000000");
                    assertThat(fdFlags(write)).isEqualTo("02000001");
                }));
        calls.put(
                "NativeFiles.duplicate",
                () -> withPipe((read, write) -> {
                    int copy = NativeFiles.duplicate(read);
                    assertThat(copy).isGreaterThan(2).isNotEqualTo(read);
                    assertThat(fdFlags(copy)).isEqualTo("02000000");
                    assertThat(NativeFiles.close(copy)).isZero();
                    assertThat(NativeFiles.duplicate(NO_FD)).isEqualTo(BAD);
                }));
        calls.put(
                "NativeFiles.setNonBlocking",
                () -> withPipe((read, write) -> {
                    assertThat(NativeFiles.setNonBlocking(read, true)).isZero();
                    assertThat(read(read, 10)).isEqualTo(-Errno.EAGAIN);
                    assertThat(NativeFiles.setNonBlocking(read, false)).isZero();
                    assertThat(fdFlags(read)).isEqualTo("02000000");
                    assertThat(NativeFiles.setNonBlocking(NO_FD, true)).isEqualTo(BAD);
                }));
        calls.put(
                "NativeFiles.read",
                () -> withPipe((read, write) -> {
                    assertThat(write(write, "hello")).isEqualTo(5);
                    assertThat(read(read, 3)).isEqualTo(3);
                    assertThat(read(read, 30)).isEqualTo(2);
                    assertThat(read(NO_FD, 3)).isEqualTo(BAD);
                    write(write, "more");
                    assertThat(NativeFiles.read(read, 8, 3))
                            .as("EFAULT: no such memory")
                            .isEqualTo(-14);
                }));
        calls.put(
                "NativeFiles.write",
                () -> withPipe((read, write) -> {
                    assertThat(write(write, "x")).isEqualTo(1);
                    assertThat(write(read, "x")).isEqualTo(BAD);
                }));
        calls.put(
                "NativeFiles.available",
                () -> withPipe((read, write) -> {
                    assertThat(NativeFiles.available(read)).isZero();
                    write(write, "abc");
                    assertThat(NativeFiles.available(read)).isEqualTo(3);
                    assertThat(NativeFiles.available(NO_FD)).isEqualTo(BAD);
                }));
        calls.put("NativeFiles.eventfd", () -> {
            int fd = NativeFiles.eventfd();
            assertThat(read(fd, 8)).isEqualTo(-Errno.EAGAIN);
            assertThat(NativeFiles.close(fd)).isZero();
        });
        calls.put(
                "NativeFiles.poll",
                () -> withPipe((read, write) -> {
                    assertThat(NativeFiles.poll(read, NativeEpoll.IN, 10)).isZero();
                    assertThat(NativeFiles.poll(write, NativeEpoll.OUT, -1)).isEqualTo(NativeEpoll.OUT);
                }));
        calls.put(
                "NativeFiles.pollEither",
                () -> withPipe((read, write) -> {
                    int wake = NativeFiles.eventfd();
                    assertThat(NativeFiles.pollEither(read, NativeEpoll.IN, wake, 10))
                            .isZero();
                    assertThat(write(wake, "\1\0\0\0\0\0\0\0")).isEqualTo(8);
                    assertThat(NativeFiles.pollEither(read, NativeEpoll.IN, wake, -1))
                            .isZero();
                    write(write, "x");
                    assertThat(NativeFiles.pollEither(read, NativeEpoll.IN, wake, -1))
                            .isEqualTo(NativeEpoll.IN);
                    NativeFiles.close(wake);
                }));
        calls.put("NativeFiles.address", () -> {
            ByteBuffer direct = ByteBuffer.allocateDirect(16);
            assertThat(NativeFiles.address(direct)).isNotZero();
            assertThat(NativeFiles.address(ByteBuffer.allocate(16))).isZero();
        });
    }

    private void open() throws Exception {
        String file = directory.resolve("file").toString();
        int write = open(file, NativeFiles.WRITE);
        assertThat(write(write, "12345")).isEqualTo(5);
        int append = open(file, NativeFiles.APPEND);
        write(append, "6");
        int both = open(file, NativeFiles.READ_WRITE);
        write(both, "x");
        assertThat(Files.readString(directory.resolve("file"))).isEqualTo("x23456");
        int cut = open(file, NativeFiles.WRITE);
        assertThat(Files.size(directory.resolve("file"))).isZero();
        int dir = open(directory.toString(), NativeFiles.DIRECTORY);
        for (int fd : new int[] {write, append, both, cut, dir}) {
            assertThat(fdFlags(fd)).startsWith("02");
            assertThat(NativeFiles.close(fd)).isZero();
        }
        assertThat(open(file, NativeFiles.DIRECTORY)).isEqualTo(-Errno.ENOTDIR);
        assertThat(open(file + "/x", NativeFiles.READ)).isEqualTo(-Errno.ENOTDIR);
        assertThat(open(file, 99)).isEqualTo(-Errno.EINVAL);
        assertThat(open("x".repeat(5000), NativeFiles.READ)).isEqualTo(-Errno.ENAMETOOLONG);
    }

    private static void epoll(Map<String, Executable> calls) {
        calls.put("NativeEpoll.create", () -> {
            int epoll = NativeEpoll.create();
            assertThat(fdFlags(epoll)).startsWith("02");
            assertThat(NativeFiles.close(epoll)).isZero();
        });
        Executable all = () -> withPipe((read, write) -> {
            int epoll = NativeEpoll.create();
            long[] events = new long[4];
            long data = 0x1234_5678_9abc_def0L;
            assertThat(NativeEpoll.add(epoll, read, NativeEpoll.IN, data)).isZero();
            assertThat(NativeEpoll.add(epoll, read, NativeEpoll.IN, data)).isEqualTo(-Errno.EEXIST);
            assertThat(NativeEpoll.await(epoll, 0, events)).isZero();
            write(write, "x");
            assertThat(NativeEpoll.await(epoll, -1, events)).isEqualTo(1);
            assertThat(events).containsExactly(data, NativeEpoll.IN, 0, 0);
            assertThat(NativeEpoll.modify(epoll, read, 0, data)).isZero();
            assertThat(NativeEpoll.await(epoll, 0, events)).isZero();
            assertThat(NativeEpoll.modify(epoll, read, NativeEpoll.IN | NativeEpoll.ONE_SHOT, -1))
                    .isZero();
            assertThat(NativeEpoll.await(epoll, 0, events)).isEqualTo(1);
            assertThat(events[0]).isEqualTo(-1);
            assertThat(NativeEpoll.await(epoll, 0, events)).isZero();
            assertThat(NativeEpoll.remove(epoll, read)).isZero();
            assertThat(NativeEpoll.remove(epoll, read)).isEqualTo(-Errno.ENOENT);
            assertThat(NativeEpoll.modify(epoll, read, 0, 0)).isEqualTo(-Errno.ENOENT);
            assertThat(NativeEpoll.await(epoll, 0, new long[1])).isEqualTo(-Errno.EINVAL);
            assertThat(NativeEpoll.await(NO_FD, 0, events)).isEqualTo(BAD);
            NativeFiles.close(epoll);
        });
        for (String name : List.of("add", "modify", "remove", "await")) {
            calls.put("NativeEpoll." + name, all);
        }
    }

    private static void process(Map<String, Executable> calls) {
        calls.put("NativeProcess.pidfdOpen", () -> {
            int fd = NativeProcess.pidfdOpen(NativeHost.pid());
            assertThat(fd).isPositive();
            NativeFiles.close(fd);
            assertThat(NativeProcess.pidfdOpen(0)).isEqualTo(-Errno.EINVAL);
        });
        calls.put("NativeProcess.pidfdSignal", () -> {
            int fd = NativeProcess.pidfdOpen(NativeHost.pid());
            assertThat(NativeProcess.pidfdSignal(fd, 0, 0)).isZero();
            NativeFiles.close(fd);
            assertThat(NativeProcess.pidfdSignal(NO_FD, 0, 0)).isEqualTo(BAD);
        });
        calls.put("NativeProcess.kill", () -> {
            assertThat(NativeProcess.kill(NativeHost.pid(), 0)).isZero();
            assertThat(NativeProcess.kill(0, 0)).as("ourselves").isEqualTo(-Errno.EINVAL);
            assertThat(NativeProcess.kill(-1, 0)).as("everybody").isEqualTo(-Errno.EINVAL);
            assertThat(NativeProcess.kill(Integer.MIN_VALUE + 1, 0)).isEqualTo(-Errno.ESRCH);
        });
        calls.put("NativeProcess.await", () -> {
            int self = NativeHost.selfPidfd();
            assertThat(NativeProcess.await(self, NativeProcess.NO_HANG, new long[5]))
                    .as("not our child")
                    .isEqualTo(-Errno.ECHILD);
            NativeFiles.close(self);
            assertThat(NativeProcess.await(NO_FD, NativeProcess.NO_HANG, new long[5]))
                    .isEqualTo(BAD);
        });
        calls.put("NativeProcess.othersInGroup", () -> {
            assertThat(NativeProcess.othersInGroup(Integer.MAX_VALUE)).isEqualTo(-Errno.ESRCH);
            assertThat(NativeProcess.othersInGroup(1)).isEqualTo(-Errno.EINVAL);
        });
        calls.put("NativeProcess.numberInUse", () -> {
            assertThat(NativeProcess.numberInUse(NativeHost.pid())).isEqualTo(1);
            assertThat(NativeProcess.numberInUse(Integer.MAX_VALUE)).isZero();
            assertThat(NativeProcess.numberInUse(0)).isEqualTo(-Errno.EINVAL);
        });
        calls.put("NativeProcess.exitInfo", () -> {
            int self = NativeHost.selfPidfd();
            assertThat(NativeProcess.exitInfo(self))
                    .as("we live, or the kernel cannot say")
                    .isNegative();
            NativeFiles.close(self);
        });
    }

    private static void spawn(Map<String, Executable> calls) {
        Executable arena = () -> {
            ByteBuffer block = NativeSpawn.mapArena(5000);
            assertThat(block.capacity()).isEqualTo(5000);
            for (int i = 0; i < 5000; i++) {
                assertThat(block.get(i)).isZero();
            }
            NativeSpawn.unmapArena(block);
            assertThat(NativeSpawn.mapArena(0)).isNull();
            assertThat(NativeSpawn.mapArena(-1)).isNull();
        };
        calls.put("NativeSpawn.mapArena", arena);
        calls.put("NativeSpawn.unmapArena", arena);
        Executable stack = () -> {
            long top = NativeSpawn.mapStack();
            assertThat(top % 16).isZero();
            assertThat(maps()).anyMatch(line -> line.contains("-" + Long.toHexString(top) + " rw"));
            long bottom = top - 64 * 1024;
            assertThat(maps())
                    .as("a guard below")
                    .anyMatch(line -> line.contains("-" + Long.toHexString(bottom) + " ---"));
            NativeSpawn.unmapStack(top);
        };
        calls.put("NativeSpawn.mapStack", stack);
        calls.put("NativeSpawn.unmapStack", stack);
        calls.put("NativeSpawn.spawn", () -> {
            ByteBuffer empty = NativeSpawn.mapArena(4096);
            long top = NativeSpawn.mapStack();
            assertThat(NativeSpawn.spawn(empty, top)).isEqualTo(-Errno.EINVAL);
            NativeSpawn.unmapStack(top);
            NativeSpawn.unmapArena(empty);
        });
        calls.put(
                "NativeSpawn.stepNames",
                () -> assertThat(new String(NativeSpawn.stepNames(), StandardCharsets.US_ASCII))
                        .startsWith("PLAN,CLONE,")
                        .endsWith(",EXEC,RUNNING"));
    }

    private static List<String> maps() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps"));
    }

    private interface WithPipe {
        void use(int read, int write) throws Exception;
    }

    private static void withPipe(WithPipe body) throws Exception {
        long ends = NativeFiles.pipe();
        assertThat(ends).isPositive();
        int read = (int) ends;
        int write = (int) (ends >> 32);
        try {
            body.use(read, write);
        } finally {
            NativeFiles.close(write);
            NativeFiles.close(read);
        }
    }

    /** Open flags of a descriptor in octal, as fdinfo has them. */
    private static String fdFlags(int fd) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd)).stream()
                .filter(line -> line.startsWith("flags:"))
                .map(line -> line.substring(6).trim())
                .findFirst()
                .orElseThrow();
    }

    private static int open(String path, int how) {
        return NativeFiles.open(path.getBytes(StandardCharsets.UTF_8), how);
    }

    private static int read(int fd, int bytes) {
        return NativeFiles.read(fd, NativeFiles.address(ByteBuffer.allocateDirect(64)), bytes);
    }

    private static int write(int fd, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer direct = ByteBuffer.allocateDirect(64).put(bytes);
        return NativeFiles.write(fd, NativeFiles.address(direct), bytes.length);
    }
}
