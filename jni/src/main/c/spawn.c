/*
 * One spawn, the parent's half.
 *
 * The child is cloned with CLONE_VM|CLONE_VFORK: no page table is copied, so the cost does not grow with
 * the heap, and this thread sleeps until the child has exec'ed or ended. What the sharing endangers:
 *
 *   1. Both returning on one stack frame. The child has a stack of its own, entered by assembly
 *      (clone_*.S), and never returns.
 *   2. A signal handler of the JVM running in the child, on the JVM's data. Every signal is blocked
 *      around the clone, by the raw call: libc's leaves 32 and 33 open. The child opens the mask only
 *      when all dispositions are default again.
 *   3. errno, locks, stdio, malloc of a libc, used by the child between two instructions of another
 *      thread. There is no libc in the child: inline system calls only.
 *   4. libc's setuid and friends, which make all threads of the process follow. As 3.
 *   5. Another thread of the JVM changing the plan, or giving it back, while the child reads it. The plan
 *      belongs to the spawn from the call to its return; Java gives the block back only after it.
 *   6. "dumpable", a property of the memory: a change of ids in the child takes it from the JVM (no core
 *      dumps, no attach). It is read before the clone and put back after the child has left our memory
 *      (which is after vfork has come back: has_left_our_memory), only to 1, and only if it was 1; never earlier, for a child of another uid inside our memory with
 *      dumpable 1 lets that uid read the JVM. Java holds a lock over the whole (Spawner).
 *   7. The child dying where it stands (SIGKILL, the OOM killer) and looking like success. "step" is
 *      written before each step, EXEC last; a child found dead here is asked whether it ever exec'ed.
 *   8. The JVM dying and the child going on to exec as an orphan. PDEATHSIG is the child's first step,
 *      "is the owner alive" its last but three.
 *   9. A child that never gets on (SIGSTOP, a frozen cgroup) holding this thread for ever. The kernel
 *      wrote the pidfd into the plan before the child ran: another thread kills it by that.
 */
#include "clone.h"
#include "kernel.h"
#include "plan.h"
#include "sys.h"

/* Behind the header: the pointer area is written to while tables are read. */
static int table_fits(const struct plan *p, struct table t, unsigned width, unsigned align) {
  return t.at >= sizeof *p && t.at % align == 0 && t.at <= p->size && t.count <= (p->size - t.at) / width;
}

static int string_ends(const struct plan *p, uint32_t at) {
  if (at < sizeof *p) return 0;
  while (at < p->size && ((const char *)p)[at] != 0) at++;
  return at < p->size;
}

/* Fills slots with the addresses of count strings; -EINVAL when they do not end inside the plan. */
static long point_at_strings(struct plan *p, struct table strings, uint64_t *slots) {
  char *at = (char *)p + strings.at;
  const char *end = (char *)p + p->size;
  for (unsigned i = 0; i < strings.count; i++) {
    slots[i] = (uint64_t)(uintptr_t)at;
    while (at < end && *at != 0) at++;
    if (at == end) return -E_INVAL;
    at++;
  }
  slots[strings.count] = 0;
  return 0;
}

static long prepare(struct plan *p) {
  if (p->magic != PLAN_MAGIC || p->size < sizeof *p) return -E_INVAL;
  if (!string_ends(p, p->program)) return -E_INVAL;
  if (p->directory != 0 && !string_ends(p, p->directory)) return -E_INVAL;
  if (!table_fits(p, p->argv, 1, 1) || !table_fits(p, p->envp, 1, 1)) return -E_INVAL;
  if (!table_fits(p, p->joins, 4, 4) || !table_fits(p, p->moves, 8, 4)) return -E_INVAL;
  if (!table_fits(p, p->limits, 24, 8) || !table_fits(p, p->groups, 4, 4)) return -E_INVAL;
  if (!table_fits(p, p->affinity, 1, 1) || !table_fits(p, p->pointers, 8, 8)) return -E_INVAL;
  if (p->pointers.count != (uint64_t)p->argv.count + p->envp.count + 2) return -E_INVAL;
  uint64_t *slots = (uint64_t *)(void *)((char *)p + p->pointers.at);
  long err = point_at_strings(p, p->argv, slots);
  if (err < 0) return err;
  return point_at_strings(p, p->envp, slots + p->argv.count + 1);
}

