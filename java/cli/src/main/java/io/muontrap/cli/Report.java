package io.muontrap.cli;

import io.muontrap.Cause;
import io.muontrap.Result;
import java.util.List;

/**
 * What is told about a run.
 *
 * @param words the program and its arguments
 * @param cause the library's, but OWNER where it was we who had to end
 * @param why the cause in words
 * @param exitCode ours; null where a signal ends us: then it is 128 + that signal, which a JVM does not tell
 */
record Report(List<String> words, long pid, Result result, Cause cause, String why, Integer exitCode) {

    Report {
        words = List.copyOf(words);
    }
}
