/*
 * target: the one program that the tests start. Static, without a libc, so that it starts fast
 * and does nothing that it was not told to.
 *
 *   gcc -std=c17 -static -nostdlib -ffreestanding -fno-stack-protector -O2 -I../../main/c \
 *       target*.c -o target
 *
 * The table below is the documentation; `target help` prints it. This file holds the way in and the
 * dispatch; target_verbs.c, target_io.c, target_tree.c and target_state.c hold the verbs.
 */
#include "target.h"

static const char general[] =
    "target VERB...   (CMD is another verb with its arguments, run in the same process)\n"
    "\n"
    "Signals are names, with or without SIG, or numbers 1..64; lists have commas; `all` is all.\n"
    "SECONDS may have decimals or be `forever`, which is one hour. BYTES (N and M of `write` too)\n"
    "may end in K, M, G. Output goes to stdout unless said otherwise; a printed pid or word is a\n"
    "line of its own in one write, dropped if the descriptor is closed. Where pids and `ready`\n"
    "are printed, `ready` is last, and all then stand in their final place (parent, group,\n"
    "session). Own exit codes: 123 the hour of `forever` is over, 125 bad usage (stderr:\n"
    "`target: WHY: WHICH`), 126 the kernel refused (stderr: `target: CALL: errno N`).\n"
    "\n";

/*
 * Not an array of structs: pointers in one would be relocated data, and the page of its own that
 * they need is 64 KiB of file on aarch64.
 */
#define VERB(verb, function, arguments, help)               \
  do {                                                      \
    if (name == NULL) put_verb(verb, arguments, help);      \
    else if (text_equal(name, verb)) return function(args); \
  } while (0)

static void put_verb(const char *verb, const char *arguments, const char *help) {
  put(verb);
  put(*arguments == 0 ? "" : " ");
  put(arguments);
  put("\n");
  put(help);
}

