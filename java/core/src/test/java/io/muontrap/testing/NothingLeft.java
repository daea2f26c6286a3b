package io.muontrap.testing;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails each test of a class that leaves something behind: {@code @ExtendWith(NothingLeft.class)}. */
public final class NothingLeft implements BeforeEachCallback, AfterEachCallback {

    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(NothingLeft.class);

    @Override
    public void beforeEach(ExtensionContext test) throws Exception {
        test.getStore(OURS).put(Leftovers.class, Leftovers.before());
    }

    @Override
    public void afterEach(ExtensionContext test) throws Exception {
        test.getStore(OURS).get(Leftovers.class, Leftovers.class).assertNone();
    }
}
