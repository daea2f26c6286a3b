/*
 * Constants of the kernel's interface, the same on x86_64 and aarch64. They are written here because
 * libc's headers that hold them declare functions which this layer must not call; values that a uapi
 * header holds are checked against it (kernel_check.c).
 */
#ifndef MUONTRAP_KERNEL_H
#define MUONTRAP_KERNEL_H

#include <stdint.h>

enum {
  E_PERM = 1, E_NOENT = 2, E_SRCH = 3, E_INTR = 4, E_BADF = 9, E_CHILD = 10, E_AGAIN = 11,
  E_NOMEM = 12, E_ACCES = 13, E_FAULT = 14, E_INVAL = 22, E_NOSYS = 38, E_TOOBIG = 7,
  E_NAMETOOLONG = 36,
};

enum {
  O_READ = 0, O_WRITE = 1, O_RDWR_ = 2, O_CREATE = 0100, O_NOCTTY_ = 0400, O_TRUNCATE = 01000,
  O_APPEND_ = 02000, O_NONBLOCK_ = 04000, O_CLOEXEC_ = 02000000,
#if defined(__aarch64__)
  O_DIRECTORY_ = 040000,
  O_NOFOLLOW_ = 0100000,
#else
  O_DIRECTORY_ = 0200000,
  O_NOFOLLOW_ = 0400000,
#endif
};

enum { F_GETFD_ = 1, F_SETFD_ = 2, F_GETFL_ = 3, F_SETFL_ = 4, F_DUPFD_CLOEXEC_ = 1030, FD_CLOEXEC_ = 1 };

enum { POLL_IN_ = 1 };

enum { SIG_BLOCK_ = 0, SIG_SETMASK_ = 2, SIGNAL_CHILD = 17, SIGNAL_KILL = 9, SIGNAL_STOP = 19, SIGNAL_LAST = 64 };
#define SIGNAL_DEFAULT ((void *)0)
#define SIGNAL_IGNORE ((void *)1)

enum {
  PR_SET_PDEATHSIG_ = 1, PR_GET_DUMPABLE_ = 3, PR_SET_DUMPABLE_ = 4, PR_SET_KEEPCAPS_ = 8,
  PR_CAPBSET_READ_ = 23, PR_CAPBSET_DROP_ = 24, PR_SET_SECUREBITS_ = 28,
  PR_SET_CHILD_SUBREAPER_ = 36, PR_SET_NO_NEW_PRIVS_ = 38, PR_CAP_AMBIENT_ = 47,
  PR_CAP_AMBIENT_RAISE_ = 2, PR_CAP_AMBIENT_CLEAR_ALL_ = 4,
};

enum { RESOURCE_NOFILE = 7 };

enum { PROT_RW = 3, MAP_PRIVATE_ANON = 0x22, MAP_SHARED_ANON = 0x21, MAP_STACK_ = 0x20000 };

enum { CLOSE_RANGE_CLOEXEC_ = 4 };

#define CLONE_VM_ 0x100ul
#define CLONE_PIDFD_ 0x1000ul
#define CLONE_VFORK_ 0x4000ul
#define CLONE_NEWNS_ 0x20000ul
#define CLONE_CLEAR_SIGHAND_ 0x100000000ull
#define CLONE_INTO_CGROUP_ 0x200000000ull

enum { P_PIDFD_ = 3, WNOHANG_ = 1, WEXITED_ = 4, WNOWAIT_ = 0x01000000, WALL_ = 0x40000000 };

#define TIOCSCTTY_ 0x540eul
#define FIONREAD_ 0x541bul
#define AT_EMPTY_PATH_ 0x1000
#define AT_REMOVEDIR_ 0x200

enum { MS_NOSUID_ = 2, MS_NODEV_ = 4, MS_NOEXEC_ = 8, MS_REC_ = 0x4000, MS_SLAVE_ = 1 << 19 };

enum { PF_FORKNOEXEC_ = 0x40 };

/* PIDFD_GET_INFO, Linux 6.13; exit information 6.15 */
struct pidfd_info_64 {
  uint64_t mask;
  uint64_t cgroupid;
  uint32_t pid, tgid, ppid;
  uint32_t ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
  int32_t exit_code;
};
_Static_assert(sizeof(struct pidfd_info_64) == 64, "the first published size");
#define PIDFD_GET_INFO_ 0xc040ff0bul /* _IOWR(0xff, 11, 64 bytes) */
#define PIDFD_INFO_EXIT_ 8u

enum { CAP_VERSION_3 = 0x20080522 };
struct cap_header {
  uint32_t version;
  int32_t pid;
};
struct cap_data {
  uint32_t effective, permitted, inheritable;
};

struct linux_dirent64 {
  uint64_t ino;
  int64_t off;
  uint16_t reclen;
  uint8_t type;
  char name[];
};

/* struct siginfo as waitid fills it */
struct wait_info {
  int32_t signo, error, code, pad;
  int32_t pid;
  uint32_t uid;
  int32_t status;
  char rest[100];
};
_Static_assert(sizeof(struct wait_info) == 128, "siginfo");

/* struct rusage */
struct usage {
  int64_t user_sec, user_usec, system_sec, system_usec;
  int64_t max_rss;
  int64_t rest[13];
};
_Static_assert(sizeof(struct usage) == 144, "rusage");

/* struct rlimit64 */
struct limit_pair {
  uint64_t soft, hard;
};

#endif
