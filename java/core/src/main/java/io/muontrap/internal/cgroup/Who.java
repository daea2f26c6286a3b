package io.muontrap.internal.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * The user for whom a place is judged.
 *
 * @param name as a shell line names him
 * @param writable whether he may write a file, or make entries in a directory
 */
record Who(boolean root, String name, Predicate<Path> writable) {

    /** Whom this process acts for. */
    static Who self() throws IOException {
        // The owner of /proc/self would be root for a process that may not be dumped.
        String uid = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("Uid:"))
                .map(line -> line.split("\t")[2])
                .findFirst()
                .orElse("0");
        return new Who(uid.equals("0"), uid, Files::isWritable);
    }

    /** A shell line that writes one value to one file. */
    String echo(String value, Path file) {
        String word = quoted(value);
        return root ? "echo " + word + " > " + quoted(file) : "echo " + word + " | sudo tee " + quoted(file);
    }

    /** A shell line that runs a command as root. */
    String sudo(String command) {
        return root ? command : "sudo " + command;
    }

    static String quoted(Object word) {
        String text = word.toString();
        return text.matches("[A-Za-z0-9_@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
