package io.muontrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StatsJsonTest {

    @Test
    void whatIsNotKnownOfAGroupIsNull() throws Exception {
        JsonObject json = StatsJson.of(
                SomeStats.of(Map.of("memoryPeak", OptionalLong.of(5), "cpu", Optional.of(Duration.ofMillis(1500)))));
        assertThat(JsonReader.object(json.text()))
                .containsOnlyKeys(
                        "memoryPeak",
                        "oomKills",
                        "cpu",
                        "throttledPeriods",
                        "throttled",
                        "pidsPeak",
                        "readBytes",
                        "writtenBytes")
                .containsEntry("memoryPeak", BigDecimal.valueOf(5))
                .containsEntry("cpu", new BigDecimal("1.500000000"))
                .containsEntry("oomKills", null)
                .containsEntry("throttled", null)
                .containsEntry("writtenBytes", null);
    }

    @Test
    void itIsAnObjectInTheObject() throws Exception {
        JsonObject group = StatsJson.of(SomeStats.of(Map.of("oomKills", OptionalLong.of(2))));
        String text = new JsonObject()
                .string("before", "a")
                .object("cgroup", group)
                .object("none", null)
                .string("after", "b")
                .text();
        assertThat(text)
                .contains("\n  \"cgroup\": {\n    \"memoryPeak\": null,\n    \"oomKills\": 2,", "\n  },\n  \"none\"");
        assertThat(JsonReader.object(text)).containsOnlyKeys("before", "cgroup", "none", "after");
    }
}
