package io.muontrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class JsonObjectProperties {

    /** Any chars, lone surrogates and control characters too, also over UTF-8. */
    @Property
    void everyTextComesBack(@ForAll String text, @ForAll List<String> texts) {
        String json = new JsonObject()
                .string(text, text)
                .strings("list" + text, texts)
                .text();
        String read = new String(json.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        assertThat(JsonReader.object(read)).isEqualTo(Map.of(text, text, "list" + text, texts));
    }

    @Property
    void everyTimeAndNumberComesBack(@ForAll @LongRange(min = 0) long nanos, @ForAll long number) {
        String json = new JsonObject()
                .seconds("seconds", Duration.ofNanos(nanos))
                .number("number", number)
                .text();
        assertThat(JsonReader.object(json))
                .isEqualTo(Map.of("seconds", BigDecimal.valueOf(nanos, 9), "number", BigDecimal.valueOf(number)));
    }

    @Property
    void whatIsNotKnownIsNull(@ForAll String name) {
        String json =
                new JsonObject().string(name, null).number(name + "2", null).text();
        assertThat(JsonReader.object(json)).containsOnlyKeys(name, name + "2").containsValues(null, null);
    }
}
