/* Verbs that bring a process into states that are rare, and hard to order. */
#include "target.h"

enum {
  /* VM, FS, FILES, SIGHAND, THREAD, SYSVSEM: what pthread_create shares. */
  CLONE_AS_THREAD = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000,
  CLONE_WAITS = 0x4000, /* CLONE_VFORK, which without CLONE_VM waits all the same */
};

/* The first thread ends, the process lives on in its second: state Z, and yet nothing has ended. */
int verb_first_thread_ends(char **args) {
  /* Both have one stack. So the first must not touch it again, and there is nothing between clone and its exit
   * (with EXIT_FAILED, which counts only where no second thread came of it). */
#if defined(__x86_64__)
  __asm__ volatile(
      "xor %%esi, %%esi\n\txor %%edx, %%edx\n\txor %%r10d, %%r10d\n\txor %%r8d, %%r8d\n\t"
      "mov $56, %%eax\n\tsyscall\n\t"
      "test %%eax, %%eax\n\tjz 1f\n\t"
      "mov $126, %%edi\n\tmov $60, %%eax\n\tsyscall\n"
      "1:"
      :
      : "D"((long)CLONE_AS_THREAD)
      : "rax", "rcx", "rdx", "rsi", "r8", "r10", "r11", "memory", "cc");
#elif defined(__aarch64__)
  register long flags __asm__("x0") = CLONE_AS_THREAD;
  __asm__ volatile(
      "mov x1, #0\n\tmov x2, #0\n\tmov x3, #0\n\tmov x4, #0\n\t"
      "mov x8, #220\n\tsvc #0\n\t"
      "cbz x0, 1f\n\t"
      "mov x0, #126\n\tmov x8, #93\n\tsvc #0\n"
      "1:"
      : "+r"(flags)
      :
      : "x1", "x2", "x3", "x4", "x8", "memory", "cc");
#endif
  return run(args);
}

/* A parent of vfork waits as one waits for a dead disk: in D. */
int verb_hang_while(char **args) {
  long pid = SYS5(clone, CLONE_WAITS | SIGNAL_CHLD, 0, 0, 0, 0);
  if (pid < 0) fail("vfork", pid);
  return pid == 0 ? run(args) : 0;
}

/* ---- attack ---- */

static void put_attempt(const char *name, long result) {
  put(name);
  put_number(result < 0 ? (uint64_t)-result : 0);
  put_bytes("\n", 1);
}

static long open_memory(const char *digits) {
  char path[32] = "/proc/";
  size_t at = 6;
  for (const char *d = digits; *d != 0; d++) path[at++] = *d;
  for (const char *tail = "/mem"; *tail != 0; tail++) path[at++] = *tail;
  path[at] = 0;
  return sys_open(path, 02000000 /* CLOEXEC */, 0);
}

/* Each attempt is one whose right is checked before its address is: EFAULT would be a success. */
int verb_attack(char **args) {
  enum { SEIZE = 0x4206 };
  char digits[20];
  no_more(args);
  say(1, "ready");
  long n = sys_read(0, digits, sizeof digits - 1);
  if (n < 2 || digits[n - 1] != '\n') usage("no pid", "stdin");
  digits[n - 1] = 0;
  int stops = 0;
  for (char *d = digits; *d != 0; d++) {
    if (*d == ' ') {
      stops = text_equal(d, " stop");
      *d = 0;
      break;
    }
  }
  uint64_t pid = parse_number(digits, 1 << 30);
  char into[8];
  struct {
    void *base;
    size_t length;
  } here = {into, sizeof into}, there = {into, sizeof into};
  put_attempt("seize=", SYS4(ptrace, SEIZE, pid, 0, 0));
  put_attempt("vm_readv=", SYS6(process_vm_readv, pid, &here, 1, &there, 1, 0));
  put_attempt("mem=", open_memory(digits));
  if (stops) put_attempt("stop=", SYS2(kill, pid, SIGNAL_STOP));
  put_flush();
  return 0;
}
