/* What the compiler may call for and no libc gives: a freestanding object still needs these. */
#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "sys.h"

/* Else the compiler recognises the loop and turns it into a call of itself. */
#define KEEP_LOOP __asm__ volatile("")

void *memcpy(void *restrict to, const void *restrict from, size_t n) {
  unsigned char *t = to;
  const unsigned char *f = from;
  while (n--) {
    *t++ = *f++;
    KEEP_LOOP;
  }
  return to;
}

void *memset(void *to, int value, size_t n) {
  unsigned char *t = to;
  while (n--) {
    *t++ = (unsigned char)value;
    KEEP_LOOP;
  }
  return to;
}

#if !defined(MUONTRAP_HOSTED)

#if defined(__aarch64__)
/* x86_64 keeps the canary in the thread's own block; here it is a variable, and ours. */
__attribute__((visibility("hidden"))) uintptr_t __stack_chk_guard = 0x00000aff0a0d0000u;

__attribute__((no_stack_protector)) void seed_stack_guard(void) {
  uintptr_t random;
  if (SYS3(getrandom, &random, sizeof random, 1 /* GRND_NONBLOCK */) == (long)sizeof random) {
    __stack_chk_guard = random & ~(uintptr_t)0xff; /* a NUL stops string overruns */
  }
}
#else
void seed_stack_guard(void) {}
#endif

__attribute__((visibility("hidden"))) _Noreturn void __stack_chk_fail(void);
void __stack_chk_fail(void) {
  static const char say[] = "muontrap: stack smashed\n";
  sys_write(2, say, sizeof say - 1);
  for (;;) SYS2(kill, SYS0(getpid), 6 /* SIGABRT */);
}

#else
void seed_stack_guard(void) {}
#endif
