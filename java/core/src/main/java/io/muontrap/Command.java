package io.muontrap;

import io.muontrap.cgroup.CgroupSpec;
import io.muontrap.internal.text.EnvironmentBlock;
import io.muontrap.internal.text.TextBytes;
import io.muontrap.spawn.CheckReturnValue;
import io.muontrap.spawn.SpawnException;
import io.muontrap.spawn.StopPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A program and how it is to run. Immutable: every verb returns a copy, so one command may be kept, shared between
 * threads and started any number of times.
 *
 * <p>The program. A name without a slash is looked up in the PATH that the child will have, not the JVM's (an empty or
 * relative entry there is refused when the search comes to it; {@code /bin:/usr/bin} where there is none); a relative
 * path with a slash counts from the child's directory. No shell is involved.
 *
 * <p>A clean start. The program gets default signal handling, no descriptor but those that are named, a session of its
 * own without a terminal, and the soft limit on open files that it would have outside a JVM: 1024 where the JVM raised its
 * own (a program that needs more raises it up to the hard limit, which stays).
 *
 * <p>Text becomes bytes in the JVM's charset for it ({@code sun.jnu.encoding}); what that cannot express is refused, never
 * replaced. The inherited environment passes byte for byte.
 *
 * <p>Errors. What is wrong by itself is an {@link IllegalArgumentException} at the verb, naming the argument; null is a
 * {@link NullPointerException}. What the host refuses is a {@link SpawnException} from {@link #start} or {@link #run}.
 * Words whose meaning this version does not have yet are an {@link UnsupportedOperationException} there, before anything
 * is made.
 */
public final class Command {

    private static final Duration PROCESS_BUILDER_GRACE = Duration.ofSeconds(10);

    private final CommandSpec spec;

    private Command(CommandSpec spec) {
        this.spec = spec;
    }

    CommandSpec spec() {
        return spec;
    }

    /**
     * A program and its arguments.
     *
     * @param program a name to be looked up, or a path
     * @throws IllegalArgumentException if the program is empty, or one of them holds NUL or cannot be written
     */
    @CheckReturnValue
    public static Command of(String program, String... arguments) {
        return of(program, Arrays.asList(arguments)); // unlike List.of it lets the one that is null be named
    }

    /**
     * A program, the first of the list, and its arguments.
     *
     * @throws IllegalArgumentException if the list or the program is empty, or one of them holds NUL or cannot be written
     */
    @CheckReturnValue
    public static Command of(List<String> words) {
        if (Objects.requireNonNull(words, "command").isEmpty()) {
            throw new IllegalArgumentException("command must not be empty");
        }
        return of(words.get(0), words.subList(1, words.size()));
    }

    /**
     * What a {@link ProcessBuilder} says at this moment: command, directory, environment exactly, redirects and merging.
     * Where nothing is redirected the streams are pipes, standard input too. As there, the limit on open files passes as
     * the JVM has it, and nothing is dropped from the environment.
     *
     * <p>Unlike there: the tree is contained, so that background processes which the program leaves end with it
     * ({@link #afterExit} keeps them), and {@code waitFor} returns when they have; what is asked to stop has 10 s before
     * SIGKILL; the program leads a session of its own, without a terminal; its name is looked up in the PATH of the
     * builder's environment, not the JVM's; a script without {@code #!} is refused (ENOEXEC), where some versions of the
     * JDK give it to a shell.
     *
     * @throws IllegalArgumentException if the command is empty, or something in it cannot be written
     * @throws UncheckedIOException if the JVM's own environment cannot be read
     */
    @CheckReturnValue
    public static Command from(ProcessBuilder builder) {
        Objects.requireNonNull(builder, "builder");
        EnvironmentBlock environment;
        try {
            environment = EnvironmentBlock.exactly(builder.environment());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Command command = of(builder.command());
        if (builder.directory() != null) {
            command = command.directory(builder.directory().toPath());
        }
        return command.with(d -> {
            d.environment = environment;
            d.stdin = Input.from(builder.redirectInput());
            d.stdout = said(builder.redirectOutput());
            d.stderr = builder.redirectErrorStream() ? Output.toStdout() : said(builder.redirectError());
            d.stopPolicy = StopPolicy.termThenKill(PROCESS_BUILDER_GRACE);
            d.keepNofile = true;
        });
    }

    /** One more argument; it may be empty. */
    @CheckReturnValue
    public Command arg(String argument) {
        byte[] bytes = TextBytes.of(argument, argumentName(spec.arguments().size()));
        return with(d -> {
            d.arguments = new ArrayList<>(d.arguments);
            d.arguments.add(bytes);
        });
    }

    /**
     * What the program sees as its own name in place of what was given to {@link #of}, which is still what is run.
     *
     * @throws IllegalArgumentException if it is empty, holds NUL or cannot be written
     */
    @CheckReturnValue
    public Command arg0(String name) {
        byte[] bytes = TextBytes.ofNonEmpty(name, "arg0");
        return with(d -> d.arg0 = bytes);
    }

    /**
     * Sets an environment variable.
     *
     * @throws IllegalArgumentException if the name is empty or holds {@code =}, or one of the two holds NUL or cannot be
     *     written; the message holds no value
     */
    @CheckReturnValue
    public Command env(String name, String value) {
        return environment(spec.environment().set(name, value));
    }

    /**
     * Sets environment variables.
     *
     * @throws IllegalArgumentException as {@link #env(String, String)}
     */
    @CheckReturnValue
    public Command env(Map<String, String> variables) {
        EnvironmentBlock changed = spec.environment();
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            changed = changed.set(variable.getKey(), variable.getValue());
        }
        return environment(changed);
    }

    /**
     * Takes an environment variable away, whether set here or inherited; it need not be there.
     *
     * @throws IllegalArgumentException if the name is empty, holds {@code =} or NUL, or cannot be written
     */
    @CheckReturnValue
    public Command unsetEnv(String name) {
        return environment(spec.environment().unset(name));
    }

    /** An empty environment; what is set afterwards is all that the program has. */
    @CheckReturnValue
    public Command clearEnv() {
        return environment(spec.environment().clear());
    }

    /**
     * Inherits only these variables, and those that were named so before; what was set stays. One that the JVM does not
     * have is not made.
     *
     * <p>Without this verb all pass but those that systemd meant for the JVM alone (NOTIFY_SOCKET, WATCHDOG_PID,
     * WATCHDOG_USEC, LISTEN_PID, LISTEN_PIDFDID, LISTEN_FDS, LISTEN_FDNAMES); named here, they pass too.
     *
     * @throws IllegalArgumentException if there is no name, or one is empty, holds {@code =} or NUL, or cannot be written
     */
    @CheckReturnValue
    public Command inheritEnv(String... names) {
        return environment(spec.environment().inheritOnly(List.of(names)));
    }

    /**
     * The program's working directory; without this the JVM's. A relative one counts from the JVM's. Whether it is there is
     * seen at the start.
     *
     * @throws IllegalArgumentException if it is empty, not of the default file system, or cannot be written
     */
    @CheckReturnValue
    public Command directory(Path directory) {
        byte[] bytes = TextBytes.of(directory, "directory");
        return with(d -> d.directory = bytes);
    }

    /** Where standard input comes from; without this it is empty. */
    @CheckReturnValue
    public Command stdin(Input input) {
        Objects.requireNonNull(input, "input");
        return with(d -> d.stdin = input);
    }

    /**
     * Where standard output goes; without this {@link #start} makes a pipe and {@link #run} captures 16 MiB.
     *
     * @throws IllegalArgumentException if it is {@link Output#toStdout()}
     */
    @CheckReturnValue
    public Command stdout(Output output) {
        if (Objects.requireNonNull(output, "output") == Output.toStdout()) {
            throw new IllegalArgumentException("output of stdout must not be toStdout()");
        }
        return with(d -> d.stdout = output);
    }

    /** Where standard error goes; without this as {@link #stdout}; {@link Output#toStdout()} merges it into that. */
    @CheckReturnValue
    public Command stderr(Output output) {
        Objects.requireNonNull(output, "output");
        return with(d -> d.stderr = output);
    }

    /** All three streams are the JVM's own. */
    @CheckReturnValue
    public Command inheritIO() {
        return with(d -> {
            d.stdin = Input.inherit();
            d.stdout = Output.inherit();
            d.stderr = Output.inherit();
        });
    }

    /**
     * How long the program may run before the tree is stopped with cause {@link Cause#TIMEOUT}; without this for ever. What
     * then follows is bounded too: the stop policy's waits, and the drain.
     *
     * @param timeout from the start; 0 stops it at once
     * @throws IllegalArgumentException if it is negative
     */
    @CheckReturnValue
    public Command timeout(Duration timeout) {
        Duration checked = notNegative(timeout, "timeout");
        return with(d -> d.timeout = checked);
    }

    /**
     * How long the program may write nothing before the tree is stopped with cause {@link Cause#IDLE}; without this for ever.
     * Counts what is captured or goes to a consumer, a log or several outputs, on either stream, also as long as a consumer
     * is getting on with it.
     *
     * @param idle from the start, and anew from each byte; 0 stops it at once
     * @throws IllegalArgumentException if it is negative
     */
    @CheckReturnValue
    public Command idleTimeout(Duration idle) {
        Duration checked = notNegative(idle, "idle");
        return with(d -> d.bounds = new Bounds(checked, d.bounds.output(), d.bounds.cpu()));
    }

    /**
     * How many bytes the tree may write to both outputs together before it is stopped with cause {@link Cause#LIMIT}; without
     * this any number. Counts as {@link #idleTimeout}; what was read then is kept and handed over as ever.
     *
     * @param bytes from 0
     * @throws IllegalArgumentException if it is negative
     */
    @CheckReturnValue
    public Command outputLimit(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must not be negative: " + bytes);
        }
        return with(d -> d.bounds = new Bounds(d.bounds.idle(), bytes, d.bounds.cpu()));
    }

    /**
     * How much processor time, of all processors together, the program may use before the tree is stopped with cause
     * {@link Cause#LIMIT}; without this any. In a control group of version 2, or with cpuacct in version 1, it is that of the whole tree; else
     * that of the leader, and of those of its children that have ended and were waited for. Told to about 10 ms.
     *
     * @param time from 0, which stops it at once
     * @throws IllegalArgumentException if it is negative
     */
    @CheckReturnValue
    public Command cpuLimit(Duration time) {
        Duration checked = notNegative(time, "time");
        return with(d -> d.bounds = new Bounds(d.bounds.idle(), d.bounds.output(), checked));
    }

    /**
     * How long, after the tree's end, output that something else still holds open is waited for; the time begins anew with
     * every byte, up to sixteen times the whole, and to four seconds once a stop, close or timeout has asked for the end (or
     * this drain, where it is longer). 1 s without this. What is cut off by a time that was asked for is no failure.
     *
     * @throws IllegalArgumentException if it is negative
     */
    @CheckReturnValue
    public Command drain(Duration drain) {
        Duration checked = notNegative(drain, "drain");
        return with(d -> {
            d.drain = checked;
            d.drainAsked = true;
        });
    }

    /** How the tree is asked to end; {@link StopPolicy#DEFAULT} without this. */
    @CheckReturnValue
    public Command stopPolicy(StopPolicy policy) {
        Objects.requireNonNull(policy, "policy");
        return with(d -> d.stopPolicy = policy);
    }

    /** What happens to the rest of the tree when the leader ends by itself; without this it is stopped. */
    @CheckReturnValue
    public Command afterExit(AfterExit what) {
        Objects.requireNonNull(what, "what");
        return with(d -> d.afterExit = what);
    }

    /**
     * What happens to the tree when the JVM dies; {@link OwnerDeath#KILL_LEADER} without this. Others arrive with a later
     * version.
     */
    @CheckReturnValue
    public Command onOwnerDeath(OwnerDeath what) {
        Objects.requireNonNull(what, "what");
        return with(d -> d.onOwnerDeath = what);
    }

    /** The tree ends with this thread at the latest. Arrives with a later version. */
    @CheckReturnValue
    public Command ownedBy(Thread owner) {
        Objects.requireNonNull(owner, "owner");
        return with(d -> d.ownedBy = owner);
    }

    /**
     * The start fails unless all of these hold the tree. {@link Containment#PID_NAMESPACE} arrives with a later version.
     *
     * @throws IllegalArgumentException if there is none
     */
    @CheckReturnValue
    public Command require(Containment... containment) {
        Set<Containment> all = EnumSet.noneOf(Containment.class);
        all.addAll(spec.required());
        all.addAll(List.of(some(containment, "containment")));
        return with(d -> d.required = all);
    }

    /** The tree gets a pid namespace of its own. Arrives with a later version. */
    @CheckReturnValue
    public Command isolatePids() {
        return with(d -> d.isolatePids = true);
    }

    /**
     * The tree gets a control group of its own with these limits: nothing that it starts leaves it, by whatever session or
     * user. It is removed with its tree. Without this it has one, without limits, only where this JVM was given a place for
     * groups: below its own group of version 2 where that is delegated to it, or {@code -Dmuontrap.cgroup.base}.
     */
    @CheckReturnValue
    public Command cgroup(CgroupSpec cgroup) {
        Objects.requireNonNull(cgroup, "cgroup");
        return with(d -> d.cgroup = cgroup);
    }

    /**
     * Runs the program as this user: its id, its primary group and its supplementary groups together, and no capabilities.
     * HOME, USER and LOGNAME stay as they are. Needs CAP_SETUID and CAP_SETGID, and CAP_KILL so that we may end it; none of
     * them where this JVM is that user already.
     *
     * <p>Looked up at each start: in /etc/passwd and /etc/group, then, where nsswitch.conf(5) names more than files, by
     * getent(1), whose answer holds for ten seconds. A number without an account needs {@link #group(String)}. A user of
     * uid 0 is refused without {@link #allowRoot}.
     *
     * @param user a name, or a plain decimal number without sign or leading zeros
     * @throws IllegalArgumentException if it is neither
     */
    @CheckReturnValue
    public Command user(String user) {
        String checked = UserWords.check(user, "user");
        return with(d -> d.user = checked);
    }

    /**
     * As {@link #user(String)}, by number.
     *
     * @param uid 0 to 4294967294; 0 needs {@link #allowRoot()}
     * @throws IllegalArgumentException if it is out of range
     */
    @CheckReturnValue
    public Command user(long uid) {
        String checked = UserWords.check(uid, "uid");
        return with(d -> d.user = checked);
    }

    /**
     * Another primary group than the user's. With {@link #user(String)} it is among the supplementary groups too, beside
     * those that have the user as a member; without, those stay as they are.
     *
     * @param group a name, or a plain decimal number without sign or leading zeros
     * @throws IllegalArgumentException if it is neither
     */
    @CheckReturnValue
    public Command group(String group) {
        String checked = UserWords.check(group, "group");
        return with(d -> d.group = checked);
    }

    /**
     * As {@link #group(String)}, by number.
     *
     * @param gid 0 to 4294967294
     * @throws IllegalArgumentException if it is out of range
     */
    @CheckReturnValue
    public Command group(long gid) {
        String checked = UserWords.check(gid, "gid");
        return with(d -> d.group = checked);
    }

    /**
     * Exactly these supplementary groups in place of the user's; none is possible.
     *
     * @param groups names, or plain decimal numbers without sign or leading zeros
     * @throws IllegalArgumentException if one is neither
     */
    @CheckReturnValue
    public Command groups(String... groups) {
        List<String> checked = new ArrayList<>();
        for (String group : groups) {
            checked.add(UserWords.check(group, "group " + (checked.size() + 1)));
        }
        return with(d -> d.groups = checked);
    }

    /**
     * In this JVM's session and process group, without one of its own: the terminal's job control, Ctrl-C and /dev/tty are
     * for the program too, which sudo, ssh or an editor need. What it leaves behind when it ends by itself can then not be
     * found but by a control group; {@link ContainedProcess#containment()} has no SESSION.
     */
    @CheckReturnValue
    public Command foreground() {
        return with(d -> d.foreground = true);
    }

    /** Lets {@link #user(String)} name uid 0. */
    @CheckReturnValue
    public Command allowRoot() {
        return with(d -> d.allowRoot = true);
    }

    /**
     * The exit codes that are success for {@link Result#orThrow()}, in place of 0 alone.
     *
     * @param codes 0 to 255 each
     * @throws IllegalArgumentException if there is none, or one is out of range
     */
    @CheckReturnValue
    public Command successCodes(int... codes) {
        if (codes.length == 0) {
            throw new IllegalArgumentException("codes must not be none");
        }
        Set<Integer> all = new TreeSet<>();
        for (int code : codes) {
            if (code < 0 || code > 255) {
                throw new IllegalArgumentException("codes must be 0 to 255: " + code);
            }
            all.add(code);
        }
        return with(d -> d.successCodes = all);
    }

    /**
     * Where the consumers of outputs run; without this on daemon threads of the library that exist only while one has work.
     * In order and never two at once for one stream, whatever the executor.
     */
    @CheckReturnValue
    public Command executor(Executor executor) {
        Objects.requireNonNull(executor, "executor");
        return with(d -> d.executor = executor);
    }

    /**
     * Starts the program and returns when it runs. Not interruptible: a thread's interrupt stays set.
     *
     * @return the running tree; never null
     * @throws SpawnException if the host refuses; nothing is left behind then
     * @throws UnsupportedOperationException if something was asked that this version does not have, or the library does not
     *     work on this host; the message says which
     */
    public ContainedProcess start() throws IOException {
        refuseUnsupported();
        return Launch.start(this);
    }

    /**
     * Runs the program to its end and its tree's, with no input and both outputs captured unless told otherwise. An exit
     * code other than 0 is no exception; {@link Result#orThrow()} makes it one.
     *
     * @throws SpawnException if the host refuses; nothing is left behind then
     * @throws InterruptedException if the thread is interrupted while it waits; the tree is killed first
     * @throws UnsupportedOperationException as {@link #start}
     */
    public Result run() throws IOException, InterruptedException {
        refuseUnsupported();
        return Launch.run(this);
    }

    /** The words of it, without values of environment variables. */
    @Override
    public String toString() {
        StringJoiner words = new StringJoiner(" ", "Command[", "]");
        words.add(TextBytes.text(spec.program()));
        spec.arguments().forEach(a -> words.add(TextBytes.text(a)));
        StringBuilder text = new StringBuilder(words.toString());
        if (spec.directory() != null) {
            text.append(" in ").append(TextBytes.text(spec.directory()));
        }
        String environment = spec.environment().toString();
        return (environment.isEmpty()
                        ? text
                        : text.append(" with environment: ").append(environment))
                .toString();
    }

    private static Command of(String program, List<String> arguments) {
        byte[] name = TextBytes.ofNonEmpty(program, "program");
        List<byte[]> bytes = new ArrayList<>(arguments.size());
        for (String argument : arguments) {
            bytes.add(TextBytes.of(argument, argumentName(bytes.size())));
        }
        return new Command(new CommandDraft(name, bytes).spec());
    }

    private static String argumentName(int before) {
        return "argument " + (before + 1);
    }

    /** A pipe is what a builder has where nothing was said; run() then captures. */
    private static Output said(Redirect redirect) {
        return redirect.equals(Redirect.PIPE) ? null : Output.from(redirect);
    }

    private static Duration notNegative(Duration time, String what) {
        if (Objects.requireNonNull(time, what).isNegative()) {
            throw new IllegalArgumentException(what + " must not be negative: " + time);
        }
        Duration most = Duration.ofNanos(Long.MAX_VALUE);
        return time.compareTo(most) > 0 ? most : time;
    }

    private static <T> T[] some(T[] given, String what) {
        if (given.length == 0) {
            throw new IllegalArgumentException(what + " must not be none");
        }
        return given;
    }

    private Command environment(EnvironmentBlock environment) {
        return with(d -> d.environment = environment);
    }

    private Command with(Consumer<CommandDraft> change) {
        CommandDraft draft = new CommandDraft(spec);
        change.accept(draft);
        return new Command(draft.spec());
    }

    private void refuseUnsupported() {
        spec.unsupported().ifPresent(word -> {
            throw new UnsupportedOperationException("Command." + word + " is not in this version");
        });
    }
}
