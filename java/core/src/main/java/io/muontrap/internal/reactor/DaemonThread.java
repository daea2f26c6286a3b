package io.muontrap.internal.reactor;

/**
 * A daemon platform thread that takes nothing from its maker: not the class loader or inheritable thread locals, which
 * it would keep from being collected, nor the thread group, whose other threads an application may interrupt.
 */
public class DaemonThread extends Thread {

    private static final long STACK_OF_JVM = 0;

    public DaemonThread(String name, ClassLoader loader, Runnable work) {
        super(outermostGroup(), work, name, STACK_OF_JVM, false);
        setDaemon(true);
        setPriority(Thread.NORM_PRIORITY);
        setContextClassLoader(loader);
    }

    private static ThreadGroup outermostGroup() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) group = group.getParent();
        return group;
    }
}
