/*
 * Drives spawn() and probe() without a JVM: plans laid out by hand, children this program itself.
 * Built hosted (MUONTRAP_HOSTED), so that sanitizers can watch the parent's half.
 *
 *   spawn_test            all checks, prints "N passed, N failed"; 77 where the host cannot vfork
 *   spawn_test VERB ...   what a child does: see child_main
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel.h"
#include "plan_draft.h"
#include "probe.h"
#include "sys.h"

static int passed;
static int failed;
static const char *section = "";

#define CHECK(condition) check((condition) != 0, #condition, __LINE__)

static void check(int good, const char *what, int line) {
  if (good) {
    __atomic_add_fetch(&passed, 1, __ATOMIC_SEQ_CST);
    return;
  }
  __atomic_add_fetch(&failed, 1, __ATOMIC_SEQ_CST);
  fprintf(stderr, "line %d (%s): %s\n", line, section, what);
}

/* ---- runs ---- */

/* The status of a child that was made; -1 where none was. Nothing is left of it. */
static int bury(const struct draft *d) {
  if (d->p->out.pid < 0) return -1;
  int status = -1;
  while (waitpid(d->p->out.pid, &status, 0) < 0 && errno == EINTR) continue;
  close(d->p->out.pidfd);
  return status;
}

static int run(struct draft *d) {
  spawn(d->p, d->stack_top);
  return bury(d);
}

/* ---- what is left ---- */

static int open_fds(void) {
  DIR *dir = opendir("/proc/self/fd");
  int n = 0;
  while (readdir(dir) != NULL) n++;
  closedir(dir);
  return n;
}

static int has_children(void) { return !(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD); }

/* ---- the child's verbs ---- */

static void print_status_line(const char *name) {
  char line[256];
  FILE *status = fopen("/proc/self/status", "re");
  while (status != NULL && fgets(line, sizeof line, status) != NULL) {
    if (strncmp(line, name, strlen(name)) == 0) fputs(line, stdout);
  }
  if (status != NULL) fclose(status);
}

static int child_main(char **args, char **envp) {
  if (strcmp(args[0], "exit") == 0) _exit(atoi(args[1]));
  if (strcmp(args[0], "tty") == 0) { /* the session's own, and it in the foreground */
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
    _exit(tty >= 0 && tcgetpgrp(tty) == getpid() ? 3 : 4);
  }
  if (strcmp(args[0], "print") == 0) { /* arguments, then the environment */
    for (char **a = args + 1; *a != NULL; a++) printf("[%s]", *a);
    for (char **e = envp; *e != NULL; e++) printf("{%s}", *e);
  } else if (strcmp(args[0], "state") == 0) {
    print_status_line("SigBlk");
    print_status_line("SigIgn");
    for (int fd = 0; fd < 200; fd++) {
      int flags = fcntl(fd, F_GETFD);
      if (flags >= 0) printf("fd %d %s\n", fd, flags == 0 ? "open" : "cloexec");
    }
    printf("session %d\n", getsid(0) == getpid());
  }
  fflush(stdout);
  _exit(0);
}

/* Runs with stdout in a pipe; what it printed, in a static buffer. */
static const char *printed_by(struct draft *d, int wanted_status) {
  static char text[8192];
  int pipe_fds[2];
  if (pipe2(pipe_fds, O_CLOEXEC) < 0) return "no pipe";
  struct fd_move move = {pipe_fds[1], 1};
  put(d, &d->p->moves, &move, sizeof move, 1);
  put_pointers(d);
  spawn(d->p, d->stack_top);
  close(pipe_fds[1]);
  size_t n = 0;
  for (ssize_t got; (got = read(pipe_fds[0], text + n, sizeof text - 1 - n)) > 0;) n += (size_t)got;
  text[n] = 0;
  close(pipe_fds[0]);
  CHECK(bury(d) == wanted_status);
  CHECK(d->p->out.step == STEP_RUNNING);
  return text;
}

/* ---- checks ---- */

static int has; /* the probe's bits */

static const uint64_t ways[] = {
    PLAN_CLONE3 | PLAN_CLOSE_RANGE, PLAN_CLONE3, PLAN_CLOSE_RANGE, 0,
    PLAN_CLONE3 | PLAN_OWN_MEMORY | PLAN_CLOSE_RANGE, PLAN_OWN_MEMORY,
};
enum { WAYS = sizeof ways / sizeof *ways };

