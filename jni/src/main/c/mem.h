#ifndef MUONTRAP_MEM_H
#define MUONTRAP_MEM_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memset(void *to, int value, size_t n);

/* Before anything with a stack protector runs, from a function that has none. */
void seed_stack_guard(void);

#endif
