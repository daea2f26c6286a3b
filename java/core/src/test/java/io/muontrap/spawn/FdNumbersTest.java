package io.muontrap.spawn;

import static io.muontrap.testing.Spawned.refused;
import static io.muontrap.testing.Spawned.state;
import static io.muontrap.testing.Spawned.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.internal.jni.Errno;
import io.muontrap.testing.ChildJvm;
import io.muontrap.testing.Leftovers;
import io.muontrap.testing.Rounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TRAPS 23: the numbers that a child wants and those that the JVM has may be the same, in any way. */
@Tag("trap-23")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("host")
class FdNumbersTest {

    private static final Path ZERO = Path.of("/dev/zero");
    private static final Path NULL = Path.of("/dev/null");

    static void numbersFromThreeUp() throws Exception {
        try (Fd zero = Fd.openRead(ZERO);
                Fd nothing = Fd.openWrite(NULL)) {
            Map<String, String> child =
                    state(spec -> spec.fd(3, zero).fd(5, nothing).fd(200, zero));
            assertThat(child)
                    .containsEntry("fds", "0,1,2,3,5,200")
                    .containsEntry("fd.3", "r-- /dev/zero")
                    .containsEntry("fd.5", "w-- /dev/null")
                    .containsEntry("fd.200", "r-- /dev/zero");
        }
    }

    static void theirOwnNumberAndEachOthers() throws Exception {
        try (Fd zero = Fd.openRead(ZERO);
                Fd nothing = Fd.openWrite(NULL)) {
            int z = zero.number();
            int n = nothing.number();
            assertThat(state(spec -> spec.fd(z, zero).fd(n, nothing)))
                    .containsEntry("fd." + z, "r-- /dev/zero")
                    .containsEntry("fd." + n, "w-- /dev/null");
            assertThat(state(spec -> spec.fd(n, zero).fd(z, nothing)))
                    .containsEntry("fd." + n, "r-- /dev/zero")
                    .containsEntry("fd." + z, "w-- /dev/null");
        }
    }

    /** Any permutation of some numbers, some of them given twice. */
    static void anyPermutation() throws Exception {
        Random random = new Random(7);
        List<Fd> fds = new ArrayList<>();
        try {
            for (Path path :
                    List.of(ZERO, NULL, Path.of("/dev/full"), Path.of("/dev/random"), Path.of("/proc/version"))) {
                fds.add(Fd.openRead(path));
            }
            Map<Integer, String> names = fds.stream().collect(Collectors.toMap(Fd::number, fd -> link(fd.number())));
            for (int round = 0; round < Rounds.of(30); round++) {
                List<Integer> numbers = new ArrayList<>(names.keySet());
                numbers.addAll(List.of(0, 2, 3, 90));
                Collections.shuffle(numbers, random);
                Map<Integer, Fd> wanted = new TreeMap<>();
                for (int number : numbers.subList(0, 5 + random.nextInt(4))) {
                    wanted.put(number, fds.get(random.nextInt(fds.size())));
                }
                Map<String, String> child = state(spec -> {
                    SpawnSpec all = spec;
                    for (Map.Entry<Integer, Fd> one : wanted.entrySet()) {
                        all = all.fd(one.getKey(), one.getValue());
                    }
                    return all;
                });
                wanted.forEach((number, fd) ->
                        assertThat(child).containsEntry("fd." + number, "r-- " + names.get(fd.number())));
            }
        } finally {
            fds.forEach(Fd::close);
        }
    }

    private static String link(int fd) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static void whatCannotBePlaced() throws Exception {
        SpawnException closed = refused(target("exit", "0").fd(3, Fd.of(900_000)), Step.PLACE_FDS, Errno.EBADF);
        assertThat(closed.fix()).isPresent();
        try (Fd zero = Fd.openRead(ZERO)) {
            refused(target("exit", "0").fd(1_000_000, zero), Step.KEEP_FDS, Errno.EINVAL);
        }
    }

    @Test
    void here() throws Exception {
        numbersFromThreeUp();
        theirOwnNumberAndEachOthers();
        anyPermutation();
        whatCannotBePlaced();
    }

    @Test
    @Tag("jvm")
    @Tag("trap-17")
    void onTheWaysAround() throws Exception {
        ChildJvm.plain()
                .options("-Dmuontrap.disable=clone3,close_range,signal_group")
                .passes(
                        FdNumbersTest.class,
                        "numbersFromThreeUp",
                        "theirOwnNumberAndEachOthers",
                        "anyPermutation",
                        "whatCannotBePlaced");
    }

    @Test
    @Tag("trap-60")
    void aClosedOneIsRefusedBeforeAnythingIsMade() throws Exception {
        Spawner.system();
        Leftovers before = Leftovers.before();
        Fd closed = Fd.openRead(ZERO);
        closed.close();
        closed.close();
        assertThatThrownBy(() -> Spawner.system().spawn(target("exit", "0").stdin(closed)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(closed::number).isInstanceOf(IllegalStateException.class);
        before.assertNone();
    }
}
