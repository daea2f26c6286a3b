package io.muontrap.testing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A block device to which some bytes can be moved past the page cache, for limits on that.
 *
 * @param numbers major and minor, with a colon between
 * @param way of the limit: {@code wbps} or {@code rbps}
 * @param dd arguments of dd(1), but for the size
 */
public record Disk(String numbers, String way, List<String> dd) {

    private static final long ENOUGH_KIB = 2048;

    /** The one below this directory, else the first that may be read. */
    public static Optional<Disk> find(Path directory) throws IOException {
        long device = (Long) Files.getAttribute(directory, "unix:dev");
        String below = (device >> 8 & 0xfff) + ":" + (device & 0xff | device >> 12 & ~0xff);
        for (String[] fields : partitions()) {
            if (below.equals(fields[0] + ":" + fields[1])) {
                String file = "of=" + directory.resolve("muontrap-test-disk");
                return Optional.of(new Disk(below, "wbps", List.of("if=/dev/zero", file, "oflag=direct")));
            }
        }
        for (String[] fields : partitions()) {
            Path file = Path.of("/dev", fields[3]);
            if (opens(file)) {
                List<String> dd = List.of("if=" + file, "of=/dev/null", "iflag=direct");
                return Optional.of(new Disk(fields[0] + ":" + fields[1], "rbps", dd));
            }
        }
        return Optional.empty();
    }

    /** The numbers of any whole disk. */
    public static Optional<String> any() throws IOException {
        Path disks = Path.of("/sys/block");
        if (!Files.isDirectory(disks)) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.list(disks)) {
            Optional<Path> first = all.map(disk -> disk.resolve("dev"))
                    .filter(Files::isReadable)
                    .findFirst();
            return first.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Files.readString(first.get()).strip());
        }
    }

    private static List<String[]> partitions() throws IOException {
        return Files.readAllLines(Path.of("/proc/partitions")).stream()
                .map(line -> line.trim().split("\\s+"))
                .filter(fields -> fields.length == 4 && fields[2].matches("[0-9]+"))
                .filter(fields -> Long.parseLong(fields[2]) >= ENOUGH_KIB)
                .toList();
    }

    private static boolean opens(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.isOpen();
        } catch (IOException e) {
            return false;
        }
    }
}
