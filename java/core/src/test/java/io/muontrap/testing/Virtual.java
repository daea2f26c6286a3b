package io.muontrap.testing;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Virtual threads, where this JVM has them; these sources are compiled for one that has not. */
public final class Virtual {

    private Virtual() {}

    public static boolean supported() {
        return Runtime.version().feature() >= 21;
    }

    public static Thread start(Runnable work) {
        try {
            MethodHandle start = MethodHandles.publicLookup()
                    .findStatic(
                            Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
            return (Thread) start.invokeExact(work);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }
}
