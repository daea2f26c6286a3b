/*
 * A plan: everything one spawn needs, in one flat block without pointers, written by Java
 * (internal.launch.PlanEncoder holds the same offsets) and consumed by the child, which may overwrite
 * descriptor numbers in it. Tables are {offset from the start of the plan, count}. The strings of a
 * table lie one behind the other, each ended by NUL; the pointer area is filled here, before the clone.
 *
 * The block lies in shared memory (NativeSpawn.mapArena), so the outcome reaches the parent also from
 * a child that was cloned without CLONE_VM.
 */
#ifndef MUONTRAP_PLAN_H
#define MUONTRAP_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "steps.h"

enum { PLAN_MAGIC = 0x4d547031 };

enum plan_flags {
  PLAN_CLONE3 = 1 << 0,        /* else clone(2) */
  PLAN_INTO_CGROUP = 1 << 1,   /* cgroup_fd is given to clone3 */
  PLAN_OWN_MEMORY = 1 << 2,    /* clone without CLONE_VM */
  PLAN_CLOSE_RANGE = 1 << 3,   /* else by /proc/self/fd */
  PLAN_OWNER_SIGNAL = 1 << 4,  /* PR_SET_PDEATHSIG, twice */
  PLAN_SESSION = 1 << 5,       /* setsid */
  PLAN_TERMINAL = 1 << 6,      /* tty_fd becomes the controlling terminal */
  PLAN_OOM_SCORE = 1 << 7,
  PLAN_UMASK = 1 << 8,
  PLAN_NICE = 1 << 9,
  PLAN_IO_PRIORITY = 1 << 10,
  PLAN_NOFILE_DEFAULT = 1 << 11, /* soft RLIMIT_NOFILE := min(hard, 1024) */
  PLAN_PRIVATE_PROC = 1 << 12,
  PLAN_SECUREBITS = 1 << 13,
  PLAN_BOUNDING_SET = 1 << 14,
  PLAN_CLEAR_AMBIENT = 1 << 15,
  PLAN_KEEP_CAPS = 1 << 16,
  PLAN_GROUPS = 1 << 17,
  PLAN_GID = 1 << 18,
  PLAN_UID = 1 << 19,
  PLAN_CAPABILITIES = 1 << 20,
  PLAN_UNDUMPABLE = 1 << 21,
  PLAN_NO_NEW_PRIVS = 1 << 22,
};

/* Any of these and the child's credentials change: see hazard 6 in spawn.c. */
#define PLAN_CHANGES_RIGHTS (PLAN_GROUPS | PLAN_GID | PLAN_UID | PLAN_CAPABILITIES)

struct outcome {
  int32_t pid;
  int32_t pidfd;      /* written by the kernel before the child runs its first instruction */
  int32_t step;       /* where the child is, or ended; RUNNING once it has exec'ed */
  int32_t error;      /* errno of that step; 0 and a step before RUNNING: killed there */
  int32_t detail;     /* index into the step's table, else 0 */
  int32_t moved;      /* highest target: descriptors above it stay where they are */
  uint64_t owner_peak; /* our own ru_maxrss in KiB after the clone: see Usage.peakMemory */
};

struct table {
  uint32_t at;
  uint32_t count;
};

struct fd_move {
  int32_t source;
  int32_t target;
};

struct limit {
  uint32_t resource;
  uint32_t unused;
  uint64_t soft;
  uint64_t hard;
};

struct plan {
  uint32_t magic;
  uint32_t size; /* of the whole, pointer area included */
  struct outcome out;
  uint64_t flags;
  int32_t owner_pidfd; /* the JVM's own, or -1 */
  int32_t owner_pid;   /* what getppid() must say, or 0 */
  int32_t cgroup_fd;
  int32_t exec_fd; /* exec this descriptor instead of program, or -1 */
  int32_t tty_fd;
  int32_t owner_signal;
  uint32_t umask;
  int32_t nice;
  int32_t io_priority;
  int32_t oom_score;
  uint32_t uid;
  uint32_t gid;
  uint32_t securebits;
  uint32_t unused;
  uint64_t permitted; /* and effective */
  uint64_t inheritable;
  uint64_t ambient;
  uint64_t bounding;
  uint32_t program;   /* offset of the absolute path */
  uint32_t directory; /* offset, or 0 */
  struct table argv;  /* NUL-separated */
  struct table envp;
  struct table joins; /* int32_t: write "0" to each */
  struct table moves; /* struct fd_move */
  struct table limits;
  struct table groups;   /* uint32_t */
  struct table affinity; /* bytes */
  struct table pointers; /* count = argc + envc + 2, 8-byte slots, at the end */
};

_Static_assert(offsetof(struct plan, out) == 8, "PlanEncoder.OUT");
_Static_assert(offsetof(struct plan, flags) == 40, "PlanEncoder.FLAGS");
_Static_assert(offsetof(struct plan, owner_pidfd) == 48, "PlanEncoder.OWNER_PIDFD");
_Static_assert(offsetof(struct plan, uid) == 88, "PlanEncoder.UID");
_Static_assert(offsetof(struct plan, permitted) == 104, "PlanEncoder.PERMITTED");
_Static_assert(offsetof(struct plan, program) == 136, "PlanEncoder.PROGRAM");
_Static_assert(offsetof(struct plan, argv) == 144, "PlanEncoder.ARGV");
_Static_assert(sizeof(struct plan) == 208, "PlanEncoder.HEADER");

/* The child's one function (child.c). Never returns; leaves its outcome in plan->out. */
int child(void *plan);

/* spawn.c */
long spawn(struct plan *plan, void *stack_top);

#endif
