package io.muontrap.internal.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muontrap.testing.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hosts for which there is no library: said in one sentence, and what was tried is kept (TRAPS 65). */
@Tag("trap-65")
@Tag("host")
class LibraryHostTest {

    static void hasNoLibrary() {
        UnsupportedOperationException refused =
                catchThrowableOfType(UnsupportedOperationException.class, Library::load);
        assertThat(refused).hasMessageContaining("linux-riscv64");
        assertThat(refused.getCause().getSuppressed())
                .anyMatch(t -> t.getMessage().contains("/nonexistent/lib.so"))
                .anyMatch(t -> t.getMessage().contains("java.library.path"))
                .anyMatch(t -> t.getMessage().contains("this jar has no library for linux-riscv64"));
        // again, with the same answer
        assertThat(catchThrowableOfType(UnsupportedOperationException.class, Library::load))
                .hasMessage(refused.getMessage());
    }

    @Test
    @Tag("jvm")
    void anotherArchitecture() throws Exception {
        ChildJvm.plain()
                .options("-Dos.arch=riscv64", "-Dmuontrap.library=/nonexistent/lib.so")
                .passes(LibraryHostTest.class, "hasNoLibrary");
    }

    static void isNotLinux() {
        assertThat(catchThrowableOfType(UnsupportedOperationException.class, Library::load))
                .hasMessage("muontrap runs on Linux, not on Mac OS X");
    }

    @Test
    @Tag("jvm")
    void anotherSystem() throws Exception {
        ChildJvm.plain().options("-Dos.name=Mac OS X").passes(LibraryHostTest.class, "isNotLinux");
    }
}
