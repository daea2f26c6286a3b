package io.muontrap.internal.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;

class LimitsProperties {

    @Property
    void aHigherWeightIsNeverLess(@ForAll @IntRange(min = 1, max = 9_999) int weight) {
        assertThat(V1Limits.weight(weight)).isBetween(10L, 1_000L).isLessThanOrEqualTo(V1Limits.weight(weight + 1));
        assertThat(V1Limits.shares(weight)).isBetween(2L, 262_144L).isLessThan(V1Limits.shares(weight + 1));
    }

    @Property
    void aQuotaIsWhatWasSaidToTheMicrosecond(@ForAll @LongRange(min = 1_000, max = 4_096_000_000L) long millionths) {
        double processors = millionths / 1e6;
        Quota quota = Quota.of(Double.toString(processors));
        assertThat(quota.micros()).isGreaterThanOrEqualTo(1_000);
        assertThat(quota.period()).isIn(100_000L, 1_000_000L);
        assertThat((double) quota.micros()).isCloseTo(processors * quota.period(), within(0.5 + 1e-6));
    }

    @Property
    void aListReadsAsItselfInWhateverOrderAndWords(
            @ForAll @Size(max = 20) @UniqueElements List<@IntRange(max = 40) Integer> numbers, @ForAll Random random) {
        String said = numbers.stream()
                .map(n -> random.nextBoolean() ? n.toString() : n + "-" + n)
                .collect(Collectors.joining(","));
        Setting setting = new Setting("cpuset", "cpuset.cpus", said, Optional.of(said), false);
        List<Integer> shuffled = new ArrayList<>(numbers);
        Collections.shuffle(shuffled, random);
        assertThat(setting.reads(shuffled.stream().map(String::valueOf).collect(Collectors.joining(",")) + "\n"))
                .isTrue();
        assertThat(setting.reads(kernels(new TreeSet<>(numbers)) + "\n")).isTrue();
        TreeSet<Integer> one = new TreeSet<>(numbers);
        if (!one.remove(random.nextInt(41))) one.add(41);
        assertThat(setting.reads(kernels(one) + "\n")).isFalse();
    }

    /** As the kernel prints a set: neighbours as a range. */
    private static String kernels(TreeSet<Integer> numbers) {
        StringBuilder list = new StringBuilder();
        for (Integer n : numbers) {
            if (numbers.contains(n - 1)) continue;
            int last = n;
            while (numbers.contains(last + 1)) last++;
            list.append(list.length() == 0 ? "" : ",").append(n).append(last > n ? "-" + last : "");
        }
        return list.toString();
    }
}