/* Does the verb of this name; prints the help of all if there is no name. */
static int dispatch(const char *name, char **args) {
  VERB("exit", verb_exit, "N", "    exits with N (0..255), prints nothing\n");
  VERB("signal", verb_signal, "SIG",
       "    dies by SIG (made default, unblocked, core limit 0); 126 if it does not kill\n");
  VERB("sleep", verb_sleep, "SECONDS", "    then exits 0\n");
  VERB("cpu", verb_cpu, "SECONDS", "    burns so much CPU time, then exits 0\n");
  VERB("eat", verb_eat, "BYTES [CMD]",
       "    touches so much memory, prints `ready`, then CMD or sleeps\n");
  VERB("ignore", verb_ignore, "SIG[,SIG...] CMD", "    ignores these signals\n");
  VERB("block", verb_block, "SIG[,SIG...] CMD", "    blocks these signals\n");
  VERB("stop-self", verb_stop_self, "[CMD]",
       "    SIGSTOPs itself; when continued does CMD or exits 0\n");
  VERB("on-term", verb_on_term, "TEXT EXITCODE [MILLIS]",
       "    prints `ready`, sleeps; at TERM prints TEXT, waits MILLIS (0), exits\n");
  VERB("trap-sleep", verb_trap_sleep, "TEXT SECONDS",
       "    prints `ready`; at each TERM prints TEXT and lives on; exits 0 after SECONDS\n");
  VERB("port", verb_port, "PORT [MILLIS]",
       "    listens on 127.0.0.1 (0: any), prints the port, then `ready`, sleeps; at TERM waits\n"
       "    MILLIS (200), closes, exits 0\n");
  VERB("close-all", verb_close_all, "CMD", "    closes every descriptor, 0 to 2 too\n");
  VERB("succeed-second-time", verb_succeed_second_time, "FILE",
       "    adds one byte to FILE (so its size counts runs); exits 1 if it was empty, else 0\n");

  VERB("first", verb_first, "CMD -- CMD",
       "    does the first (its exit code is dropped), then the second\n");
  VERB("ready", verb_ready, "CMD", "    prints `ready`, then CMD\n");
  VERB("pid", verb_pid, "CMD", "    prints its pid, then CMD\n");
  VERB("read-then", verb_read_then, "CMD",
       "    reads one line of stdin, not a byte more, then CMD; exits 1 at EOF before that\n");
  VERB("exec", verb_exec, "PROGRAM [ARG...]",
       "    execve with argv[0] = PROGRAM and the same environment\n");

  VERB("first-thread-ends", verb_first_thread_ends, "CMD",
       "    a second thread does CMD, and the first ends (state Z, though the process lives)\n");
  VERB("attack", verb_attack, "",
       "    says ready, reads a line `PID [stop]`, and tries what may be done to a process of one's\n"
       "    own: prints `seize=`, `vm_readv=`, `mem=` and, if asked, `stop=`: 0 or the errno\n");
  VERB("hang-while", verb_hang_while, "CMD",
       "    a child does CMD; until it ends or execs, this process hangs in state D\n");

  VERB("with-child", verb_with_child, "CMD -- CMD",
       "    a child does the first CMD, this process the second. The child's pid is printed (by\n"
       "    itself, in its place) before either begins. The first CMD ends at the first --, the\n"
       "    second may be with-... again. Exit code: of the second CMD\n");
  VERB("with-group", verb_with_group, "CMD -- CMD",
       "    the same; the child leads a group of its own\n");
  VERB("with-session", verb_with_session, "CMD -- CMD",
       "    the same; the child leads its own session\n");
  VERB("with-orphan", verb_with_orphan, "CMD -- CMD",
       "    the same; double-forked (parent 1 or a subreaper), same group and session\n");
  VERB("with-daemon", verb_with_daemon, "CMD -- CMD",
       "    the same; double-forked, in the session of the process between, which is gone\n");
  VERB("daemonize", verb_daemonize, "CMD",
       "    a true daemon (as with-daemon) prints its pid and does CMD; this process exits 0\n"
       "    then\n");
  VERB("hold-stdout", verb_hold_stdout, "SECONDS",
       "    a child prints its pid and sleeps with stdout and stderr open; exits 0 then\n");
  VERB("hold-stdout-setsid", verb_hold_stdout_setsid, "SECONDS",
       "    the same, the child in its own session\n");
  VERB("fork-tree", verb_fork_tree, "DEPTH [FD]",
       "    binary tree of 2^(DEPTH+1)-1 processes, DEPTH <= 12; every pid, then `ready`, to FD\n"
       "    (1); all sleep for ever. Pids come in no order, but the leader's first\n");
  VERB("tree15", verb_tree15, "",
       "    15 living processes: children, own groups, own sessions, double forks in several\n"
       "    sessions; 15 pids, the leader's first, then `ready`; all sleep. Descent finds 8\n"
       "    (leader counted), the groups and sessions of those 8 all 15\n");
  VERB("fork-chain", verb_fork_chain, "N [exit]",
       "    N processes, each the child of the one before; N pids in order, `ready`, all sleep;\n"
       "    with `exit` each exits 0 after its fork, and only the last is left to sleep\n");
  VERB("breeder", verb_breeder, "[MAX [MICROS]]",
       "    fork bomb: prints `ready` when MAX/2 (MAX: 50, at most 500) are forked; each lives\n"
       "    MICROS (20000), forks one or two, ends, so that pids move. At most MAX live, and as\n"
       "    many newborn that find no room and end. The leader stays, sows again what is killed,\n"
       "    and is a subreaper that ignores CHLD (no zombies); after its death the rest go on\n"
       "    for 2 s with parent 1. All end after 20 s, the leader with 0\n");
  VERB("orphans", verb_orphans, "N [MILLIS]",
       "    N orphans (parent 1 or a subreaper) print their pids, then `ready`, exit 0; each\n"
       "    orphan exits 0 MILLIS (100) after its own line\n");

  VERB("cat", verb_cat, "", "    stdin to stdout until EOF, exits 0\n");
  VERB("count-stdin", verb_count_stdin, "", "    prints the number of bytes until EOF, exits 0\n");
  VERB("echo", verb_echo, "[TEXT...]",
       "    prints the words with blanks between and a newline, one write\n");
  VERB("err", verb_err, "[TEXT...]", "    the same to stderr\n");
  VERB("lines", verb_lines, "N", "    prints `line 1` to `line N`\n");
  VERB("chatter", verb_chatter, "[MICROS]",
       "    prints `line 1`, `line 2` ... for ever, one write each, MICROS (1000) apart\n");
  VERB("write", verb_write, "N [fill BYTE] [stderr M]",
       "    N bytes to stdout, M to stderr, 4096 in turn; byte i is newline if i % 64 == 63,\n"
       "    else 'a' + i % 26 (stderr: 'A' + i % 26); fill: stdout gets only BYTE (0..255)\n");
  VERB("merge", verb_merge, "",
       "    30 bytes in ten writes, stdout and stderr in turn: abcABCdefDEFghiGHIjklJKLmnoMNO\n");

  VERB("print-args", verb_print_args, "[--raw] [ARG...]",
       "    a line per ARG: its length, blank, its bytes in hex; --raw: each ARG and a NUL\n");
  VERB("print-env", verb_print_env, "",
       "    each environment string and a NUL, in order, nothing else\n");
  VERB("print-cwd", verb_print_cwd, "", "    the working directory and a newline\n");
  VERB("print-arg0", verb_print_arg0, "", "    argv[0] and a newline\n");
  VERB("print-state", verb_print_state, "[KEY...]",
       "    key=value lines: all, or those of KEY (`limit`, `fd`, `ns`: all limit.*, fd.*, ns.*):\n"
       "    fds=N,N,.. ascending\n"
       "    fd.N=MCB TARGET: M is r, w, b(oth) or p(ath); C is c(loexec) or -; B is n(onblocking)\n"
       "      or -; TARGET as readlink of /proc/self/fd/N says\n"
       "    pid ppid pgid sid; tty (its number, 0 none); tpgid; threads\n"
       "    uid euid suid gid egid sgid; groups=N,N,..\n"
       "    umask (4 octal digits); nice; ioprio=CLASS:DATA; sched (number of the policy);\n"
       "      timerslack (ns); oom_score_adj; affinity, mems (like 0-3,5)\n"
       "    sigblocked sigignored sigcaught sigpending sigpending_process: 16 hex digits, lowest\n"
       "      bit is signal 1\n"
       "    capinh capprm capeff capbnd capamb: 16 hex digits; securebits: 8 hex digits\n"
       "    seccomp nnp pdeathsig dumpable subreaper keepcaps: decimal\n"
       "    limit.NAME=SOFT:HARD, decimal or `unlimited`; NAME: cpu fsize data stack core rss\n"
       "      nproc nofile memlock as locks sigpending msgqueue nice rtprio rttime\n"
       "    cgroup (/proc/self/cgroup, lines joined by ;); comm; exe; cwd; root\n"
       "    ns.NAME: cgroup ipc mnt net pid user uts\n"
       "    In paths and names, bytes below blank, \\ and 7f are \\xHH. What cannot be read\n"
       "    is `?` or `?errno N`.\n");

  if (name != NULL) usage("no such verb", name);
  return 0;
}

