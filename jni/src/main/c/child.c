/*
 * The child between clone and exec: a straight list, in an order that matters (each "before" below was
 * learned from something that failed the other way round).
 *
 * It shares the JVM's memory and runs while the spawning thread waits. So it writes nothing but its
 * stack and the plan, calls nothing but inline system calls (a test proves that this object imports no
 * symbol: no stack protector, no memcpy), and changes nothing that belongs to the memory except
 * "dumpable", and that only downwards. All signals are blocked until the last step.
 */
#include "clone.h"
#include "kernel.h"
#include "plan.h"
#include "sys.h"

#define AT(plan, table, type) ((type *)(void *)((char *)(plan) + (plan)->table.at))
#define HAS(plan, bit) (((plan)->flags & PLAN_##bit) != 0)

CHILD static _Noreturn void fail(struct plan *p, enum step step, long err, unsigned detail) {
  p->out.detail = (int32_t)detail;
  p->out.error = (int32_t)-err;
  p->out.step = (int32_t)step;
  sys_exit(127);
}

#define TRY_AT(step_name, detail, call)                              \
  do {                                                               \
    p->out.step = STEP_##step_name;                                  \
    long err_ = (call);                                              \
    if (err_ < 0) fail(p, STEP_##step_name, err_, (unsigned)detail); \
  } while (0)
#define TRY(step_name, call) TRY_AT(step_name, 0, call)

CHILD static long set_close_on_exec(int fd) { return sys_fcntl(fd, F_SETFD_, FD_CLOEXEC_); }

CHILD static int number_in(const char *digits) {
  int value = 0;
  for (; *digits >= '0' && *digits <= '9'; digits++) value = value * 10 + (*digits - '0');
  return value;
}

/* Where close_range is missing: what /proc/self/fd lists, else every number up to the limit. */
CHILD static long close_listed_fds(void) {
  char entries[1024] __attribute__((aligned(8)));
  long dir = sys_open("/proc/self/fd", O_DIRECTORY_ | O_CLOEXEC_, 0);
  if (dir < 0) return dir;
  long n;
  while ((n = sys_getdents64((int)dir, entries, sizeof entries)) > 0) {
    for (long at = 0; at < n;) {
      struct linux_dirent64 *entry = (void *)(entries + at);
      int fd = entry->name[0] == '.' ? 0 : number_in(entry->name);
      if (fd >= 3 && fd != dir) set_close_on_exec(fd);
      at += entry->reclen;
    }
  }
  sys_close((int)dir);
  return n;
}

CHILD static long close_numbered_fds(void) {
  enum { ENOUGH = 1 << 20 };
  struct limit_pair limit;
  long err = sys_prlimit(0, RESOURCE_NOFILE, 0, &limit);
  if (err < 0) return err;
  /* Descriptors above the limit are possible (it was lowered later); no cheaper way is left to find them. */
  int last = limit.hard < ENOUGH ? (int)limit.hard : ENOUGH;
  for (int fd = 3; fd < last; fd++) set_close_on_exec(fd);
  return 0;
}

CHILD static long close_fds_on_exec(const struct plan *p) {
  if (HAS(p, CLOSE_RANGE)) return sys_close_range(3, ~0u, CLOSE_RANGE_CLOEXEC_);
  return close_listed_fds() < 0 ? close_numbered_fds() : 0;
}

/* Pass 1: a descriptor that is still needed goes above every number that will be a target. */
CHILD static long keep(struct plan *p, int32_t *fd) {
  if (*fd < 0 || *fd > p->out.moved) return 0;
  long kept = sys_fcntl(*fd, F_DUPFD_CLOEXEC_, (long)p->out.moved + 1);
  if (kept < 0) return kept;
  *fd = (int32_t)kept;
  return 0;
}

CHILD static void keep_fds(struct plan *p) {
  struct fd_move *moves = AT(p, moves, struct fd_move);
  int32_t *joins = AT(p, joins, int32_t);
  p->out.moved = 2;
  for (unsigned i = 0; i < p->moves.count; i++) {
    if (moves[i].target > p->out.moved) p->out.moved = moves[i].target;
  }
  for (unsigned i = 0; i < p->moves.count; i++) TRY_AT(KEEP_FDS, i, keep(p, &moves[i].source));
  for (unsigned i = 0; i < p->joins.count; i++) TRY_AT(KEEP_FDS, i, keep(p, &joins[i]));
  TRY(KEEP_FDS, keep(p, &p->owner_pidfd));
  TRY(KEEP_FDS, keep(p, &p->exec_fd));
  TRY(KEEP_FDS, keep(p, &p->tty_fd));
}

CHILD static long write_whole(int fd, const char *text, size_t n) {
  long written = sys_write(fd, text, n);
  if (written < 0) return written;
  return (size_t)written == n ? 0 : -E_INVAL;
}

CHILD static long write_oom_score(int score) {
  char text[12];
  char *at = text + sizeof text;
  int rest = score < 0 ? -score : score;
  do {
    *--at = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (score < 0) *--at = '-';
  long fd = sys_open("/proc/self/oom_score_adj", O_WRITE | O_CLOEXEC_, 0);
  if (fd < 0) return fd;
  long err = write_whole((int)fd, at, (size_t)(text + sizeof text - at));
  sys_close((int)fd);
  return err;
}

CHILD static long set_limit(const struct limit *limit) {
  struct limit_pair pair = {limit->soft, limit->hard};
  return sys_prlimit(0, (int)limit->resource, &pair, 0);
}

/* The JVM raises its own soft limit to the hard one; programs that use select() break on that. */
CHILD static long default_nofile(void) {
  struct limit_pair pair;
  long err = sys_prlimit(0, RESOURCE_NOFILE, 0, &pair);
  if (err < 0) return err;
  pair.soft = pair.hard < 1024 ? pair.hard : 1024;
  return sys_prlimit(0, RESOURCE_NOFILE, &pair, 0);
}

CHILD static void set_limits(struct plan *p) {
  const struct limit *limits = AT(p, limits, struct limit);
  /* NOFILE last: below the number of what is open, nothing can be opened any more. */
  for (unsigned i = 0; i < p->limits.count; i++) {
    if (limits[i].resource != RESOURCE_NOFILE) TRY_AT(LIMIT, i, set_limit(&limits[i]));
  }
  if (HAS(p, NOFILE_DEFAULT)) TRY_AT(LIMIT, p->limits.count, default_nofile());
  for (unsigned i = 0; i < p->limits.count; i++) {
    if (limits[i].resource == RESOURCE_NOFILE) TRY_AT(LIMIT, i, set_limit(&limits[i]));
  }
}

CHILD static long mount_private_proc(void) {
  long err = sys_unshare(CLONE_NEWNS_);
  if (err < 0) return err;
  /* On a shared "/" our /proc would appear in the host's namespace too. */
  err = sys_mount(0, "/", 0, MS_REC_ | MS_SLAVE_);
  if (err < 0) return err;
  return sys_mount("proc", "/proc", "proc", MS_NOSUID_ | MS_NODEV_ | MS_NOEXEC_);
}

CHILD static long limit_bounding_set(uint64_t keep) {
  for (unsigned cap = 0; cap < 64; cap++) {
    long held = sys_prctl(PR_CAPBSET_READ_, cap, 0);
    if (held == -E_INVAL) return 0; /* past the last that this kernel has */
    if (held < 0) return held;
    if (held == 0 || (keep >> cap & 1)) continue;
    long err = sys_prctl(PR_CAPBSET_DROP_, cap, 0);
    if (err < 0) return err;
  }
  return 0;
}

CHILD static long set_capabilities(const struct plan *p) {
  struct cap_header header = {CAP_VERSION_3, 0};
  struct cap_data data[2] = {
      {(uint32_t)p->permitted, (uint32_t)p->permitted, (uint32_t)p->inheritable},
      {(uint32_t)(p->permitted >> 32), (uint32_t)(p->permitted >> 32), (uint32_t)(p->inheritable >> 32)},
  };
  return sys_capset(&header, data);
}

CHILD static long raise_ambient(uint64_t caps) {
  for (unsigned cap = 0; cap < 64; cap++) {
    if (!(caps >> cap & 1)) continue;
    long err = sys_prctl(PR_CAP_AMBIENT_, PR_CAP_AMBIENT_RAISE_, cap);
    if (err < 0) return err;
  }
  return 0;
}

/* Security modules and user namespaces may map or refuse quietly: what counts is what is there. */
CHILD static long read_back(const struct plan *p) {
  uint32_t r, e, s;
  long err;
  if (HAS(p, UID)) {
    if ((err = sys_getresuid(&r, &e, &s)) < 0) return err;
    if (r != p->uid || e != p->uid || s != p->uid) return -E_PERM;
  }
  if (HAS(p, GID)) {
    if ((err = sys_getresgid(&r, &e, &s)) < 0) return err;
    if (r != p->gid || e != p->gid || s != p->gid) return -E_PERM;
  }
  if (HAS(p, GROUPS)) {
    long n = sys_getgroups(0, 0);
    if (n < 0) return n;
    if ((uint32_t)n != p->groups.count) return -E_PERM;
  }
  if (HAS(p, CAPABILITIES)) {
    struct cap_header header = {CAP_VERSION_3, 0};
    struct cap_data data[2];
    if ((err = sys_capget(&header, data)) < 0) return err;
    uint64_t permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
    uint64_t effective = data[0].effective | (uint64_t)data[1].effective << 32;
    if (permitted != p->permitted || effective != p->permitted) return -E_PERM;
  }
  return 0;
}

CHILD static long owner_alive(const struct plan *p) {
  if (p->owner_pid > 0 && sys_getppid() != p->owner_pid) return -E_SRCH;
  if (p->owner_pidfd < 0) return 0;
  struct poll_one owner = {p->owner_pidfd, POLL_IN_, 0};
  struct timespec64 now = {0, 0};
  long n = sys_ppoll(&owner, 1, &now);
  if (n < 0) return n;
  return n == 0 ? 0 : -E_SRCH;
}

/*
 * To "ignore" first: that drops what is pending. A SIGQUIT that came while everything was blocked would
 * kill the program at the moment of the unmask, before its first instruction.
 */
CHILD static long default_dispositions(void) {
  struct kernel_sigaction action = {SIGNAL_IGNORE, 0, 0, 0};
  for (int pass = 0; pass < 2; pass++) {
    for (int sig = 1; sig <= SIGNAL_LAST; sig++) {
      if (sig == SIGNAL_KILL || sig == SIGNAL_STOP) continue;
      long err = sys_sigaction(sig, &action, 0);
      if (err < 0) return err;
    }
    action.handler = SIGNAL_DEFAULT;
  }
  return 0;
}

CHILD static long exec(struct plan *p) {
  char **argv = AT(p, pointers, char *);
  char **envp = argv + p->argv.count + 1;
  if (p->exec_fd >= 0) return sys_execveat(p->exec_fd, "", argv, envp, AT_EMPTY_PATH_);
  return sys_execve((char *)p + p->program, argv, envp);
}

CHILD int child(void *plan) {
  struct plan *p = plan;
  struct fd_move *moves = AT(p, moves, struct fd_move);
  const int32_t *joins = AT(p, joins, int32_t);
  const sigset64 none = 0;

  /* Before anything that can wait or fail: from here on the owner's death is ours too. */
  if (HAS(p, OWNER_SIGNAL)) TRY(OWNER_SIGNAL, sys_prctl(PR_SET_PDEATHSIG_, (unsigned long)p->owner_signal, 0));

  /* Before any dup: afterwards it would close the targets. */
  TRY(CLOSE_FDS, close_fds_on_exec(p));
  keep_fds(p);

  for (unsigned i = 0; i < p->joins.count; i++) TRY_AT(JOIN, i, write_whole(joins[i], "0", 1));

  if (HAS(p, SESSION)) TRY(SESSION, sys_setsid());
  if (HAS(p, TERMINAL)) TRY(TERMINAL, sys_ioctl(p->tty_fd, TIOCSCTTY_, 0));

  /* Pass 2: no source is a target now, so dup3 neither hits a descriptor in use nor keeps CLOEXEC. */
  for (unsigned i = 0; i < p->moves.count; i++) {
    TRY_AT(PLACE_FDS, i, sys_dup3(moves[i].source, moves[i].target, 0));
  }

  /* While we may still raise: all that privileges are needed for. */
  if (HAS(p, OOM_SCORE)) TRY(OOM_SCORE, write_oom_score(p->oom_score));
  if (HAS(p, UMASK)) TRY(UMASK, sys_umask(p->umask));
  if (HAS(p, NICE)) TRY(NICE, sys_setpriority(0, 0, p->nice));
  if (HAS(p, IO_PRIORITY)) TRY(IO_PRIORITY, sys_ioprio_set(1, 0, p->io_priority));
  if (p->affinity.count > 0) {
    TRY(AFFINITY, sys_sched_setaffinity(0, p->affinity.count, AT(p, affinity, char)));
  }
  set_limits(p);
  if (HAS(p, PRIVATE_PROC)) TRY(PRIVATE_PROC, mount_private_proc());

  /* --- privileges go --- before the ids: afterwards all of these are EPERM. */
  if (HAS(p, SECUREBITS)) TRY(SECUREBITS, sys_prctl(PR_SET_SECUREBITS_, p->securebits, 0));
  if (HAS(p, BOUNDING_SET)) TRY(BOUNDING_SET, limit_bounding_set(p->bounding));
  if (HAS(p, CLEAR_AMBIENT)) TRY(CLEAR_AMBIENT, sys_prctl(PR_CAP_AMBIENT_, PR_CAP_AMBIENT_CLEAR_ALL_, 0));
  if (HAS(p, KEEP_CAPS)) TRY(KEEP_CAPABILITIES, sys_prctl(PR_SET_KEEPCAPS_, 1, 0));
  if (HAS(p, GROUPS)) TRY(GROUPS, sys_setgroups(p->groups.count, AT(p, groups, uint32_t)));
  if (HAS(p, GID)) TRY(GID, sys_setresgid(p->gid, p->gid, p->gid));
  if (HAS(p, UID)) TRY(UID, sys_setresuid(p->uid, p->uid, p->uid));
  /*
   * At once: with fs.suid_dumpable=1 the new uid could read the JVM's memory through us, or a copy of it. In between it
   * cannot where our capabilities are kept: who traces must have them too. What follows lowers them, and leaves this alone.
   */
  if (HAS(p, UNDUMPABLE)) TRY(UNDUMPABLE, sys_prctl(PR_SET_DUMPABLE_, 0, 0));
  if (HAS(p, CAPABILITIES)) TRY(CAPABILITIES, set_capabilities(p));
  if (p->ambient != 0) TRY(AMBIENT, raise_ambient(p->ambient));
  TRY(READ_BACK, read_back(p));

  if (p->directory != 0) TRY(DIRECTORY, sys_chdir((char *)p + p->directory));
  if (HAS(p, NO_NEW_PRIVS)) TRY(NO_NEW_PRIVS, sys_prctl(PR_SET_NO_NEW_PRIVS_, 1, 0));

  /* Again: a change of ids or capabilities cleared it. And then ask: the owner may be dead already. */
  if (HAS(p, OWNER_SIGNAL)) {
    TRY(OWNER_SIGNAL_AGAIN, sys_prctl(PR_SET_PDEATHSIG_, (unsigned long)p->owner_signal, 0));
  }
  TRY(OWNER_ALIVE, owner_alive(p));

  TRY(SIGNALS, default_dispositions());
  TRY(MASK, sys_sigprocmask(SIG_SETMASK_, &none, 0));
  TRY(EXEC, exec(p));
  fail(p, STEP_EXEC, -E_INVAL, 0); /* exec does not return 0 */
}
