/*
 * Raw system calls, inline, each returning a value or -errno.
 *
 * This is the whole error convention of the C layer: a negative return is -errno, nothing else
 * carries an error, and a function that failed has left what it was given as it found it. There is
 * no libc below us and so no errno variable, which the vfork child would share with the JVM.
 */
#ifndef MUONTRAP_SYS_H
#define MUONTRAP_SYS_H

#include <asm/unistd.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)

static inline long sys_call6(long n, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

#elif defined(__aarch64__)

static inline long sys_call6(long n, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = n;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory", "cc");
  return x0;
}

#else
#error "muontrap knows x86_64 and aarch64"
#endif

#define SYS0(n) sys_call6(__NR_##n, 0, 0, 0, 0, 0, 0)
#define SYS1(n, a) sys_call6(__NR_##n, (long)(a), 0, 0, 0, 0, 0)
#define SYS2(n, a, b) sys_call6(__NR_##n, (long)(a), (long)(b), 0, 0, 0, 0)
#define SYS3(n, a, b, c) sys_call6(__NR_##n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define SYS4(n, a, b, c, d) sys_call6(__NR_##n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define SYS5(n, a, b, c, d, e) \
  sys_call6(__NR_##n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define SYS6(n, a, b, c, d, e, f) \
  sys_call6(__NR_##n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* The kernel's signal set is 64 bits on both architectures; libc's is not, and hides 32 and 33. */
typedef uint64_t sigset64;

struct kernel_sigaction {
  void *handler;
  unsigned long flags;
  void *restorer;
  sigset64 mask;
};

static inline long sys_open(const char *path, int flags, unsigned mode) {
  return SYS4(openat, -100 /* AT_FDCWD */, path, flags, mode);
}
static inline long sys_openat(int dir, const char *name, int flags) {
  return SYS4(openat, dir, name, flags, 0);
}
static inline long sys_mkdirat(int dir, const char *name, unsigned mode) { return SYS3(mkdirat, dir, name, mode); }
static inline long sys_unlinkat(int dir, const char *name, int flags) { return SYS3(unlinkat, dir, name, flags); }
static inline long sys_flock(int fd, int how) { return SYS2(flock, fd, how); }
static inline long sys_fgetxattr(int fd, const char *name, void *to, size_t n) {
  return SYS4(fgetxattr, fd, name, to, n);
}
static inline long sys_fsetxattr(int fd, const char *name, const void *from, size_t n) {
  return SYS5(fsetxattr, fd, name, from, n, 0);
}
static inline long sys_pread(int fd, void *to, size_t n, long at) { return SYS4(pread64, fd, to, n, at); }
static inline long sys_close(int fd) { return SYS1(close, fd); }
static inline long sys_read(int fd, void *to, size_t n) { return SYS3(read, fd, to, n); }
static inline long sys_write(int fd, const void *from, size_t n) { return SYS3(write, fd, from, n); }
static inline long sys_fcntl(int fd, int op, long arg) { return SYS3(fcntl, fd, op, arg); }
static inline long sys_ioctl(int fd, unsigned long op, void *arg) { return SYS3(ioctl, fd, op, arg); }
static inline long sys_dup3(int from, int to, int flags) { return SYS3(dup3, from, to, flags); }
static inline long sys_pipe2(int *two, int flags) { return SYS2(pipe2, two, flags); }
static inline long sys_close_range(unsigned first, unsigned last, unsigned flags) {
  return SYS3(close_range, first, last, flags);
}
static inline long sys_getdents64(int fd, void *to, size_t n) { return SYS3(getdents64, fd, to, n); }
static inline long sys_lseek(int fd, long at, int whence) { return SYS3(lseek, fd, at, whence); }

static inline long sys_mmap(size_t n, int prot, int flags) {
  return SYS6(mmap, 0, n, prot, flags, -1, 0);
}
static inline long sys_munmap(void *at, size_t n) { return SYS2(munmap, at, n); }
static inline long sys_mprotect(void *at, size_t n, int prot) { return SYS3(mprotect, at, n, prot); }

static inline long sys_prctl(int op, unsigned long a, unsigned long b) {
  return SYS5(prctl, op, a, b, 0, 0);
}
static inline long sys_getpid(void) { return SYS0(getpid); }
static inline long sys_getppid(void) { return SYS0(getppid); }
static inline long sys_setsid(void) { return SYS0(setsid); }
static inline long sys_kill(int pid, int sig) { return SYS2(kill, pid, sig); }
static inline long sys_umask(unsigned mask) { return SYS1(umask, mask); }
static inline long sys_chdir(const char *path) { return SYS1(chdir, path); }
static inline long sys_unshare(unsigned long flags) { return SYS1(unshare, flags); }
static inline long sys_mount(const char *from, const char *on, const char *type, unsigned long flags) {
  return SYS5(mount, from, on, type, flags, 0);
}
static inline long sys_setpriority(int which, int who, int nice) {
  return SYS3(setpriority, which, who, nice);
}
/* 20 - nice: 1 to 40, so that it is no error. */
static inline long sys_getpriority(int which, int who) { return SYS2(getpriority, which, who); }
static inline long sys_ioprio_set(int which, int who, int value) {
  return SYS3(ioprio_set, which, who, value);
}
static inline long sys_sched_setaffinity(int pid, size_t n, const void *mask) {
  return SYS3(sched_setaffinity, pid, n, mask);
}
static inline long sys_prlimit(int pid, int resource, const void *to, void *from) {
  return SYS4(prlimit64, pid, resource, to, from);
}
static inline long sys_setgroups(size_t n, const uint32_t *groups) { return SYS2(setgroups, n, groups); }
static inline long sys_getgroups(size_t n, uint32_t *groups) { return SYS2(getgroups, n, groups); }
static inline long sys_setresgid(uint32_t r, uint32_t e, uint32_t s) { return SYS3(setresgid, r, e, s); }
static inline long sys_setresuid(uint32_t r, uint32_t e, uint32_t s) { return SYS3(setresuid, r, e, s); }
static inline long sys_getresgid(uint32_t *r, uint32_t *e, uint32_t *s) { return SYS3(getresgid, r, e, s); }
static inline long sys_getresuid(uint32_t *r, uint32_t *e, uint32_t *s) { return SYS3(getresuid, r, e, s); }
static inline long sys_capset(void *header, const void *data) { return SYS2(capset, header, data); }
static inline long sys_capget(void *header, void *data) { return SYS2(capget, header, data); }
static inline long sys_execve(const char *path, char *const *argv, char *const *envp) {
  return SYS3(execve, path, argv, envp);
}
static inline long sys_execveat(int fd, const char *path, char *const *argv, char *const *envp,
                                int flags) {
  return SYS5(execveat, fd, path, argv, envp, flags);
}

static inline long sys_sigprocmask(int how, const sigset64 *set, sigset64 *old) {
  return SYS4(rt_sigprocmask, how, set, old, sizeof *set);
}
static inline long sys_sigaction(int sig, const struct kernel_sigaction *act,
                                 struct kernel_sigaction *old) {
  return SYS4(rt_sigaction, sig, act, old, sizeof(sigset64));
}

/* struct kernel_timespec */
struct timespec64 {
  int64_t sec;
  int64_t nsec;
};
/* struct pollfd */
struct poll_one {
  int32_t fd;
  int16_t events;
  int16_t revents;
};
static inline long sys_ppoll(struct poll_one *fds, unsigned n, struct timespec64 *timeout) {
  return SYS5(ppoll, fds, n, timeout, 0, sizeof(sigset64));
}

static inline long sys_pidfd_open(int pid, unsigned flags) { return SYS2(pidfd_open, pid, flags); }
static inline long sys_pidfd_send_signal(int pidfd, int sig, unsigned flags) {
  return SYS4(pidfd_send_signal, pidfd, sig, 0, flags);
}
static inline long sys_waitid(int type, int id, void *info, int options, void *usage) {
  return SYS5(waitid, type, id, info, options, usage);
}
static inline long sys_wait4(int pid, int *status, int options) {
  return SYS4(wait4, pid, status, options, 0);
}
static inline long sys_getrusage(int who, void *usage) { return SYS2(getrusage, who, usage); }

static inline long sys_eventfd2(unsigned initial, int flags) { return SYS2(eventfd2, initial, flags); }
static inline long sys_epoll_create1(int flags) { return SYS1(epoll_create1, flags); }
static inline long sys_epoll_ctl(int epfd, int op, int fd, void *event) {
  return SYS4(epoll_ctl, epfd, op, fd, event);
}
static inline long sys_epoll_pwait(int epfd, void *events, int max, int timeout) {
  return SYS6(epoll_pwait, epfd, events, max, timeout, 0, sizeof(sigset64));
}
static inline _Noreturn void sys_exit(int code) {
  for (;;) SYS1(exit_group, code);
}

#endif
