package io.muontrap.internal.launch;

import io.muontrap.internal.jni.Library;
import io.muontrap.internal.jni.NativeHost;

/**
 * What a child asks about its owner just before it execs.
 *
 * @param pidfd of this JVM, opened once and never closed; −1 where the kernel has none
 * @param parentPid what the child's getppid() must say
 */
record Owner(int pidfd, int parentPid) {

    static final Owner THIS_JVM = find();

    private static Owner find() {
        Library.load();
        return new Owner(Math.max(-1, NativeHost.selfPidfd()), NativeHost.pid());
    }
}
