package io.muontrap;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.muontrap.smalllauncher.SmallLauncher;
import io.muontrap.testing.Capability;
import io.muontrap.testing.Needs;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Imports point one way, from the face down to the natives, and nowhere out of the JDK. */
@Needs(Capability.SOURCES)
class ArchitectureTest {

    private static final String FACE = "io.muontrap";

    /** Who may know whom. What is not said is forbidden, and what is said is used. */
    private static final Map<String, Set<String>> MAY_KNOW = Map.ofEntries(
            Map.entry(
                    FACE,
                    names(
                            "cgroup",
                            "spawn",
                            "internal.cgroup",
                            "internal.tree",
                            "internal.output",
                            "internal.proc",
                            "internal.lifecycle",
                            "internal.reactor",
                            "internal.io",
                            "internal.jni",
                            "internal.text",
                            "internal.users")),
            Map.entry(FACE + ".cgroup", names("spawn", "internal.cgroup")),
            Map.entry(
                    FACE + ".spawn",
                    names(
                            "internal.launch",
                            "internal.tree",
                            "internal.proc",
                            "internal.lifecycle",
                            "internal.reactor",
                            "internal.io",
                            "internal.jni",
                            "internal.text",
                            "internal.users")),
            Map.entry(
                    FACE + ".internal.tree",
                    names(
                            "internal.cgroup",
                            "internal.lifecycle",
                            "internal.proc",
                            "internal.reactor",
                            "internal.io",
                            "internal.jni")),
            Map.entry(FACE + ".internal.output", names("internal.reactor", "internal.io", "internal.jni")),
            Map.entry(FACE + ".internal.launch", names("internal.jni")),
            Map.entry(FACE + ".internal.reactor", names("internal.io", "internal.jni")),
            Map.entry(FACE + ".internal.io", names("internal.jni")),
            Map.entry(FACE + ".internal.proc", names("internal.jni")),
            Map.entry(FACE + ".internal.cgroup", names("internal.reactor", "internal.io", "internal.jni")),
            Map.entry(FACE + ".internal.lifecycle", names()),
            Map.entry(FACE + ".internal.text", names()),
            Map.entry(FACE + ".internal.users", names()),
            Map.entry(FACE + ".internal.jni", names()));

    private static final JavaClasses LIBRARY = load(Command.class);

    private static Set<String> names(String... packages) {
        return Stream.of(packages).map(name -> FACE + "." + name).collect(Collectors.toUnmodifiableSet());
    }

    private static JavaClasses load(Class<?> one) {
        try {
            return new ClassFileImporter()
                    .importPath(Path.of(one.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI()));
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Set<String>> known() {
        Map<String, Set<String>> known = new TreeMap<>();
        for (JavaClass each : LIBRARY) {
            if (each.getPackageName().isEmpty()) {
                continue; // module-info
            }
            Set<String> mine = known.computeIfAbsent(each.getPackageName(), name -> new TreeSet<>());
            each.getDirectDependenciesFromSelf().stream()
                    .map(dependency ->
                            dependency.getTargetClass().getBaseComponentType().getPackageName())
                    .filter(name -> name.startsWith(FACE) && !name.equals(each.getPackageName()))
                    .forEach(mine::add);
        }
        return known;
    }

    /** Equal, not only allowed: a way that nobody goes any more is taken from the list. */
    @Test
    void importsPointOneWay() {
        assertThat(LIBRARY).hasSizeGreaterThan(100);
        assertThat(known()).containsExactlyInAnyOrderEntriesOf(MAY_KNOW);
    }

    @Test
    void thereAreNoCycles() {
        slices().matching("io.muontrap.(**)").should().beFreeOfCycles().check(LIBRARY);
        noClasses()
                .that()
                .resideInAnyPackage("io.muontrap.*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(FACE)
                .because("the face stands on top")
                .check(LIBRARY);
    }

    @Test
    void nothingButTheJdksOwnFaceIsNeeded() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.muontrap..",
                        "java.io..",
                        "java.lang..",
                        "java.net",
                        "java.nio..",
                        "java.time..",
                        "java.util..",
                        "")
                .because("core has no run-time dependency, and the JDK's inside is not ours")
                .check(LIBRARY);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.slf4j..", "sun..", "jdk..", "com.sun..")
                .because("System.Logger serves whatever logging an application has")
                .check(LIBRARY);
    }

    @Test
    void nobodyForcesHisWayIntoAnything() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.reflect.AccessibleObject")
                .orShould()
                .callMethodWhere(DescribedPredicate.describe(
                        "a way around access checks",
                        call -> call.getName().equals("setAccessible")
                                || call.getName().equals("trySetAccessible")
                                || call.getName().equals("privateLookupIn")))
                .check(LIBRARY);
    }

    @Test
    void theLifeCycleKnowsNoClockAndNoThread() {
        noClasses()
                .that()
                .resideInAPackage("io.muontrap.internal.lifecycle")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .because("jqwik passes the time in")
                .check(LIBRARY);
    }

    @Test
    void nativesAreInOnePlaceThatHoldsLittleElse() {
        classes()
                .that()
                .containAnyMethodsThat(DescribedPredicate.describe(
                        "are native", method -> method.getModifiers().contains(JavaModifier.NATIVE)))
                .should()
                .resideInAPackage("io.muontrap.internal.jni")
                .check(LIBRARY);
    }

    /** Sixty lines that run, capture, time out and stop: the low-level layer is enough for a launcher. */
    @Test
    void theSmallLauncherStandsOnTheLowLevelLayerAlone() {
        JavaClasses small = new ClassFileImporter().importClasses(SmallLauncher.class, SmallLauncher.Ended.class);
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.muontrap.smalllauncher", "io.muontrap.spawn", "java..", "")
                .check(small);
    }
}
