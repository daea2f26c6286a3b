package io.muontrap.internal.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.Errno;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Limit;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.SpawnSpec;
import io.muontrap.spawn.Step;
import io.muontrap.testing.Spawned;
import io.muontrap.testing.Target;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;

/**
 * Arguments and environment through a real child and back, for any bytes but NUL and any size that the kernel takes;
 * over its limits E2BIG, named (TRAPS 64, 68, 69).
 */
@Tag("trap-69")
class PlanProperties {

    /** MAX_ARG_STRLEN less the final NUL: 32 pages. */
    private static final int LONGEST = 131_071;

    private static final byte[] PROGRAM = Target.PATH.getBytes(StandardCharsets.UTF_8);

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void argumentsArrive(@ForAll("strings") List<byte[]> arguments) throws Exception {
        List<byte[]> argv = new ArrayList<>(List.of(bytes("target"), bytes("print-args"), bytes("--raw")));
        argv.addAll(arguments);
        Spawned.Run run = Spawned.run(SpawnSpec.of(PROGRAM, argv));
        assertThat(run.status()).isEqualTo(new ExitStatus.Exited(0));
        assertThat(Arrays.equals(run.out(), joined(arguments))).isTrue();
    }

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void theEnvironmentArrives(@ForAll("strings") List<byte[]> entries) throws Exception {
        Spawned.Run run = Spawned.run(SpawnSpec.of(PROGRAM, List.of(bytes("target"), bytes("print-env")))
                .env(entries));
        assertThat(run.status()).isEqualTo(new ExitStatus.Exited(0));
        assertThat(Arrays.equals(run.out(), joined(entries))).isTrue();
    }

    @Provide
    Arbitrary<List<byte[]>> strings() {
        // sizes and a seed, not bytes: jqwik would spend its time on arrays of single values
        Arbitrary<Integer> sizes = Arbitraries.frequencyOf(
                Tuple.of(20, Arbitraries.integers().between(0, 40)),
                Tuple.of(4, Arbitraries.integers().between(0, 5000)),
                Tuple.of(1, Arbitraries.of(4095, 4096, 65_535, 65_536, LONGEST - 1, LONGEST)));
        return sizes.list()
                .ofMaxSize(60)
                .flatMap(list -> Arbitraries.longs()
                        .map(seed -> list.stream()
                                .map(size -> random(new Random(seed ^ size), size))
                                .toList()));
    }

    private static byte[] random(Random random, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (1 + random.nextInt(255));
        }
        return bytes;
    }

    @Example
    void theLongestStringArrivesAndOneByteMoreDoesNot() throws Exception {
        byte[] longest = filled(LONGEST);
        Spawned.Run run = Spawned.run(printArgs(List.of(longest)));
        assertThat(run.out()).hasSize(LONGEST + 1).startsWith(longest);
        Spawned.Run environment = Spawned.run(Spawned.target("print-env").env(List.of(longest)));
        assertThat(environment.out()).hasSize(LONGEST + 1).startsWith(longest);

        assertTooBig(printArgs(List.of(filled(LONGEST + 1))));
        assertTooBig(Spawned.target("print-env").env(List.of(filled(LONGEST + 1))));
    }

    /** A quarter of the stack's limit, but never more than 6 MiB; each string's pointer counts. */
    @Example
    void allTogetherUpToTheKernelsLimit() throws Exception {
        long mebibyte = 1 << 20;
        for (long stack : new long[] {8 * mebibyte, 64 * mebibyte}) {
            int limit = (int) Math.min(stack / 4, 6 * mebibyte);
            Limit own = new Limit(Limit.Resource.STACK, stack, Limit.NONE);
            List<byte[]> most = strings(limit - 4096);
            Spawned.Run run = Spawned.run(printArgs(most).limit(own));
            assertThat(run.status()).isEqualTo(new ExitStatus.Exited(0));
            assertThat(Arrays.equals(run.out(), joined(most))).isTrue();

            assertTooBig(printArgs(strings(limit + 4096)).limit(own));
        }
    }

    @Example
    void manyEmptyStringsCountByTheirPointers() throws Exception {
        List<byte[]> empty = new ArrayList<>();
        while (empty.size() < 200_000) {
            empty.add(new byte[0]);
        }
        Limit stack = new Limit(Limit.Resource.STACK, 8 << 20, Limit.NONE);
        Spawned.Run run = Spawned.run(printArgs(empty).limit(stack));
        assertThat(run.out()).hasSize(empty.size()).containsOnly(0);
        List<byte[]> more = new ArrayList<>(empty);
        more.addAll(empty);
        assertTooBig(printArgs(more).limit(stack));
    }

    /** More than any kernel takes is not even laid out, and says the same. */
    @Example
    void aPlanOfMoreThan64MebibytesIsTooBigToo() throws Exception {
        assertTooBig(printArgs(List.of(filled(65 << 20))));
    }

    private static void assertTooBig(SpawnSpec spec) throws Exception {
        SpawnException refused = Spawned.refused(spec, Step.EXEC, Errno.E2BIG);
        assertThat(refused.errnoName()).isEqualTo("E2BIG");
        assertThat(refused.path()).contains(Target.PATH);
    }

    private static SpawnSpec printArgs(List<byte[]> arguments) {
        List<byte[]> argv = new ArrayList<>(List.of(bytes("target"), bytes("print-args"), bytes("--raw")));
        argv.addAll(arguments);
        return SpawnSpec.of(PROGRAM, argv).env(List.of());
    }

    /** Strings that take so many bytes of the new program's stack, their pointers counted. */
    private static List<byte[]> strings(int bytes) {
        List<byte[]> strings = new ArrayList<>();
        int left = bytes;
        while (left > 0) {
            int size = Math.min(LONGEST, Math.max(0, left - 9));
            strings.add(filled(size));
            left -= size + 9;
        }
        return strings;
    }

    private static byte[] filled(int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(List<byte[]> strings) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] string : strings) {
            all.writeBytes(string);
            all.write(0);
        }
        return all.toByteArray();
    }
}
