package io.muontrap.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muontrap.internal.cgroup.Limit;
import io.muontrap.internal.cgroup.Wish;
import io.muontrap.spawn.CheckReturnValue;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupSpecTest {

    private static final CgroupSpec SPEC = CgroupSpec.at("a/b");

    @Test
    void keepsWhatIsSaid() {
        Wish spec = CgroupSpec.at("mycgroup/test")
                .controller("memory")
                .cpuQuota(0.5)
                .memoryMax(256L << 20)
                .swapMax(0)
                .pidsMax(64)
                .ioMax("8:0", "rbps=1048576 wiops=max")
                .cpusetCpus("0-3,5")
                .oomGroup(true)
                .set("memory.low", "1M")
                .wish();
        assertThat(spec.path()).isEqualTo("mycgroup/test");
        assertThat(spec.place()).isEqualTo(Wish.Place.AT);
        assertThat(spec.controllers()).containsExactly("memory");
        assertThat(spec.limits())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        Limit.CPU_QUOTA, "0.5",
                        Limit.MEMORY_MAX, "268435456",
                        Limit.SWAP_MAX, "0",
                        Limit.PIDS_MAX, "64",
                        Limit.CPUSET_CPUS, "0-3,5",
                        Limit.OOM_GROUP, "true"));
        assertThat(spec.devices()).containsExactly(Map.entry("8:0", "rbps=1048576 wiops=max"));
        assertThat(spec.settings()).containsExactly(Map.entry("memory.low", "1M"));
        assertThat(SPEC.pidsMax(3).set("memory.low", "1M")).asString().contains("a/b", "PIDS_MAX=3", "memory.low=1M");
    }

    @Test
    void theLastWordCounts() {
        assertThat(SPEC.pidsMax(1).pidsMax(2).wish().limits()).containsExactly(Map.entry(Limit.PIDS_MAX, "2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/..", "../a", "./a", "a\0", "a\nb"})
    void pathsThatCouldLeaveTheirPlaceAreRefused(String path) {
        assertThatThrownBy(() -> CgroupSpec.at(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("path ");
        assertThatThrownBy(() -> CgroupSpec.under(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("base ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "...", "a..b", "user@1000.service", "a b"})
    void otherPathsAreNot(String path) {
        assertThat(CgroupSpec.at(path).wish().path()).isEqualTo(path);
    }

    static Stream<UnaryOperator<CgroupSpec>> wrong() {
        return Stream.of(
                s -> s.memoryMax(-1),
                s -> s.memoryHigh(-1),
                s -> s.swapMax(-1),
                s -> s.cpuQuota(0),
                s -> s.cpuQuota(-0.5),
                s -> s.cpuQuota(0.000_999),
                s -> s.cpuQuota(Double.NaN),
                s -> s.cpuQuota(Double.POSITIVE_INFINITY),
                s -> s.cpuWeight(0),
                s -> s.cpuWeight(10_001),
                s -> s.pidsMax(0),
                s -> s.pidsMax(-1),
                s -> s.ioWeight(0),
                s -> s.ioMax("8", "rbps=1"),
                s -> s.ioMax("08:0", "rbps=1"),
                s -> s.ioMax("8:0", ""),
                s -> s.ioMax("8:0", "rbps=-1"),
                s -> s.ioMax("8:0", "rbps=0"),
                s -> s.ioMax("8:0", "rbps=1 wiops=010"),
                s -> s.ioMax("8:0", "bps=1"),
                s -> s.cpusetCpus(""),
                s -> s.cpusetCpus("0-"),
                s -> s.cpusetCpus("0,,1"),
                s -> s.cpusetMems("x"),
                s -> s.controller(""),
                s -> s.controller("../memory"),
                s -> s.controller("Memory"),
                s -> s.set("", "1"),
                s -> s.set("a/b", "1"),
                s -> s.set("..", "1"),
                s -> s.set("memory..max", "1"),
                s -> s.set("memory.max", ""),
                s -> s.set("memory.max", "1\0"),
                s -> s.set("cgroup.procs", "0"),
                s -> s.set("tasks", "0"),
                s -> s.set("cgroup.kill", "1"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void wrongValuesAreRefusedAtTheVerb(UnaryOperator<CgroupSpec> verb) {
        assertThatThrownBy(() -> verb.apply(SPEC)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void verbsReturnCopiesAndSayThatTheyDo() {
        CgroupSpec spec = CgroupSpec.auto();
        String before = spec.toString();
        assertThat(spec.memoryMax(1)).isNotSameAs(spec);
        assertThat(spec.set("memory.max", "1")).isNotSameAs(spec);
        assertThat(spec.controller("pids")).isNotSameAs(spec);
        assertThat(spec).hasToString(before);
        assertThat(Arrays.stream(CgroupSpec.class.getDeclaredMethods())
                        .filter(m -> Modifier.isPublic(m.getModifiers()) && m.getReturnType() == CgroupSpec.class))
                .isNotEmpty()
                .allMatch(CgroupSpecTest::checked);
    }

    private static boolean checked(Method method) {
        return method.isAnnotationPresent(CheckReturnValue.class);
    }
}
