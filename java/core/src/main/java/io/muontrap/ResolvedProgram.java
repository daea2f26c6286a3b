package io.muontrap;

import io.muontrap.internal.jni.Errno;
import io.muontrap.internal.text.EnvironmentBlock;
import io.muontrap.internal.text.PathLookup;
import io.muontrap.internal.text.TextBytes;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A program found and its words in the bytes of exec. Arrays in it are never written.
 *
 * @param file absolute
 * @param argv with the program's name
 * @param environment {@code name=value} each
 * @param directory absolute, or null for the JVM's
 */
@SuppressWarnings("ArrayRecordComponent") // never written, never compared
record ResolvedProgram(byte[] file, List<byte[]> argv, List<byte[]> environment, byte[] directory) {

    /**
     * Looks up and makes absolute what the command names.
     *
     * @throws SpawnException LOOKUP with ENOENT or EACCES if there is no such program in PATH
     */
    static ResolvedProgram of(CommandSpec spec) throws SpawnException {
        List<byte[]> environment;
        byte[] directory;
        byte[] base;
        try {
            environment = spec.environment().entries();
            directory = spec.directory() == null ? null : TextBytes.absolute(spec.directory());
            base = directory == null && slash(spec.program()) ? TextBytes.workingDirectory() : directory;
        } catch (IOException e) {
            SpawnException failure = new SpawnException(Step.LOOKUP, 0, "this JVM's own state is not readable: " + e);
            failure.initCause(e);
            throw failure;
        }
        PathLookup.Outcome outcome = PathLookup.find(spec.program(), EnvironmentBlock.value(environment, "PATH"), base);
        if (outcome instanceof PathLookup.NotFound missing) {
            throw new SpawnException(
                    Step.LOOKUP, missing.denied() ? Errno.EACCES : Errno.ENOENT, missing.why(), missing.path());
        }
        List<byte[]> argv = new ArrayList<>();
        argv.add(spec.arg0() == null ? spec.program() : spec.arg0());
        argv.addAll(spec.arguments());
        return new ResolvedProgram(((PathLookup.Found) outcome).path(), List.copyOf(argv), environment, directory);
    }

    private static boolean slash(byte[] program) {
        for (byte b : program) {
            if (b == '/') {
                return true;
            }
        }
        return false;
    }
}