static int possible(uint64_t flags) {
  if ((flags & PLAN_CLONE3) && !(has & HAS_CLONE3)) return 0;
  return !(flags & PLAN_CLOSE_RANGE) || (has & HAS_CLOSE_RANGE);
}

static void strings_arrive(uint64_t flags) {
  const char *const argv[] = {"x", "print", "a", "", "b c", NULL};
  const char *const envp[] = {"A=1", "B=", "no equals", NULL};
  struct draft d = draft(flags, self, argv);
  put_strings(&d, &d.p->envp, envp);
  CHECK(strcmp(printed_by(&d, 0), "[a][][b c]{A=1}{B=}{no equals}") == 0);
  drop(&d);
}

static void starts_clean(uint64_t flags) {
  const char *const argv[] = {"x", "state", NULL};
  int leak = fcntl(0, F_DUPFD, 150); /* without close-on-exec */
  signal(SIGINT, SIG_IGN);
  signal(SIGCHLD, SIG_DFL);
  sigset_t some, before, after;
  sigemptyset(&some);
  sigaddset(&some, SIGTERM);
  sigprocmask(SIG_BLOCK, &some, &before);
  struct draft d = draft(flags | PLAN_SESSION, self, argv);
  CHECK(strcmp(printed_by(&d, 0),
               "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n"
               "fd 0 open\nfd 1 open\nfd 2 open\nsession 1\n") == 0);
  drop(&d);
  sigprocmask(SIG_SETMASK, &before, &after);
  CHECK(sigismember(&after, SIGTERM) == 1 && sigismember(&after, SIGQUIT) == 0);
  signal(SIGINT, SIG_DFL);
  close(leak);
}

static void numbers_are_exchanged(uint64_t flags) {
  const char *const argv[] = {"x", "state", NULL};
  int a = fcntl(0, F_DUPFD_CLOEXEC, 100);
  int b = fcntl(2, F_DUPFD_CLOEXEC, 101);
  int out[2];
  CHECK(pipe2(out, O_CLOEXEC) == 0);
  struct fd_move moves[] = {{a, b}, {b, a}, {b, 0}, {out[1], 1}, {out[1], out[0]}};
  struct draft d = draft(flags, self, argv);
  put(&d, &d.p->moves, moves, sizeof moves, 5);
  put_pointers(&d);
  spawn(d.p, d.stack_top);
  close(out[1]);
  char text[1024], wanted[256];
  size_t n = 0;
  for (ssize_t got; (got = read(out[0], text + n, sizeof text - 1 - n)) > 0;) n += (size_t)got;
  text[n] = 0;
  snprintf(wanted, sizeof wanted,
           "fd 0 open\nfd 1 open\nfd 2 open\nfd %d open\nfd %d open\nfd %d open\n",
           out[0], a, b);
  CHECK(strstr(text, wanted) != NULL);
  CHECK(bury(&d) == 0);
  close(out[0]);
  close(a);
  close(b);
  drop(&d);
}

static const char *const exits_7[] = {"x", "exit", "7", NULL};

static void fails_at(struct draft *d, enum step step, int err, int line) {
  int status = run(d);
  check(d->p->out.step == (int)step, "the step", line);
  check(d->p->out.error == err, "the errno", line);
  check(WIFEXITED(status) && WEXITSTATUS(status) == 127, "ended by itself", line);
  if (d->p->out.step != (int)step || d->p->out.error != err) {
    fprintf(stderr, "  it is step %d, errno %d\n", d->p->out.step, d->p->out.error);
  }
  drop(d);
}

