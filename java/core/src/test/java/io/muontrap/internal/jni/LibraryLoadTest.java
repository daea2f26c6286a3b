package io.muontrap.internal.jni;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassReader;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassWriter;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.MethodVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.Opcodes;
import io.muontrap.Command;
import io.muontrap.spawn.Spawner;
import io.muontrap.testing.BentJvm;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Target;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where the library comes from, what is done when a place does not serve, and what is said when none does. */
@Timeout(180)
@Tag("trap-65")
@Tag("host")
class LibraryLoadTest {

    private static final String NOWHERE = "/no/such/directory";

    @TempDir
    Path directory;

    /** Loads, runs a program, says how that went. */
    static final class Loads {

        private Loads() {}

        public static void main(String[] args) throws Exception {
            try {
                Spawner.system();
            } catch (UnsupportedOperationException e) {
                System.out.println(e.getMessage());
                for (Throwable one : e.getCause().getSuppressed()) {
                    System.out.println("- " + one);
                }
                return;
            }
            System.out.println("code "
                    + Command.of(Target.PATH, "exit", "7").run().status().exitValue());
            Files.readAllLines(Path.of("/proc/self/maps")).stream()
                    .filter(line -> line.contains("libmuontrap"))
                    .map(line -> line.replaceFirst(".* /", "/"))
                    .distinct()
                    .forEach(System.out::println);
        }
    }

    /** A class path with this file as the jar's copy of the library in front. */
    private List<String> withCopy(Path library, String... options) throws IOException {
        String arch = System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
        Path copy = directory.resolve("jar/META-INF/native/linux-" + arch + "/libmuontrap.so");
        Files.createDirectories(copy.getParent());
        Files.copy(library, copy);
        List<String> all = new ArrayList<>(List.of(options));
        all.add("-Dmuontrap.library=" + NOWHERE + "/libmuontrap.so");
        all.add("-Djava.library.path=" + NOWHERE);
        all.add("-cp");
        all.add(directory.resolve("jar") + ":" + System.getProperty("java.class.path"));
        return all;
    }

    private static Path library() {
        return Path.of(System.getProperty("muontrap.library"));
    }

    private Path made(String name) throws IOException {
        return Files.createDirectory(directory.resolve(name));
    }

    private static List<String> contents(Path where) throws IOException {
        try (Stream<Path> all = Files.list(where)) {
            return all.map(Path::toString).toList();
        }
    }

    @Test
    @Tag("jvm")
    void theFileThatAPropertyNames() throws Exception {
        Path mine = Files.copy(library(), directory.resolve("libmuontrap-of-mine.so"));
        assertThat(BentJvm.run("", Loads.class, List.of("-Dmuontrap.library=" + mine))
                        .ok()
                        .lines())
                .containsExactly("code 7", mine.toRealPath().toString());
    }

    @Test
    @Tag("jvm")
    void theDirectoryOfJavaLibraryPath() throws Exception {
        Files.copy(library(), directory.resolve("libmuontrap.so"));
        assertThat(BentJvm.run(
                                "",
                                Loads.class,
                                List.of("-Dmuontrap.library=" + NOWHERE, "-Djava.library.path=" + directory))
                        .ok()
                        .lines())
                .containsExactly(
                        "code 7",
                        directory.toRealPath().resolve("libmuontrap.so").toString());
    }

    /** The copy in the jar, in a directory that was asked for; nothing of it stays there. */
    @Test
    @Tag("jvm")
    void theCopyInTheJarLeavesNoFile() throws Exception {
        Path temporary = made("temporary");
        List<String> said = BentJvm.run("", Loads.class, withCopy(library(), "-Dmuontrap.tmpdir=" + temporary))
                .ok()
                .lines();
        assertThat(said.get(0)).isEqualTo("code 7");
        assertThat(said.get(1))
                .startsWith(temporary.toRealPath() + "/libmuontrap")
                .endsWith(".so (deleted)");
        assertThat(contents(temporary)).isEmpty();
    }

    @Test
    @Tag("jvm")
    void aDirectoryThatIsMissingIsPassedOver() throws Exception {
        Path temporary = made("temporary");
        List<String> said = BentJvm.run(
                        "",
                        Loads.class,
                        withCopy(library(), "-Dmuontrap.tmpdir=" + NOWHERE, "-Djava.io.tmpdir=" + temporary))
                .ok()
                .lines();
        assertThat(said.get(0)).isEqualTo("code 7");
        assertThat(said.get(1)).startsWith(temporary.toRealPath().toString());
    }

