package io.muontrap.testing;

/** What {@code target write} writes, to be compared with what arrived. */
public final class Written {

    private Written() {}

    public static byte[] stdout(int bytes) {
        return pattern(bytes, 'a');
    }

    public static byte[] stderr(int bytes) {
        return pattern(bytes, 'A');
    }

    private static byte[] pattern(int bytes, char first) {
        byte[] all = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            all[i] = (byte) (i % 64 == 63 ? '\n' : first + i % 26);
        }
        return all;
    }
}
