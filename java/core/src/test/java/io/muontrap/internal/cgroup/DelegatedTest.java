package io.muontrap.internal.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DelegatedTest {

    @TempDir
    Path mount;

    private FakeTree tree;

    @BeforeEach
    void service() throws IOException {
        tree = FakeTree.v2(mount)
                .group("system.slice", "")
                .group("system.slice/x.service", "")
                .group("system.slice/x.service/jvm", "")
                .own("system.slice/x.service");
    }

    private Optional<String> delegated(String... marked) {
        return Bases.delegated(
                tree.hierarchy(),
                path -> Set.of(marked).contains(mount.relativize(path).toString()),
                tree.who());
    }

    @Test
    void rootIsGivenAPlaceByTheMarkAlone() {
        tree.asRoot();
        assertThat(delegated()).isEmpty();
        assertThat(delegated("system.slice/x.service")).contains("system.slice/x.service");
        assertThat(delegated("system.slice"))
                .as("that is not below the service")
                .isEmpty();
    }

    @Test
    void anyOtherUserIsGivenWhatHeMayWrite() {
        assertThat(delegated()).contains("system.slice/x.service");
        tree.refuse("system.slice/x.service", "cgroup.procs");
        assertThat(delegated()).isEmpty();
        assertThat(delegated("system.slice/x.service"))
                .as("the mark alone does not help him")
                .isEmpty();
    }

    @Test
    void withoutTheRightToMakeGroupsNothingIsGiven() {
        tree.refuse("system.slice/x.service");
        assertThat(delegated("system.slice/x.service")).isEmpty();
    }

    @Test
    void inASubgroupOfADelegatedServiceThatServiceIsThePlace() {
        tree.own("system.slice/x.service/jvm");
        assertThat(delegated("system.slice/x.service")).contains("system.slice/x.service");
        assertThat(delegated()).contains("system.slice/x.service/jvm");
        tree.asRoot();
        assertThat(delegated("system.slice/x.service")).contains("system.slice/x.service");
        assertThat(delegated()).isEmpty();
    }

    @Test
    void neverTheTopNorWhatCannotBeSeenOrWritten() throws IOException {
        assertThat(FakeTree.v2(mount).own("").hierarchy())
                .satisfies(top -> assertThat(Bases.delegated(top, path -> true, tree.who()))
                        .isEmpty());
        assertThat(Bases.delegated(FakeTree.v2(mount).hierarchy(), path -> true, tree.who()))
                .isEmpty();
        tree.readOnly();
        assertThat(delegated("system.slice/x.service")).isEmpty();
    }

    @Test
    void theRootOfANamespaceCanBeGiven() throws IOException {
        tree.own("").file("", "cgroup.events", "populated 1\nfrozen 0\n");
        assertThat(delegated()).contains("");
        tree.asRoot();
        assertThat(delegated()).isEmpty();
        assertThat(delegated("")).contains("");
    }
}