    /** Hardened hosts mount temporary directories noexec. */
    @Test
    @Tag("jvm")
    @Needs(Capability.MOUNT_NAMESPACE)
    void aDirectoryThatIsMountedNoexecIsPassedOver() throws Exception {
        Path noexec = made("noexec");
        Path temporary = made("temporary");
        String mounted = "unshare -m sh -c 'mount -t tmpfs -o noexec none " + noexec + " && exec \"$@\"' sh ";
        List<String> said = BentJvm.run(
                        mounted,
                        Loads.class,
                        withCopy(library(), "-Dmuontrap.tmpdir=" + noexec, "-Djava.io.tmpdir=" + temporary))
                .ok()
                .lines();
        assertThat(said.get(0)).isEqualTo("code 7");
        assertThat(said.get(1)).startsWith(temporary.toRealPath().toString());
        assertThat(contents(temporary)).isEmpty();
    }

    @Test
    @Tag("jvm")
    void whereNoneServesEveryReasonIsKept() throws Exception {
        Path temporary = made("temporary");
        Path garbage = Files.writeString(directory.resolve("garbage"), "no library");
        List<String> said = BentJvm.run(
                        "", Loads.class, withCopy(garbage, "-Dmuontrap.tmpdir=" + temporary, "-Duser.home=" + NOWHERE))
                .ok()
                .lines();
        assertThat(said.get(0))
                .startsWith("muontrap's native library for linux-")
                .contains("could not be loaded");
        assertThat(said).anyMatch(line -> line.contains(NOWHERE + "/libmuontrap.so"));
        assertThat(said).anyMatch(line -> line.contains("java.library.path"));
        assertThat(said).anyMatch(line -> line.contains(temporary + "/libmuontrap"));
        assertThat(said).anyMatch(line -> line.contains("NoSuchFileException: " + NOWHERE));
        assertThat(contents(temporary)).isEmpty();
    }

    /** The JVM loads one file for one class loader only: the second gets a copy of its own. */
    @Test
    @Tag("jvm")
    void twoClassLoaders() throws Exception {
        List<String> options = withCopy(library());
        options.set(0, "-Dmuontrap.library=" + library());
        assertThat(BentJvm.run("", TwoLoaders.class, options).ok().lines()).containsExactly("7", "7", "2");
    }

    /** The library in two class loaders that have nothing in common but the JDK. */
    static final class TwoLoaders {

        private TwoLoaders() {}

        public static void main(String[] args) throws Exception {
            List<URL> path = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(":")) {
                path.add(Path.of(entry).toUri().toURL());
            }
            List<Class<?>> commands = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                URLClassLoader own = new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
                Class<?> command = own.loadClass(Command.class.getName());
                Object made = command.getMethod("of", String.class, String[].class)
                        .invoke(null, Target.PATH, new String[] {"exit", "7"});
                Process process = (Process) command.getMethod("start").invoke(made);
                System.out.println(process.waitFor());
                commands.add(command);
            }
            System.out.println(Map.of(commands.get(0), 1, commands.get(1), 2).size());
        }
    }

    /** A jar that wants another version of the library than the one it finds. */
    @Test
    @Tag("jvm")
    void aLibraryOfAnotherReleaseIsRefused() throws Exception {
        String name = Library.class.getName().replace('.', '/') + ".class";
        ClassWriter writer = new ClassWriter(0);
        try (InputStream original = Library.class.getResourceAsStream("/" + name)) {
            new ClassReader(original).accept(new OtherVersion(writer), 0);
        }
        Path patched = directory.resolve("patched").resolve(name);
        Files.createDirectories(patched.getParent());
        Files.write(patched, writer.toByteArray());
        List<String> said = BentJvm.run(
                        "",
                        Loads.class,
                        List.of("-cp", directory.resolve("patched") + ":" + System.getProperty("java.class.path")))
                .ok()
                .lines();
        assertThat(said).hasSize(1);
        assertThat(said.get(0)).contains("found version " + Library.VERSION).contains("two releases are mixed");
    }

    /** Compares the native's answer with another number than this release's. */
    private static final class OtherVersion extends ClassVisitor {

        OtherVersion(ClassVisitor to) {
            super(Opcodes.ASM9, to);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            MethodVisitor to = super.visitMethod(access, name, descriptor, signature, exceptions);
            if (!name.equals("disagreement")) {
                return to;
            }
            return new MethodVisitor(Opcodes.ASM9, to) {
                @Override
                public void visitInsn(int opcode) {
                    super.visitInsn(opcode == Opcodes.ICONST_0 + Library.VERSION ? Opcodes.ICONST_M1 : opcode);
                }
            };
        }
    }
}
