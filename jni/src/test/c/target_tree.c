/* Verbs that make trees of processes. */
#include "target.h"

long fork_or_fail(void) {
  long pid = SYS5(clone, SIGNAL_CHLD, 0, 0, 0, 0);
  if (pid < 0) fail("fork", pid);
  return pid;
}

/* ---- the gate: each member of a tree passes it once it stands, the leader counts them ---- */

struct gate {
  int out;
  int in;
};

static int move_above_stdio(int fd) {
  if (fd > 2) return fd;
  long moved = sys_fcntl(fd, 1030 /* F_DUPFD_CLOEXEC */, 3);
  if (moved < 0) fail("dup", moved);
  sys_close(fd);
  return (int)moved;
}

static struct gate gate_open(void) {
  int two[2];
  long err = sys_pipe2(two, 02000000 /* O_CLOEXEC */);
  if (err < 0) fail("pipe", err);
  /* With 0..2 closed the pipe lands there, and pids announced on stdout would count as members. */
  return (struct gate){move_above_stdio(two[0]), move_above_stdio(two[1])};
}

static void gate_pass(struct gate g) {
  write_all(g.in, "", 1);
  sys_close(g.in);
  sys_close(g.out);
}

static void gate_wait(struct gate g, uint64_t members) {
  char bytes[512];
  sys_close(g.in);
  while (members > 0) {
    long n = sys_read(g.out, bytes, members < sizeof bytes ? members : sizeof bytes);
    if (n == -ERR_INTR) continue;
    if (n < 0) fail("read", n);
    if (n == 0) {
      say(2, "target: a member of the tree died before all were alive");
      sys_exit(EXIT_FAILED);
    }
    members -= (uint64_t)n;
  }
  sys_close(g.out);
}

static void own_group(void) {
  long err = SYS2(setpgid, 0, 0);
  if (err < 0) fail("setpgid", err);
}

static void own_session(void) {
  long err = sys_setsid();
  if (err < 0) fail("setsid", err);
}

static void reap(long pid) {
  int status;
  while (sys_wait4((int)pid, &status, 0) == -ERR_INTR) {
  }
}

/*
 * Forks twice; the process between ends at once and is reaped. Returns 0 in the grandchild, which
 * has its new parent already (pid 1 or a subreaper), and 1 in the caller.
 */
static int fork_orphan(int with_session) {
  long between = fork_or_fail();
  if (between > 0) {
    reap(between);
    return 1;
  }
  if (with_session) own_session();
  long parent = sys_getpid();
  if (fork_or_fail() > 0) sys_exit(0);
  while (sys_getppid() == parent) sleep_nanos(50 * NANOS_PER_MICRO);
  return 0;
}

static void announce(int fd) { say_number(fd, (uint64_t)sys_getpid()); }

static _Noreturn void stand(struct gate g) {
  announce(1);
  gate_pass(g);
  sleep_forever();
}

/* ---- whole trees ---- */

static void grow(uint64_t depth, int fd, struct gate g) {
  announce(fd);
  for (int i = 0; depth > 0 && i < 2; i++) {
    if (fork_or_fail() == 0) {
      grow(depth - 1, fd, g);
      gate_pass(g);
      sleep_forever();
    }
  }
}

int verb_fork_tree(char **args) {
  uint64_t depth = parse_number(need(&args, "DEPTH"), 12);
  int fd = *args == NULL ? 1 : (int)parse_number(*args++, 1 << 20);
  no_more(args);
  struct gate g = gate_open();
  grow(depth, fd, g);
  gate_wait(g, ((uint64_t)2 << depth) - 2);
  say(fd, "ready");
  sleep_forever();
}

/*
 * By number, child of; [g] leads a group, [s] leads a session, (1) is double-forked and so pid 1's:
 *    1 leader
 *    2 1            plain                     9  (1) leader's group and session
 *    3 2            plain                     10 (1) leader's session, [g]
 *    4 1 [g]        own group                 11 (1) group of 4
 *    5 4            group of 4                12 (1) group and session of 6
 *    6 1 [s]        own session               13 (1) session of 6, [g]
 *    7 6            session of 6              14 12  child of an orphan, session of 6
 *    8 2 [s]        session inside            15 (1) session of 8
 * Descent from the leader finds 1 to 8; the groups and sessions of those find the other seven.
 */
