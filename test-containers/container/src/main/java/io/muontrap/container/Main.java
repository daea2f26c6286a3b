package io.muontrap.container;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.utility.DockerImageName;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a command as PID 1 of a container without rights, and exits with its code. */
@Command(name = "container", description = "Without capabilities or a network, read-only but for /tmp, limited.")
public final class Main implements Callable<Integer> {

    private static final long MEMORY = 1L << 30;
    private static final long PROCESSES = 2048;
    private static final String TMP = "rw,exec,mode=1777,size=256m";

    @Option(names = "--image", required = true, description = "of the engine that DOCKER_HOST names; never pulled")
    private String image;

    @Option(names = "--user", required = true)
    private String user;

    @Option(names = "--cgroup-parent", required = true)
    private String parent;

    @Option(names = "--seconds", required = true, description = "after which it is killed, and this fails")
    private long seconds;

    @Option(names = "--output", required = true, description = "a file for what it writes")
    private Path output;

    @Option(names = "--read", description = "PATH=PATH of the container: a file to be seen there")
    private Map<String, String> read = Map.of();

    @Option(names = "--write", description = "PATH=PATH of the container: a directory to be seen there")
    private Map<String, String> write = Map.of();

    @Option(names = "--env", description = "NAME=VALUE")
    private Map<String, String> environment = Map.of();

    @Parameters(arity = "1..*", description = "the command")
    private List<String> command;

    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).setStopAtPositional(true).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        try (OutputStream to = Files.newOutputStream(output);
                GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image))) {
            container
                    .withImagePullPolicy(name -> false)
                    .withNetworkMode("none")
                    .withTmpFs(Map.of("/tmp", TMP))
                    .withEnv(environment)
                    .withCommand(command.toArray(String[]::new))
                    .withCreateContainerCmdModifier(create -> {
                        create.withUser(user);
                        withoutRights(Objects.requireNonNull(create.getHostConfig()));
                    })
                    .withLogConsumer(frame -> copy(frame, to))
                    .withStartupCheckStrategy(new Ended(Duration.ofSeconds(seconds)));
            read.forEach((here, there) -> container.withFileSystemBind(here, there, BindMode.READ_ONLY));
            write.forEach((here, there) -> container.withFileSystemBind(here, there, BindMode.READ_WRITE));
            container.start();
            InspectContainerResponse.ContainerState state =
                    container.getCurrentContainerInfo().getState();
            return Math.toIntExact(Objects.requireNonNull(state.getExitCodeLong()));
        }
    }

    private void withoutRights(HostConfig config) {
        config.withCapDrop(Capability.ALL)
                .withReadonlyRootfs(true)
                .withMemory(MEMORY)
                .withPidsLimit(PROCESSES)
                .withCgroupParent(parent);
    }

    private static void copy(OutputFrame frame, OutputStream to) {
        byte[] bytes = frame.getBytes();
        if (bytes == null) return; // the end
        try {
            to.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
