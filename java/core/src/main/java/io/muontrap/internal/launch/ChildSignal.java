package io.muontrap.internal.launch;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.jni.NativeHost;

/** SIGCHLD of this JVM, which may have inherited that it is ignored: then every exit status is lost (TRAPS 21). */
final class ChildSignal {

    private static final System.Logger LOG = System.getLogger("io.muontrap");

    private ChildSignal() {}

    /**
     * Before the first child. The JDK does the same before the first child of its own, so no program in Java can rely on
     * it being ignored.
     */
    static void undoIgnored() {
        if (NativeHost.childSignalIgnored() != 1) {
            return;
        }
        int err = NativeHost.defaultChildSignal();
        if (err < 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "SIGCHLD stays ignored, exit codes may be lost: {0}",
                    Errno.name(-err));
        }
    }
}