int run(char **args) {
  char *name = need(&args, "CMD (try `target help`)");
  if (!text_equal(name, "help")) return dispatch(name, args);
  put(general);
  dispatch(NULL, args);
  put_flush();
  return 0;
}

/* The kernel's first stack: argc, argv, NULL, envp, NULL. */
_Noreturn void target_start(long *stack);

_Noreturn void target_start(long *stack) {
  long argc = stack[0];
  char **argv = (char **)(stack + 1);
  if (argc < 1) usage("no argv[0]", NULL);
  program_name = argv[0];
  environment = argv + argc + 1;
  sys_exit(run(argv + 1));
}

#if defined(__x86_64__)
__asm__(".text\n"
        ".globl _start\n"
        ".type _start, @function\n"
        "_start:\n"
        "  xor %ebp, %ebp\n"
        "  mov %rsp, %rdi\n"
        "  and $-16, %rsp\n" /* aligned before the call, as C expects */
        "  call target_start\n"
        ".size _start, . - _start\n");
#elif defined(__aarch64__)
__asm__(".text\n"
        ".globl _start\n"
        ".type _start, %function\n"
        "_start:\n"
        "  mov x29, #0\n"
        "  mov x30, #0\n"
        "  mov x0, sp\n"
        "  bl target_start\n"
        ".size _start, . - _start\n");
#endif
