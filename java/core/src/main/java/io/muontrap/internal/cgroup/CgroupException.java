package io.muontrap.internal.cgroup;

import io.muontrap.internal.jni.Errno;
import java.io.IOException;
import java.util.Optional;

/** The kernel refused something of a control group, or it cannot be done here. */
public class CgroupException extends IOException {

    private static final long serialVersionUID = 1;

    private final int errno;
    private final String what;
    private final String path;
    private final String fix;

    /**
     * @param errno positive; 0 where no call said no
     * @param path the file or directory it was about, or null
     * @param fix what would help, or null
     */
    public CgroupException(int errno, String what, String path, String fix) {
        super(path == null ? what : what + ": " + path);
        this.errno = errno;
        this.what = what;
        this.path = path;
        this.fix = fix;
    }

    /** Without a known fix. */
    public CgroupException(int errno, String what, String path) {
        this(errno, what, path, null);
    }

    /** What it was about is not there any more. */
    boolean gone() {
        return errno == Errno.ENOENT || errno == Errno.ENODEV || errno == Errno.EBADF;
    }

    /** With the errno in its message, for those who see no more than that. */
    public IOException named() {
        IOException named = new IOException(
                (errno == 0 ? "" : Errno.name(errno) + ": ") + getMessage() + (fix == null ? "" : "; " + fix));
        named.initCause(this);
        return named;
    }

    public int errno() {
        return errno;
    }

    /** The message without the path. */
    public String what() {
        return what;
    }

    public Optional<String> path() {
        return Optional.ofNullable(path);
    }

    public Optional<String> fix() {
        return Optional.ofNullable(fix);
    }
}
