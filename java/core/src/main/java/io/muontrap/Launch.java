package io.muontrap;

import io.muontrap.internal.reactor.Reactor;
import io.muontrap.spawn.Child;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.SpawnSpec;
import io.muontrap.spawn.Spawner;
import io.muontrap.spawn.Step;
import java.io.IOException;

/** From the words of a {@link Command} to a running tree. */
final class Launch {

    private Launch() {}

    static ContainedProcess start(Command command) throws IOException {
        return start(command.spec().forStart());
    }

    static Result run(Command command) throws IOException, InterruptedException {
        ContainedProcess process = start(command.spec().forRun());
        try {
            return process.awaitResult();
        } catch (InterruptedException e) {
            process.killAndWait();
            throw e;
        }
    }

    private static ContainedProcess start(CommandSpec command) throws IOException {
        Spawner spawner = Spawner.system(); // says first whether there is a library at all
        if (command.foreground() && command.required().contains(Containment.SESSION)) {
            throw new SpawnException(Step.SESSION, 0, "require(SESSION) asks for what foreground() gives up");
        }
        if (command.bounds().onOutput() && !command.reads()) {
            throw new IllegalArgumentException(
                    "idleTimeout and outputLimit need an output that is captured, or goes to a consumer, a log or several");
        }
        ResolvedProgram program = ResolvedProgram.of(command);
        SpawnSpec spec = SpawnSpec.of(program.file(), program.argv())
                .env(program.environment())
                .session(!command.foreground())
                .rights(UserRights.of(command));
        if (program.directory() != null) {
            spec = spec.directory(program.directory());
        }
        if (command.keepNofile()) {
            spec = spec.keepOpenFilesLimit();
        }
        Reactor reactor = Reactor.get();
        try (LeafPlacement placement = LeafPlacement.of(command)) {
            ContainedProcess process = new ContainedProcess(command, placement.leaf());
            try {
                Child child = spawn(spawner, process.streams().connect(placement.place(spec)), placement);
                process.begin(child, reactor);
                return process;
            } catch (IOException | RuntimeException | Error e) {
                process.streams().abandon();
                placement.undo(e);
                throw e;
            }
        }
    }

    private static Child spawn(Spawner spawner, SpawnSpec spec, LeafPlacement placement) throws IOException {
        Child child;
        try {
            child = spawner.spawn(spec);
        } catch (SpawnException e) {
            throw placement.explained(e);
        }
        try {
            placement.verify(child.pid());
            return child;
        } catch (IOException | RuntimeException | Error e) {
            ContainedProcess.end(child, e);
            throw e;
        }
    }
}
