package io.muontrap.internal.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.jni.NativeHost;
import io.muontrap.spawn.ExitStatus;
import io.muontrap.spawn.Rights;
import io.muontrap.spawn.SpawnSpec;
import io.muontrap.testing.Capability;
import io.muontrap.testing.ChildJvm;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Powers;
import io.muontrap.testing.Rounds;
import io.muontrap.testing.Spawned;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Several copies of the library in one JVM, as in application servers and shaded jars: they share the lock over
 * id-changing spawns, without which "dumpable" gets lost between them (TRAPS 9, 10, 65).
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("host")
class JvmLockTest {

    private static final int ROUNDS = Rounds.of(60);

    @Test
    @Tag("jvm")
    @Tag("trap-9")
    @Tag("trap-10")
    @Tag("trap-65")
    @Needs(Capability.CHANGE_IDS)
    void copiesShareTheLock() throws Exception {
        Path everybodys = Powers.targetForAll();
        try {
            ChildJvm.plain()
                    .options("-Dmuontrap.target=" + everybodys)
                    .passes(JvmLockTest.class, "twoCopiesChangeIdsTogether");
        } finally {
            Files.delete(everybodys);
            Files.delete(everybodys.getParent());
        }
    }

    /** What each copy does; made by its class loader, called through a type of the JDK. */
    public static final class IdChanger implements Consumer<CyclicBarrier> {
        @Override
        public void accept(CyclicBarrier together) {
            Rights rights = Rights.ids(23_456, 23_456, List.of());
            SpawnSpec exit = Spawned.target("exit", "3").rights(rights);
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    together.await();
                    for (int i = 0; i < 5; i++) {
                        assertThat(Spawned.status(exit)).isEqualTo(new ExitStatus.Exited(3));
                    }
                    together.await();
                    assertThat(NativeHost.dumpable())
                            .as("dumpable after round %d", round)
                            .isEqualTo(1);
                }
            } catch (InterruptedException | BrokenBarrierException | IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    static void twoCopiesChangeIdsTogether() throws Exception {
        Launcher.get(); // this class loader's own copy
        String library = System.getProperty("muontrap.library");
        List<Object> locks = new ArrayList<>();
        List<Consumer<CyclicBarrier>> changers = new ArrayList<>();
        for (int copy = 0; copy < 2; copy++) {
            // one file can be loaded by one class loader only
            Path file = Files.createTempFile("copy", ".so");
            Files.write(file, Files.readAllBytes(Path.of(library)));
            System.setProperty("muontrap.library", file.toString());
            ClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader());
            Class<?> lock = loader.loadClass(JvmLock.class.getName());
            assertThat(lock).isNotSameAs(JvmLock.class);
            Method get = lock.getDeclaredMethod("get");
            get.setAccessible(true);
            locks.add(get.invoke(null));
            changers.add(changer(loader));
            loader.loadClass(Launcher.class.getName()).getMethod("get").invoke(null); // loads its library now
            Files.delete(file);
        }
        assertThat(locks.get(0)).isSameAs(locks.get(1)).isSameAs(JvmLock.get());
        assertThat(Files.readString(Path.of("/proc/self/maps"))).containsPattern("copy[0-9]+\\.so");

        assertThat(NativeHost.dumpable()).isEqualTo(1);
        CyclicBarrier together = new CyclicBarrier(2);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        List<Future<?>> done = new ArrayList<>();
        for (Consumer<CyclicBarrier> changer : changers) {
            done.add(pool.submit(() -> changer.accept(together)));
        }
        for (Future<?> one : done) {
            one.get();
        }
        pool.shutdown();
    }

    @SuppressWarnings("unchecked")
    private static Consumer<CyclicBarrier> changer(ClassLoader loader) throws ReflectiveOperationException {
        return (Consumer<CyclicBarrier>)
                loader.loadClass(IdChanger.class.getName()).getConstructor().newInstance();
    }

    private static URL[] classPath() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }
}