int verb_tree15(char **args) {
  no_more(args);
  struct gate g = gate_open();
  announce(1);
  if (fork_or_fail() == 0) {
    if (fork_or_fail() == 0) stand(g);
    if (fork_or_fail() == 0) {
      own_session();
      if (fork_orphan(0) == 0) stand(g);
      stand(g);
    }
    if (fork_orphan(0) == 0) {
      own_group();
      stand(g);
    }
    stand(g);
  }
  if (fork_or_fail() == 0) {
    own_group();
    if (fork_or_fail() == 0) stand(g);
    if (fork_orphan(0) == 0) stand(g);
    stand(g);
  }
  if (fork_or_fail() == 0) {
    own_session();
    if (fork_or_fail() == 0) stand(g);
    if (fork_orphan(0) == 0) {
      if (fork_or_fail() == 0) stand(g);
      stand(g);
    }
    if (fork_orphan(0) == 0) {
      own_group();
      stand(g);
    }
    stand(g);
  }
  if (fork_orphan(0) == 0) stand(g);
  gate_wait(g, 14);
  say(1, "ready");
  sleep_forever();
}

int verb_fork_chain(char **args) {
  uint64_t n = parse_number(need(&args, "N"), 10000);
  int leave = *args != NULL && text_equal(*args, "exit");
  if (leave) args++;
  no_more(args);
  announce(1);
  for (uint64_t i = 1; i < n; i++) {
    long parent = sys_getpid();
    if (fork_or_fail() > 0) {
      if (leave) return 0;
      sleep_forever();
    }
    while (leave && sys_getppid() == parent) sleep_nanos(50 * NANOS_PER_MICRO);
    announce(1);
  }
  say(1, "ready");
  sleep_forever();
}

/* ---- one more process beside the leader ---- */

enum relation { CHILD, GROUP, SESSION, ORPHAN, DAEMON };

/* Forks a process of the given relation, which runs its own verb; returns when its pid is said. */
static void beside(enum relation relation, char **its_args) {
  struct gate g = gate_open();
  int mine = relation == ORPHAN || relation == DAEMON ? fork_orphan(relation == DAEMON)
                                                      : fork_or_fail() > 0;
  if (!mine) {
    if (relation == GROUP) own_group();
    if (relation == SESSION) own_session();
    announce(1);
    gate_pass(g);
    sys_exit(run(its_args));
  }
  gate_wait(g, 1);
}

static int with(enum relation relation, char **args) {
  char **leaders_args = split(args);
  beside(relation, args);
  return run(leaders_args);
}

int verb_with_child(char **args) { return with(CHILD, args); }
int verb_with_group(char **args) { return with(GROUP, args); }
int verb_with_session(char **args) { return with(SESSION, args); }
int verb_with_orphan(char **args) { return with(ORPHAN, args); }
int verb_with_daemon(char **args) { return with(DAEMON, args); }

int verb_daemonize(char **args) {
  beside(DAEMON, args);
  return 0;
}

static int hold(enum relation relation, char **args) {
  char *sleep_args[] = {"sleep", need(&args, "SECONDS"), NULL};
  no_more(args);
  parse_seconds(sleep_args[1]);
  beside(relation, sleep_args);
  return 0;
}

int verb_hold_stdout(char **args) { return hold(CHILD, args); }
int verb_hold_stdout_setsid(char **args) { return hold(SESSION, args); }

int verb_orphans(char **args) {
  uint64_t n = parse_number(need(&args, "N"), 65536);
  int64_t moment = optional_nanos(&args, 100, NANOS_PER_MILLI);
  no_more(args);
  struct gate g = gate_open();
  for (uint64_t i = 0; i < n; i++) {
    if (fork_orphan(0) == 0) {
      announce(1);
      gate_pass(g);
      sleep_nanos(moment);
      sys_exit(0);
    }
  }
  gate_wait(g, n);
  say(1, "ready");
  return 0;
}

