package io.muontrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassReader;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassWriter;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.MethodVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.Opcodes;
import io.muontrap.testing.BentJvm;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import io.muontrap.testing.Target;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From JDK 26 on Process is Closeable, and its close() waits for the program; ours, which ends the tree, must stay in
 * its place for who was compiled before and after. Tried on a Process of this JDK that was given such a method.
 */
@Timeout(180)
@Tag("trap-66")
class CloseableProcessTest {

    @TempDir
    Path patch;

    /** Process.class with {@code implements Closeable} and {@code void close() throws IOException}, which waits. */
    @BeforeEach
    void patchProcess() throws Exception {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        try (InputStream original = ClassLoader.getSystemResourceAsStream("java/lang/Process.class")) {
            new ClassReader(original).accept(new Closing(writer), 0);
        }
        Files.createDirectories(patch.resolve("java/lang"));
        Files.write(patch.resolve("java/lang/Process.class"), writer.toByteArray());
    }

    private static final class Closing extends ClassVisitor {

        Closing(ClassVisitor to) {
            super(Opcodes.ASM9, to);
        }

        @Override
        public void visit(
                int version, int access, String name, String signature, String superName, String[] interfaces) {
            String[] more = Arrays.copyOf(interfaces, interfaces.length + 1);
            more[interfaces.length] = "java/io/Closeable";
            super.visit(version, access, name, signature, superName, more);
        }

        @Override
        public void visitEnd() {
            MethodVisitor close =
                    super.visitMethod(Opcodes.ACC_PUBLIC, "close", "()V", null, new String[] {"java/io/IOException"});
            close.visitCode();
            close.visitVarInsn(Opcodes.ALOAD, 0);
            close.visitMethodInsn(Opcodes.INVOKEVIRTUAL, "java/lang/Process", "waitFor", "()I", false);
            close.visitInsn(Opcodes.POP);
            close.visitInsn(Opcodes.RETURN);
            close.visitMaxs(0, 0);
            close.visitEnd();
            super.visitEnd();
        }
    }

    /** Runs in the patched JVM. */
    static final class Closes {

        private Closes() {}

        public static void main(String[] args) throws Exception {
            Process process = Command.of(Target.PATH, "sleep", "forever").start();
            ((Closeable) (Object) process).close(); // by the type that only the newer class library gives it
            System.out.println(process.exitValue());
            try (ContainedProcess own =
                    Command.of(Target.PATH, "sleep", "forever").start()) {
                System.out.println(own.isAlive());
            }
            Process theirs = new ProcessBuilder(Target.PATH, "exit", "5").start();
            ((Closeable) (Object) theirs).close();
            System.out.println(theirs.exitValue());
        }
    }

    @Test
    void closeOfANewerClassLibraryIsOurs() throws Exception {
        assertThat(BentJvm.run("", Closes.class, List.of("--patch-module", "java.base=" + patch))
                        .ok()
                        .lines())
                .containsExactly("143", "true", "5");
    }

    @Test
    @Needs(Capability.COMPILER)
    void bothTypesInABlockCompileAgainstIt(@TempDir Path user) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Path source = Files.writeString(user.resolve("User.java"), """
                class User {
                    void newer(io.muontrap.Command command) throws java.io.IOException {
                        try (Process process = command.start()) {
                            process.pid();
                        }
                    }

                    void older(io.muontrap.ContainedProcess given) {
                        try (io.muontrap.ContainedProcess process = given) { // no exception to be caught
                            process.pid();
                        }
                    }

                    java.io.Closeable and(io.muontrap.ContainedProcess given) {
                        return given;
                    }
                }
                """);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int exit = compiler.run(
                null,
                said,
                said,
                "--patch-module",
                "java.base=" + patch,
                "-proc:none",
                "-d",
                Files.createDirectory(user.resolve("out")).toString(),
                "-cp",
                Path.of(Command.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        .toString(),
                source.toString());
        assertThat(exit).as(said.toString()).isZero();
    }
}
