package io.muontrap.cgroup;

import io.muontrap.internal.cgroup.CgroupException;
import io.muontrap.internal.cgroup.Leaf;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The files of a leaf that is still there. */
final class LiveCgroup implements Cgroup {

    private final Leaf leaf;

    LiveCgroup(Leaf leaf) {
        this.leaf = leaf;
    }

    @Override
    public String get(String file) throws IOException {
        String name = CgroupSpec.plainFile(file);
        String text = whileThere(() -> leaf.read(controller(name), name))
                .orElseThrow(() -> new IOException("the group has no file " + name + ": " + leaf));
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    @Override
    public void set(String file, String value) throws IOException {
        String name = CgroupSpec.setting(file, value);
        whileThere(() -> {
            leaf.write(controller(name), name, value);
            return name;
        });
    }

    @Override
    public CgroupStats stats() throws IOException {
        return whileThere(() -> StatsReader.read(leaf));
    }

    @Override
    public void freeze() throws IOException {
        whileThere(() -> {
            leaf.freeze();
            return leaf;
        });
    }

    @Override
    public void thaw() throws IOException {
        whileThere(() -> {
            leaf.thaw();
            return leaf;
        });
    }

    @Override
    public List<Path> paths() {
        return leaf.paths();
    }

    private static String controller(String file) {
        int dot = file.indexOf('.');
        return dot < 0 ? "" : file.substring(0, dot);
    }

    private interface Use<T> {
        T on() throws IOException;
    }

    private <T> T whileThere(Use<T> use) throws IOException {
        if (leaf.isClosed()) throw gone();
        try {
            return use.on();
        } catch (CgroupException e) {
            throw leaf.isClosed() ? gone() : e.named();
        }
    }

    private IOException gone() {
        return new IOException("the group is gone, with its tree: " + leaf);
    }

    @Override
    public String toString() {
        return "Cgroup" + leaf;
    }
}
