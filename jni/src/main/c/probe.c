/*
 * Each call is tried in a throw-away child: a seccomp filter may answer with SIGSYS, and then it is the
 * child that dies. Nothing is concluded from a version number.
 *
 * The first trial is of vfork itself. Its child fails an exec on purpose and says so in private memory of
 * ours; an emulator that makes a plain fork of it (user-mode qemu) leaves that memory untouched.
 *
 * The children have no exit signal: a SIGCHLD handler of the application does not hear of them, and only
 * a wait that asks for such children (__WALL, by their pid) reaps them.
 */
#include "probe.h"

#include "clone.h"
#include "kernel.h"
#include "plan.h"
#include "sys.h"

enum { UNTOUCHED = -1 };

struct trial {
  int (*body)(void *);
  int32_t pidfd;
  int32_t result; /* of the body's call: 0 or errno */
};

CHILD static int try_exec(void *arg) {
  struct trial *t = arg;
  char *none[] = {0};
  t->result = (int32_t)-sys_execve("/proc/self/muontrap-is-no-program", none, none);
  sys_exit(0);
}

CHILD static int try_close_range(void *arg) {
  struct trial *t = arg;
  t->result = (int32_t)-sys_close_range(~0u, ~0u, CLOSE_RANGE_CLOEXEC_);
  sys_exit(0);
}

CHILD static int try_pidfd_calls(void *arg) {
  struct trial *t = arg;
  long fd = sys_pidfd_open((int)sys_getpid(), 0);
  long err = fd < 0 ? fd : sys_pidfd_send_signal((int)fd, 0, 0);
  if (err == 0) {
    struct wait_info info;
    err = sys_waitid(P_PIDFD_, (int)fd, &info, WEXITED_ | WNOHANG_, 0);
    if (err == -E_CHILD) err = 0; /* we are not our own child: the call is there */
  }
  t->result = (int32_t)-err;
  sys_exit(0);
}

/* To the group that the pidfd leads; our own new session, so the null signal reaches nobody else. */
CHILD static int try_signal_group(void *arg) {
  struct trial *t = arg;
  long err = sys_setsid();
  long fd = err < 0 ? err : sys_pidfd_open((int)sys_getpid(), 0);
  t->result = (int32_t)-(fd < 0 ? fd : sys_pidfd_send_signal((int)fd, 0, 1 << 2));
  sys_exit(0);
}

CHILD static int try_nothing(void *arg) {
  struct trial *t = arg;
  t->result = 0;
  sys_exit(0);
}

/* Runs one body; its result as errno, or -1 when it was killed or not in our memory. */
static int run(struct trial *t, int (*body)(void *), unsigned long flags, char *stack_top) {
  t->result = UNTOUCHED;
  t->pidfd = -1;
  long pid = mt_clone(CLONE_VM_ | CLONE_VFORK_ | flags, stack_top, &t->pidfd, body, t);
  if (pid < 0) return (int)-pid;
  int status = 0;
  long got;
  do {
    got = sys_wait4((int)pid, &status, WALL_);
  } while (got == -E_INTR);
  if (got == pid && (status & 0x7f) != 0) return UNTOUCHED;
  return __atomic_load_n(&t->result, __ATOMIC_SEQ_CST);
}

static int run3(struct trial *t, uint64_t flags, int cgroup_fd, char *stack_top) {
  t->result = UNTOUCHED;
  t->pidfd = -1;
  struct clone3_args args = {
      .flags = CLONE_VM_ | CLONE_VFORK_ | CLONE_PIDFD_ | CLONE_CLEAR_SIGHAND_ | flags,
      .pidfd = (uint64_t)(uintptr_t)&t->pidfd,
      .stack = (uint64_t)(uintptr_t)stack_top - CHILD_STACK,
      .stack_size = CHILD_STACK,
      .cgroup = (uint64_t)cgroup_fd,
  };
  long pid = mt_clone3(&args, sizeof args, try_nothing, t);
  if (pid < 0) return (int)-pid;
  int status = 0;
  while (sys_wait4((int)pid, &status, WALL_) == -E_INTR) continue;
  return __atomic_load_n(&t->result, __ATOMIC_SEQ_CST);
}

/* clone3 itself may be what the filter kills for: so it is called by a child, never by us. */
struct clone3_trial {
  struct trial outer;
  struct trial inner;
  int with_cgroup;
  int inner_result;
  char *inner_stack;
};

