package io.muontrap.cli;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares our arguments with the bytes that they were. The java launcher turns a byte that is no text in the locale's
 * charset into {@code ?} or U+FFFD and says nothing, and the program would get that.
 */
final class RawArguments {

    private static final Path RAW = Path.of("/proc/self/cmdline");

    private RawArguments() {}

    /**
     * For {@code main} only, whose arguments are the last ones of the JVM.
     *
     * @throws IllegalArgumentException if one is not what was given
     */
    static void check(String[] args) throws IOException {
        if (Arrays.stream(args).anyMatch(RawArguments::suspicious)) {
            Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
            check(args, Files.readAllBytes(RAW), charset);
        }
    }

    static void check(String[] args, byte[] raw, Charset charset) {
        List<byte[]> words = words(raw);
        int before = words.size() - args.length;
        for (int i = 0; i < args.length; i++) {
            if (before < 0 || !Arrays.equals(words.get(before + i), args[i].getBytes(charset))) {
                throw new IllegalArgumentException("argument " + (i + 1) + " is no text in this locale's charset "
                        + charset + " and cannot be passed on: " + args[i]);
            }
        }
    }

    private static boolean suspicious(String arg) {
        return arg.chars().anyMatch(c -> c >= 0x80 || c == '?');
    }

    private static List<byte[]> words(byte[] raw) {
        List<byte[]> words = new ArrayList<>();
        int from = 0;
        for (int at = 0; at < raw.length; at++) {
            if (raw[at] == 0) {
                words.add(Arrays.copyOfRange(raw, from, at));
                from = at + 1;
            }
        }
        return words;
    }
}
