package io.muontrap.internal.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.muontrap.internal.io.Descriptor;
import io.muontrap.internal.io.Pipes;
import io.muontrap.internal.jni.NativeEpoll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GateTest {

    @Test
    void whatComesBetweenTheLookAndTheWaitIsNotLost() throws Exception {
        try (Descriptor.Ends pipe = Descriptor.pipe();
                Gate gate = new Gate(pipe.read(), NativeEpoll.IN)) {
            gate.prepare();
            gate.open();
            gate.await(); // nobody opens it again
        }
    }

    @Test
    void aClosedGateHoldsNobody() throws Exception {
        Descriptor.Ends pipe = Descriptor.pipe();
        Gate gate = new Gate(pipe.read(), NativeEpoll.IN);
        gate.prepare();
        gate.close();
        gate.await();
        gate.close();
        pipe.close();
        assertThat(Pipes.isOpen(pipe.read().number())).isFalse();
    }

    @Test
    void itWaitsAgainAfterEachPreparation() throws Exception {
        try (Descriptor.Ends pipe = Descriptor.pipe();
                Gate gate = new Gate(pipe.read(), NativeEpoll.IN)) {
            for (int i = 0; i < 3; i++) {
                gate.prepare();
                Thread opener = new Thread(gate::open);
                Thread waiter = Thread.currentThread();
                Thread watcher = new Thread(() -> {
                    Pipes.parked(waiter);
                    opener.start();
                });
                watcher.start();
                gate.await();
                assertThat(opener.getState()).isNotEqualTo(Thread.State.NEW);
                watcher.join();
                opener.join();
            }
        }
    }
}