static void refusals_are_named(uint64_t flags) {
  struct draft d = draft(flags, "/nonexistent/program", exits_7);
  fails_at(&d, STEP_EXEC, ENOENT, __LINE__);

  d = draft(flags, "/", exits_7);
  fails_at(&d, STEP_EXEC, EACCES, __LINE__);

  d = draft(flags, self, exits_7);
  d.p->directory = put_string(&d, "/proc/self/nothing");
  put_pointers(&d);
  fails_at(&d, STEP_DIRECTORY, ENOENT, __LINE__);

  d = draft(flags, self, exits_7);
  int32_t join = 1 << 20;
  put(&d, &d.p->joins, &join, sizeof join, 1);
  put_pointers(&d);
  fails_at(&d, STEP_JOIN, EBADF, __LINE__);

  d = draft(flags, self, exits_7);
  struct fd_move closed = {1 << 20, 5};
  put(&d, &d.p->moves, &closed, sizeof closed, 1);
  put_pointers(&d);
  fails_at(&d, STEP_PLACE_FDS, EBADF, __LINE__);

  d = draft(flags, self, exits_7);
  struct fd_move too_high = {0, INT32_MAX};
  put(&d, &d.p->moves, &too_high, sizeof too_high, 1);
  put_pointers(&d);
  fails_at(&d, STEP_KEEP_FDS, EINVAL, __LINE__);

  d = draft(flags, self, exits_7);
  struct limit no_such = {99, 0, 1, 1};
  put(&d, &d.p->limits, &no_such, sizeof no_such, 1);
  put_pointers(&d);
  fails_at(&d, STEP_LIMIT, EINVAL, __LINE__);

  d = draft(flags | PLAN_SESSION | PLAN_TERMINAL, self, exits_7);
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  d.p->tty_fd = null;
  fails_at(&d, STEP_TERMINAL, ENOTTY, __LINE__);
  close(null);

  d = draft(flags, self, exits_7);
  d.p->owner_pid = getpid() + 1;
  fails_at(&d, STEP_OWNER_ALIVE, ESRCH, __LINE__);

  pid_t gone = fork();
  if (gone == 0) _exit(0);
  int dead = (int)sys_pidfd_open(gone, 0);
  waitpid(gone, NULL, 0);
  d = draft(flags | PLAN_OWNER_SIGNAL, self, exits_7);
  d.p->owner_pidfd = dead;
  fails_at(&d, STEP_OWNER_ALIVE, ESRCH, __LINE__);
  close(dead);
}

static void runs_with_all_set(uint64_t flags) {
  cpu_set_t cpus;
  struct rlimit core;
  sched_getaffinity(0, sizeof cpus, &cpus);
  getrlimit(RLIMIT_CORE, &core);
  struct limit limits[] = {{RLIMIT_CORE, 0, 0, core.rlim_max}, {RLIMIT_NOFILE, 0, 64, 64}};
  const uint64_t all = PLAN_OWNER_SIGNAL | PLAN_SESSION | PLAN_OOM_SCORE | PLAN_UMASK | PLAN_NICE |
                       PLAN_IO_PRIORITY | PLAN_NOFILE_DEFAULT | PLAN_UNDUMPABLE | PLAN_NO_NEW_PRIVS;
  struct draft d = draft(flags | all, self, exits_7);
  d.p->oom_score = 500;
  d.p->umask = 022;
  d.p->nice = 5;
  d.p->io_priority = 2 << 13 | 7;
  d.p->owner_pid = getpid();
  d.p->directory = put_string(&d, "/");
  put(&d, &d.p->affinity, &cpus, sizeof cpus, sizeof cpus);
  put(&d, &d.p->limits, limits, sizeof limits, 2);
  put_pointers(&d);
  int status = run(&d);
  CHECK(d.p->out.step == STEP_RUNNING);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
  CHECK(prctl(PR_GET_DUMPABLE) == 1);
  drop(&d);
}

static void a_terminal_becomes_its_own(uint64_t flags) {
  const char *const argv[] = {"x", "tty", NULL};
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) return; /* no ptys here */
  int slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  CHECK(slave >= 0);
  for (int taken = 1; taken >= 0; taken--) {
    struct draft d = draft(flags | PLAN_SESSION | (taken ? PLAN_TERMINAL : 0), self, argv);
    d.p->tty_fd = taken ? slave : -1;
    /* its own number is a target: it must have been moved */
    struct fd_move move = {2, slave};
    put(&d, &d.p->moves, &move, sizeof move, 1);
    put_pointers(&d);
    int status = run(&d);
    CHECK(d.p->out.step == STEP_RUNNING);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == (taken ? 3 : 4));
    drop(&d);
  }
  close(slave);
  close(master);
}

static void dumpable_stays_as_it_was(uint64_t flags) {
  for (int before = 1; before >= 0; before--) {
    prctl(PR_SET_DUMPABLE, before);
    struct draft d = draft(flags | PLAN_UNDUMPABLE, "/nonexistent/program", exits_7);
    run(&d);
    CHECK(prctl(PR_GET_DUMPABLE) == before);
    drop(&d);
  }
  prctl(PR_SET_DUMPABLE, 1);
}

/* Its write to a full pipe blocks: a child held at a known step. */
struct hold {
  struct plan *p;
  int full[2];
  int then; /* SIGKILL, or signals that must have no effect and a way on */
};

static int handled_in_child;

static void note_where(int sig) {
  (void)sig;
  handled_in_child = 1;
}

