package io.muontrap.internal.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.testing.Groups;
import io.muontrap.testing.Powers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A real group of this test's own, without members. */
record OwnGroup(Path directory) implements AutoCloseable {

    static OwnGroup v1(String controller) throws IOException {
        return below(Groups.base(Powers.cgroupV1(controller)));
    }

    static OwnGroup v2() throws IOException {
        return below(Groups.base(Powers.cgroupV2()));
    }

    private static OwnGroup below(Optional<Path> base) throws IOException {
        return new OwnGroup(Files.createDirectory(base.orElseThrow().resolve(Groups.name())));
    }

    OwnGroup child(String name) throws IOException {
        return new OwnGroup(Files.createDirectory(directory.resolve(name)));
    }

    boolean has(String file) {
        return Files.exists(directory.resolve(file));
    }

    String read(String file) throws IOException {
        return Files.readString(directory.resolve(file));
    }

    void write(String file, String value) throws IOException {
        Files.writeString(directory.resolve(file), value);
    }

    /** Each value is written, and then reads as was said beforehand. */
    void takes(List<Setting> settings) throws IOException {
        for (Setting setting : settings) {
            Optional<String> file = setting.files().stream().filter(this::has).findFirst();
            assertThat(file).as(setting.file()).isPresent();
            write(file.get(), setting.value());
            assertThat(setting.readBack()).isPresent();
            String content = read(file.get());
            assertThat(setting.reads(content)).as(setting + " reads " + content).isTrue();
        }
    }

    @Override
    public void close() throws IOException {
        Files.delete(directory);
    }
}
