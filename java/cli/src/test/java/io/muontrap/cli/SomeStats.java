package io.muontrap.cli;

import io.muontrap.cgroup.CgroupStats;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a group has used, of which only some is known. */
final class SomeStats {

    private SomeStats() {}

    /** By component. */
    static CgroupStats of(Map<String, Object> known) throws ReflectiveOperationException {
        RecordComponent[] components = CgroupStats.class.getRecordComponents();
        Object[] values = Arrays.stream(components)
                .map(component -> known.getOrDefault(component.getName(), nothing(component.getType())))
                .toArray();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        return CgroupStats.class.getDeclaredConstructor(types).newInstance(values);
    }

    private static Object nothing(Class<?> type) {
        if (type == OptionalLong.class) {
            return OptionalLong.empty();
        }
        return type == Map.class ? Map.of() : Optional.empty();
    }
}