/* Reads what another thread's spawn writes, as a watcher in Java does: a race by design. */
__attribute__((no_sanitize("thread"))) static void *act_when_it_joins(void *arg) {
  struct hold *h = arg;
  while (__atomic_load_n(&h->p->out.step, __ATOMIC_SEQ_CST) != STEP_JOIN) sched_yield();
  int pidfd = __atomic_load_n(&h->p->out.pidfd, __ATOMIC_SEQ_CST);
  if (h->then == SIGKILL) {
    sys_pidfd_send_signal(pidfd, SIGKILL, 0);
    return NULL;
  }
  static const int signals[] = {SIGUSR1, SIGQUIT, SIGTERM, 32, 33, 64};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
    check(sys_pidfd_send_signal(pidfd, signals[i], 0) == 0, "sent", __LINE__);
  }
  char page[4096];
  check(read(h->full[0], page, sizeof page) > 0, "room made", __LINE__);
  return NULL;
}

static int run_held(struct draft *d, int then) {
  struct hold h = {.p = d->p, .then = then};
  char page[4096] = {0};
  CHECK(pipe2(h.full, O_CLOEXEC | O_NONBLOCK) == 0);
  while (write(h.full[1], page, sizeof page) > 0) continue;
  while (write(h.full[1], page, 1) > 0) continue;
  fcntl(h.full[1], F_SETFL, 0);
  int32_t join = h.full[1];
  put(d, &d->p->joins, &join, sizeof join, 1);
  put_pointers(d);
  pthread_t other;
  pthread_create(&other, NULL, act_when_it_joins, &h);
  int status = run(d);
  pthread_join(other, NULL);
  close(h.full[0]);
  close(h.full[1]);
  return status;
}

static void killed_is_not_success(uint64_t flags) {
  struct draft d = draft(flags, self, exits_7);
  int status = run_held(&d, SIGKILL);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  CHECK(d.p->out.step == STEP_JOIN && d.p->out.error == 0);
  drop(&d);
}

/* Neither a handler of ours in the child, nor a death at the unmask. */
static void signals_before_the_exec_are_lost(uint64_t flags) {
  struct kernel_sigaction act = {.handler = (void *)note_where}, old[2];
  static const int handled[] = {SIGUSR1, 33}; /* 33 is what libc hides */
  for (int i = 0; i < 2; i++) sys_sigaction(handled[i], &act, &old[i]);
  handled_in_child = 0;
  struct draft d = draft(flags, self, exits_7);
  int status = run_held(&d, 0);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
  CHECK(!handled_in_child);
  drop(&d);
  for (int i = 0; i < 2; i++) sys_sigaction(handled[i], &old[i], NULL);
}

static void is_refused(struct draft *d, int line) {
  check(spawn(d->p, d->stack_top) == -EINVAL, "EINVAL", line);
  check(d->p->out.pid == -1 && d->p->out.pidfd == -1, "no process", line);
  check(d->p->out.step == STEP_PLAN && d->p->out.error == EINVAL, "step PLAN", line);
  drop(d);
}

#define REFUSED(change)                      \
  do {                                       \
    struct draft d = draft(0, self, exits_7); \
    change;                                  \
    is_refused(&d, __LINE__);                \
  } while (0)

static void malformed_plans_are_refused(void) {
  REFUSED(d.p->magic++);
  REFUSED(d.p->size = sizeof(struct plan) - 1);
  REFUSED(d.p->program = d.p->size);
  REFUSED(d.p->program = 8);
  REFUSED(d.p->directory = UINT32_MAX);
  REFUSED(d.p->pointers.count++);
  REFUSED(d.p->argv.count = UINT32_MAX; d.p->pointers.count = UINT32_MAX + 2u);
  /* A last byte that is no NUL, as program and as argument. */
  REFUSED(((char *)d.p)[d.p->size - 1] = 'x'; d.p->program = d.p->size - 1);
  REFUSED(((char *)d.p)[d.p->size - 1] = 'x'; d.p->directory = d.p->size - 1);
  REFUSED(((char *)d.p)[d.p->size - 1] = 'x'; d.p->argv.at = d.p->size - 1);
  static const size_t tables[] = {
      offsetof(struct plan, argv),   offsetof(struct plan, envp),   offsetof(struct plan, joins),
      offsetof(struct plan, moves),  offsetof(struct plan, limits), offsetof(struct plan, groups),
      offsetof(struct plan, affinity), offsetof(struct plan, pointers),
  };
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
#define TABLE ((struct table *)(void *)((char *)d.p + tables[i]))
    REFUSED(TABLE->at = d.p->size + 8);
    REFUSED(TABLE->at = 0xfffffff8u);
    REFUSED(TABLE->at = 16); /* inside the header, which the pointer area would overwrite */
    REFUSED(TABLE->count = d.p->size);
    REFUSED(TABLE->count = UINT32_MAX);
    if (tables[i] != offsetof(struct plan, argv) && tables[i] != offsetof(struct plan, envp) &&
        tables[i] != offsetof(struct plan, affinity)) {
      REFUSED(TABLE->at += 2);
    }
  }
}

