/*
 * clone on a stack of its own (clone_x86_64.S, clone_aarch64.S). In the parent both return the child's
 * pid or -errno; in the child they call fn(arg), which must not return.
 */
#ifndef MUONTRAP_CLONE_H
#define MUONTRAP_CLONE_H

#include <stddef.h>
#include <stdint.h>

/* struct clone_args, its first published eleven fields (Linux 5.7) */
struct clone3_args {
  uint64_t flags;
  uint64_t pidfd;
  uint64_t child_tid;
  uint64_t parent_tid;
  uint64_t exit_signal;
  uint64_t stack;
  uint64_t stack_size;
  uint64_t tls;
  uint64_t set_tid;
  uint64_t set_tid_size;
  uint64_t cgroup;
};

/* stack: a multiple of 16. pidfd receives the pidfd where flags has CLONE_PIDFD. */
long mt_clone3(struct clone3_args *args, size_t size, int (*fn)(void *), void *arg);
long mt_clone(unsigned long flags, void *stack_top, int32_t *pidfd, int (*fn)(void *), void *arg);

enum { CHILD_STACK = 64 * 1024 };

/* What runs in a child: nothing that the compiler adds may call out of it. */
#if defined(MUONTRAP_HOSTED)
#define CHILD __attribute__((no_stack_protector, no_sanitize("address", "undefined", "thread")))
#else
#define CHILD __attribute__((no_stack_protector))
#endif

#endif
