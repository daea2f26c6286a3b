package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassReader;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.MethodVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.Opcodes;
import io.muontrap.spawn.Signal;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No monitor anywhere: a virtual thread that waits in one keeps its carrier, and inputReader() and its like, which are
 * final in Process, lock the object that the user has.
 */
@Timeout(60)
@Tag("trap-67")
class MonitorTest {

    @Test
    @Needs(Capability.SOURCES)
    void noClassOfTheLibraryUsesAMonitor() throws Exception {
        Path classes = Path.of(Command.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> found = new ArrayList<>();
        int seen = 0;
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                found.addAll(monitors(Files.readAllBytes(file)));
                seen++;
            }
        }
        assertThat(found).isEmpty();
        assertThat(seen).isGreaterThan(100);
    }

    /** What the search has to find. */
    static final class Locking {
        private final Object lock = new Object();

        int block() {
            synchronized (lock) {
                return 1;
            }
        }

        synchronized int method() {
            return 1;
        }

        int none() {
            return 1;
        }
    }

    @Test
    void theSearchFindsBothKinds() throws Exception {
        String name = Locking.class.getName().replace('.', '/');
        assertThat(monitors(
                        Locking.class.getResourceAsStream("/" + name + ".class").readAllBytes()))
                .containsExactly(name + ".block", name + ".method");
    }

    private static List<String> monitors(byte[] classFile) {
        List<String> found = new ArrayList<>();
        ClassReader reader = new ClassReader(classFile);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] exceptions) {
                        String method = reader.getClassName() + "." + name;
                        if ((access & Opcodes.ACC_SYNCHRONIZED) != 0) {
                            found.add(method);
                        }
                        return new MethodVisitor(Opcodes.ASM9) {
                            @Override
                            public void visitInsn(int opcode) {
                                if (opcode == Opcodes.MONITORENTER) {
                                    found.add(method);
                                }
                            }
                        };
                    }
                },
                ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return found;
    }

    /** Whoever holds the object's monitor, JDK's readers for example, keeps nobody from anything. */
    @Test
    void aThreadThatLocksTheProcessBlocksNothing() throws Exception {
        ContainedProcess process = Command.of(Target.PATH, "on-term", "bye", "3")
                .stdin(Input.pipe())
                .stderr(Output.lines(line -> {}))
                .start();
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Thread locker = new Thread(() -> {
            synchronized (process) {
                locked.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        });
        locker.start();
        locked.await();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        Thread user = new Thread(() -> {
            try {
                useEverything(process);
            } catch (Throwable t) {
                failed.set(t);
            }
        });
        user.start();
        user.join(TimeUnit.SECONDS.toMillis(50));
        assertThat(user.isAlive()).as("nothing waits for the monitor").isFalse();
        assertThat(failed.get()).isNull();
        release.countDown();
        locker.join();
        assertThat(process.inputReader().readLine()).isEqualTo("bye");
    }

    private static void useEverything(ContainedProcess process) throws IOException, InterruptedException {
        assertThat(new String(process.getInputStream().readNBytes(6))).isEqualTo("ready\n");
        process.getOutputStream().write(1);
        process.getOutputStream().flush();
        assertThat(process.getErrorStream()).isNotNull();
        assertThat(process.isAlive()).isTrue();
        assertThat(process.leaderAlive()).isTrue();
        assertThat(process.pid()).isPositive();
        assertThat(process.toHandle().pid()).isEqualTo(process.pid());
        assertThat(process.info().command()).isPresent();
        assertThat(process.children()).isEmpty();
        assertThat(process.descendants()).isEmpty();
        assertThat(process.toString()).isNotEmpty();
        assertThat(process.waitFor(1, TimeUnit.MILLISECONDS)).isFalse();
        process.signal(Signal.CONT);
        process.signalTree(Signal.CONT);
        var result = process.result();
        var exit = process.onExit();
        process.destroy();
        assertThat(process.waitFor()).isEqualTo(3);
        assertThat(process.stop().status().exitValue()).isEqualTo(3);
        process.destroyForcibly();
        process.close();
        assertThat(process.exitValue()).isEqualTo(3);
        assertThat(result.join().cause()).isEqualTo(Cause.STOP_ASKED);
        assertThat(exit.join()).isSameAs(process);
    }
}