/* Whatever the tables say: refused, or a child that ends; never a step outside the plan. */
static void random_tables_do_no_harm(void) {
  uint64_t seed = 42;
  for (int i = 0; i < 20000; i++) {
    struct draft d = draft(PLAN_CLOSE_RANGE, "/nonexistent/program", exits_7);
    uint32_t *tables = (uint32_t *)(void *)&d.p->argv;
    for (int change = 0; change < 2; change++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      uint32_t field = (uint32_t)(seed >> 60), value = (uint32_t)(seed >> 29);
      tables[field] = (seed >> 28 & 1) ? value : value % (d.p->size + 16);
    }
    spawn(d.p, d.stack_top);
    if (d.p->out.pid >= 0) bury(&d);
    check(d.p->out.step != STEP_RUNNING, "a program that does not exist ran", __LINE__);
    drop(&d);
  }
}

static void *spawn_often(void *arg) {
  const char *const argv[] = {"true", NULL};
  const char *program = arg;
  for (int i = 0; i < 500; i++) {
    uint64_t flags = ways[i % 4];
    if (!possible(flags)) continue;
    flags |= PLAN_SESSION | (i % 3 == 0 ? PLAN_UNDUMPABLE : 0);
    struct draft d = draft(flags, program, argv);
    int status = run(&d);
    check(d.p->out.step == STEP_RUNNING && status == 0, "runs, many threads at once", __LINE__);
    drop(&d);
  }
  return NULL;
}

static void many_threads_spawn(void) {
  pthread_t threads[4];
  static char program[] = "/bin/true";
  for (int i = 0; i < 4; i++) pthread_create(threads + i, NULL, spawn_often, program);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
}

static void *probe_often(void *arg) {
  for (int i = 0; i < 60; i++) check(probe() == *(int *)arg, "the same bits", __LINE__);
  return NULL;
}

/* Another copy of the library is loaded, and probes, while this one lends its memory. */
static void probing_takes_dumpable_from_nobody(void) {
  prctl(PR_SET_DUMPABLE, 1); /* many threads without Java's lock have lost it */
  pthread_t prober;
  pthread_create(&prober, NULL, probe_often, &has);
  for (int i = 0; i < 300; i++) {
    struct draft d = draft(PLAN_UNDUMPABLE, "/nonexistent/program", exits_7);
    run(&d);
    drop(&d);
  }
  pthread_join(prober, NULL);
  CHECK(prctl(PR_GET_DUMPABLE) == 1);
}

static void probing_leaves_nothing(void) {
  int fds = open_fds();
  for (int i = 0; i < 20; i++) CHECK(probe() == has);
  CHECK(open_fds() == fds);
}

int main(int argc, char **argv, char **envp) {
  if (argc > 1) return child_main(argv + 1, envp);
  has = probe();
  if ((has & (HAS_VFORK | HAS_PIDFD)) != (HAS_VFORK | HAS_PIDFD)) {
    printf("no vfork with pidfd here: probe says %d\n", has);
    return 77;
  }
  int fds = open_fds();
  for (int i = 0; i < WAYS; i++) {
    if (!possible(ways[i])) continue;
    static char name[32];
    snprintf(name, sizeof name, "flags %llx", (unsigned long long)ways[i]);
    section = name;
    strings_arrive(ways[i]);
    starts_clean(ways[i]);
    numbers_are_exchanged(ways[i]);
    refusals_are_named(ways[i]);
    runs_with_all_set(ways[i]);
    a_terminal_becomes_its_own(ways[i]);
    dumpable_stays_as_it_was(ways[i]);
    killed_is_not_success(ways[i]);
    signals_before_the_exec_are_lost(ways[i]);
  }
  section = "any";
  malformed_plans_are_refused();
  random_tables_do_no_harm();
  if (access("/bin/true", X_OK) == 0) many_threads_spawn();
  probing_takes_dumpable_from_nobody();
  probing_leaves_nothing();
  CHECK(open_fds() == fds);
  CHECK(!has_children());
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
