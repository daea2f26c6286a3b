/* Plans laid out by hand, for drivers that have no Java to do it. */
#ifndef MUONTRAP_PLAN_DRAFT_H
#define MUONTRAP_PLAN_DRAFT_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "clone.h"
#include "plan.h"

enum { ROOM = 64 * 1024 };

/* A plan under construction: tables one behind the other, the pointer area last. */
struct draft {
  struct plan *p;
  char *stack_top;
  uint32_t end;
};

static inline void *map(size_t bytes, int kind) {
  void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) {
    perror("mmap");
    exit(1);
  }
  return at;
}

static inline void put(struct draft *d, struct table *table, const void *from, size_t bytes,
                       uint32_t count) {
  d->end = (d->end + 7) / 8 * 8;
  if (bytes > 0) memcpy((char *)d->p + d->end, from, bytes);
  *table = (struct table){d->end, count};
  d->end += (uint32_t)bytes;
}

static inline uint32_t put_string(struct draft *d, const char *text) {
  struct table where;
  put(d, &where, text, strlen(text) + 1, 1);
  return where.at;
}

static inline void put_strings(struct draft *d, struct table *table, const char *const *strings) {
  uint32_t count = 0;
  d->end = (d->end + 7) / 8 * 8;
  table->at = d->end;
  for (; strings[count] != NULL; count++) {
    size_t n = strlen(strings[count]) + 1;
    memcpy((char *)d->p + d->end, strings[count], n);
    d->end += (uint32_t)n;
  }
  table->count = count;
}

static inline void put_pointers(struct draft *d) {
  uint32_t count = d->p->argv.count + d->p->envp.count + 2;
  put(d, &d->p->pointers, NULL, 0, count);
  d->end += 8 * count;
  d->p->size = d->end;
}

static const char *const no_strings[] = {NULL};
static const char self[] = "/proc/self/exe";

static inline struct draft draft(uint64_t flags, const char *program, const char *const *argv) {
  struct draft d = {
      .p = map(ROOM, MAP_SHARED),
      .stack_top = (char *)map(CHILD_STACK, MAP_PRIVATE) + CHILD_STACK,
      .end = sizeof(struct plan),
  };
  *d.p = (struct plan){
      .magic = PLAN_MAGIC,
      .flags = flags,
      .owner_pidfd = -1,
      .cgroup_fd = -1,
      .exec_fd = -1,
      .tty_fd = -1,
      .owner_signal = SIGKILL,
  };
  put(&d, &d.p->joins, NULL, 0, 0);
  put(&d, &d.p->moves, NULL, 0, 0);
  put(&d, &d.p->limits, NULL, 0, 0);
  put(&d, &d.p->groups, NULL, 0, 0);
  put(&d, &d.p->affinity, NULL, 0, 0);
  d.p->program = put_string(&d, program);
  put_strings(&d, &d.p->argv, argv);
  put_strings(&d, &d.p->envp, no_strings);
  put_pointers(&d);
  return d;
}

static inline void drop(struct draft *d) {
  munmap(d->p, ROOM);
  munmap(d->stack_top - CHILD_STACK, CHILD_STACK);
}

#endif