CHILD static int try_clone3(void *arg) {
  struct clone3_trial *t = arg;
  /* With a descriptor that cannot be a cgroup the kernel says EBADF once it knows the flag, EINVAL else. */
  t->inner_result = t->with_cgroup ? run3(&t->inner, CLONE_INTO_CGROUP_, 1 << 30, t->inner_stack)
                                   : run3(&t->inner, 0, 0, t->inner_stack);
  if (!t->with_cgroup && t->inner_result == 0 && t->inner.pidfd < 0) t->inner_result = E_NOSYS;
  t->outer.result = 0;
  sys_exit(0);
}

static int clone3_says(struct clone3_trial *t, int with_cgroup, char *stack_top, char *inner_stack) {
  t->with_cgroup = with_cgroup;
  t->inner_result = UNTOUCHED;
  t->inner_stack = inner_stack;
  if (run(&t->outer, try_clone3, 0, stack_top) != 0) return UNTOUCHED;
  return __atomic_load_n(&t->inner_result, __ATOMIC_SEQ_CST);
}

static int exit_info_works(struct trial *t, char *stack_top) {
  t->result = UNTOUCHED;
  t->pidfd = -1;
  int works = 0;
  long pid = mt_clone(CLONE_VM_ | CLONE_VFORK_ | CLONE_PIDFD_, stack_top, &t->pidfd, try_nothing, t);
  if (pid < 0) return 0;
  int status;
  while (sys_wait4((int)pid, &status, WALL_) == -E_INTR) continue;
  struct pidfd_info_64 info = {.mask = PIDFD_INFO_EXIT_};
  if (t->pidfd >= 0) {
    works = sys_ioctl(t->pidfd, PIDFD_GET_INFO_, &info) == 0 && (info.mask & PIDFD_INFO_EXIT_);
    sys_close(t->pidfd);
  }
  return works;
}

int kernel_version(void) {
  struct {
    char sysname[65], nodename[65], release[65], version[65], machine[65], domain[65];
  } names;
  long err = SYS1(uname, &names);
  if (err < 0) return (int)err;
  int parts[2] = {0, 0};
  int part = 0;
  for (const char *c = names.release; part < 2; c++) {
    if (*c >= '0' && *c <= '9') {
      parts[part] = parts[part] * 10 + (*c - '0');
    } else if (*c == '.') {
      part++;
    } else {
      break;
    }
  }
  return parts[0] * 1000 + parts[1];
}

int probe(void) {
  enum { TWO_STACKS = 2 * CHILD_STACK };
  long map = sys_mmap(TWO_STACKS, PROT_RW, MAP_PRIVATE_ANON | MAP_STACK_);
  if (map < 0) return 0;
  char *inner = (char *)map + CHILD_STACK; /* tops: stacks grow down */
  char *stack = (char *)map + TWO_STACKS;
  const sigset64 all = ~(sigset64)0;
  sigset64 mask;
  sys_sigprocmask(SIG_SETMASK_, &all, &mask);

  /*
   * Before 5.16 a filter that kills with a core signal kills all who share the memory: no core, no harm. Not
   * later: another copy of the library may be spawning, and would take our 0 for what it has to leave.
   */
  long dumpable = kernel_version() < 5016 ? sys_prctl(PR_GET_DUMPABLE_, 0, 0) : 0;
  if (dumpable == 1) sys_prctl(PR_SET_DUMPABLE_, 0, 0);

  int has = 0;
  struct trial t;
  struct clone3_trial t3;
  if (run(&t, try_exec, 0, stack) == E_NOENT) has |= HAS_VFORK;
  if (has & HAS_VFORK) {
    if (run(&t, try_pidfd_calls, CLONE_PIDFD_, stack) == 0 && t.pidfd >= 0) has |= HAS_PIDFD;
    if (t.pidfd >= 0) sys_close(t.pidfd);
    if (run(&t, try_close_range, 0, stack) == 0) has |= HAS_CLOSE_RANGE;
    if (run(&t, try_signal_group, 0, stack) == 0) has |= HAS_SIGNAL_GROUP;
    if (clone3_says(&t3, 0, stack, inner) == 0) has |= HAS_CLONE3;
    if ((has & HAS_CLONE3) && clone3_says(&t3, 1, stack, inner) == E_BADF) has |= HAS_INTO_CGROUP;
    if ((has & HAS_PIDFD) && exit_info_works(&t, stack)) has |= HAS_EXIT_INFO;
  }
  if (dumpable == 1) sys_prctl(PR_SET_DUMPABLE_, 1, 0);
  sys_sigprocmask(SIG_SETMASK_, &mask, 0);
  sys_munmap((void *)map, TWO_STACKS);
  return has;
}
