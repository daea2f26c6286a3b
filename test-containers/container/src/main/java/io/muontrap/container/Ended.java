package io.muontrap.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import java.time.Duration;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;

/** "Started" is who has ended, whatever the code. */
final class Ended extends StartupCheckStrategy {

    Ended(Duration patience) {
        withTimeout(patience);
    }

    @Override
    public StartupStatus checkStartupState(DockerClient client, String id) {
        InspectContainerResponse.ContainerState state = getCurrentState(client, id);
        return "exited".equals(state.getStatus()) || "dead".equals(state.getStatus())
                ? StartupStatus.SUCCESSFUL
                : StartupStatus.NOT_YET_KNOWN;
    }
}