static long clone_child(struct plan *p, void *stack_top) {
  uint64_t flags = CLONE_VFORK_ | CLONE_PIDFD_;
  if (!(p->flags & PLAN_OWN_MEMORY)) flags |= CLONE_VM_;
  if (!(p->flags & PLAN_CLONE3)) {
    if (p->flags & PLAN_INTO_CGROUP) return -E_NOSYS; /* never silently outside */
    /* Handlers stay until the child resets them: hazard 2 rests on the mask alone here. */
    return mt_clone((unsigned long)flags | SIGNAL_CHILD, stack_top, &p->out.pidfd, child, p);
  }
  struct clone3_args args = {
      .flags = flags | CLONE_CLEAR_SIGHAND_,
      .pidfd = (uint64_t)(uintptr_t)&p->out.pidfd,
      .exit_signal = SIGNAL_CHILD,
      .stack = (uint64_t)(uintptr_t)stack_top - CHILD_STACK,
      .stack_size = CHILD_STACK,
  };
  if (p->flags & PLAN_INTO_CGROUP) {
    args.flags |= CLONE_INTO_CGROUP_;
    args.cgroup = (uint64_t)p->cgroup_fd;
  }
  return mt_clone3(&args, sizeof args, child, p);
}

/* The flags of /proc/<pid>/stat, field 9; -errno where it cannot be read. */
static long flags_of(int pid) {
  char path[24] = "/proc/";
  char digits[12];
  unsigned n = 0, at = 6;
  for (unsigned rest = (unsigned)pid; n == 0 || rest > 0; rest /= 10) digits[n++] = (char)('0' + rest % 10);
  while (n > 0) path[at++] = digits[--n];
  for (const char *tail = "/stat"; *tail != 0; tail++) path[at++] = *tail;
  path[at] = 0;
  long fd = sys_open(path, O_READ | O_CLOEXEC_, 0);
  if (fd < 0) return fd;
  char stat[256];
  long got = sys_read((int)fd, stat, sizeof stat - 1);
  sys_close((int)fd);
  if (got <= 0) return got < 0 ? got : -E_SRCH;
  long i = got;
  while (i > 0 && stat[i - 1] != ')') i--; /* the name before it may hold anything */
  long flags = 0;
  for (int field = 2; i < got; i++) {
    if (stat[i] == ' ') {
      field++;
    } else if (field == 9) {
      flags = flags * 10 + (stat[i] - '0');
    } else if (field > 9) {
      break;
    }
  }
  return flags;
}

static int ended(int pidfd, long nanos) {
  struct poll_one one = {pidfd, POLL_IN_, 0};
  struct timespec64 time = {0, nanos};
  return sys_ppoll(&one, 1, &time) == 1;
}

/* Hazard 7: killed inside execve, after "step" said EXEC. A zombie's flags say whether it ever ran a program. */
static int never_ran(int pid, int pidfd) {
  if (!ended(pidfd, 0)) return 0;
  long flags = flags_of(pid);
  /* unreadable: reaped for us already (SIGCHLD ignored), and then its end is not known anyway */
  return flags >= 0 && (flags & PF_FORKNOEXEC_) != 0;
}

/*
 * Hazard 6: vfork comes back a little before the kernel takes the child out of our memory. It is out when it
 * has run a program or is dead; where /proc does not tell, it is never taken for out.
 */
static int has_left_our_memory(int pid, int pidfd) {
  enum { PAUSE_NANOS = 50000 };
  for (;;) {
    long flags = flags_of(pid);
    if (flags >= 0 && !(flags & PF_FORKNOEXEC_)) return 1;
    if (ended(pidfd, PAUSE_NANOS)) return 1;
    if (flags < 0) return 0;
  }
}

long spawn(struct plan *p, void *stack_top) {
  p->out = (struct outcome){.pid = -1, .pidfd = -1, .step = STEP_PLAN};
  long err = prepare(p);
  if (err < 0) {
    p->out.error = (int32_t)-err;
    return err;
  }

  int lends_memory_to_others = (p->flags & (PLAN_CHANGES_RIGHTS | PLAN_UNDUMPABLE)) != 0 &&
                               !(p->flags & PLAN_OWN_MEMORY);
  long dumpable = lends_memory_to_others ? sys_prctl(PR_GET_DUMPABLE_, 0, 0) : 0;
  const sigset64 all = ~(sigset64)0;
  sigset64 mask;
  p->out.step = STEP_CLONE;
  sys_sigprocmask(SIG_SETMASK_, &all, &mask); /* hazard 2 */
  long pid = clone_child(p, stack_top);
  sys_sigprocmask(SIG_SETMASK_, &mask, 0);
  if (lends_memory_to_others && dumpable == 1 &&
      (pid < 0 || has_left_our_memory((int)pid, p->out.pidfd))) {
    sys_prctl(PR_SET_DUMPABLE_, 1, 0);
  }

  if (pid < 0) {
    p->out.error = (int32_t)-pid;
    p->out.pidfd = -1;
    return pid;
  }
  p->out.pid = (int32_t)pid;
  if (p->out.step == STEP_EXEC && p->out.error == 0 && !never_ran((int)pid, p->out.pidfd)) {
    p->out.step = STEP_RUNNING;
  }
  struct usage usage;
  if (sys_getrusage(0, &usage) == 0) p->out.owner_peak = (uint64_t)usage.max_rss;
  return 0;
}