/* ---- breeder ---- */

/* struct flock */
struct record_lock {
  int16_t type;
  int16_t whence;
  int64_t start;
  int64_t length;
  int32_t pid;
};

struct breed {
  int rights; /* memfd whose byte i is locked by the process that holds right number i */
  uint64_t max;
  int64_t life;
  int64_t end;
};

enum { LOCK_GET = 5, LOCK_SET = 6, LOCK_OF_WRITER = 1, LOCK_NONE = 2 };

static long lock_right(const struct breed *b, uint64_t i) {
  struct record_lock l = {LOCK_OF_WRITER, 0, (int64_t)i, 1, 0};
  return sys_fcntl(b->rights, LOCK_SET, (long)&l);
}

/* The leader's right is number max; the lock goes when it exits, before anybody reaps it. */
static int leader_is_gone(const struct breed *b) {
  struct record_lock l = {LOCK_OF_WRITER, 0, (int64_t)b->max, 1, 0};
  return sys_fcntl(b->rights, LOCK_GET, (long)&l) == 0 && l.type == LOCK_NONE;
}

/*
 * Rights are record locks, because the kernel gives them back however their holder dies: with
 * tokens in a pipe a killer that is too slow would win in the end by using them up.
 */
static int claim_right(const struct breed *b) {
  uint64_t from = (uint64_t)sys_getpid();
  for (int pass = 0; pass < 3; pass++) {
    for (uint64_t i = 0; i < b->max; i++) {
      if (lock_right(b, (from + i) % b->max) == 0) return 1;
    }
    sleep_nanos(NANOS_PER_MILLI);
  }
  return 0;
}

/* True in the child. A fork that fails is no matter: there are others. */
static int fork_quietly(void) { return SYS5(clone, SIGNAL_CHLD, 0, 0, 0, 0) == 0; }

/* Lives for a moment, has a child or two, ends. Each child is a new pid that goes on here. */
static _Noreturn void breed(struct breed *b) {
  for (;;) {
    if (!claim_right(b)) sys_exit(0);
    sleep_nanos(b->life);
    int64_t now = now_of(CLOCK_IS_MONOTONIC);
    if (now >= b->end) sys_exit(0);
    int64_t orphans_end = now + (int64_t)2 * NANOS_PER_SECOND;
    if (orphans_end < b->end && leader_is_gone(b)) b->end = orphans_end;
    int children = sys_getpid() % 4 == 0 ? 2 : 1;
    int is_child = 0;
    while (children-- > 0 && !is_child) is_child = fork_quietly();
    if (!is_child) sys_exit(0);
  }
}

int verb_breeder(char **args) {
  struct breed b;
  b.max = *args == NULL ? 50 : parse_number(*args++, 500);
  b.life = optional_nanos(&args, 20000, NANOS_PER_MICRO);
  no_more(args);
  if (b.max < 2) usage("too few to breed", "MAX");
  b.end = now_of(CLOCK_IS_MONOTONIC) + (int64_t)20 * NANOS_PER_SECOND;
  long rights = SYS2(memfd_create, "rights", 1 /* MFD_CLOEXEC */);
  if (rights < 0) fail("memfd_create", rights);
  b.rights = (int)rights;
  long err = lock_right(&b, b.max);
  if (err < 0) fail("lock", err);
  /*
   * A pid 1 that reaps late would hold thousands of zombies for us in a second, and the machine
   * run out of pids. So the orphans are ours while we live, and nobody has to reap them.
   */
  set_signal(SIGNAL_CHLD, 1);
  sys_prctl(36 /* PR_SET_CHILD_SUBREAPER */, 1, 0);
  for (uint64_t i = 0; i < b.max / 2; i++) {
    if (fork_or_fail() == 0) breed(&b);
  }
  say(1, "ready");
  /* Should all be killed but the leader, it sows again: only its own death or the end ends it. */
  while (now_of(CLOCK_IS_MONOTONIC) < b.end) {
    sleep_nanos(5 * NANOS_PER_MILLI);
    if (fork_quietly()) breed(&b);
  }
  return 0;
}
