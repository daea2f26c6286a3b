/*
 * The probe under seccomp filters, each in a process of its own: a call that is denied, by an errno
 * or by death, is found missing and nothing else is; and a spawn by what is left works.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plan_draft.h"
#include "probe.h"
#include "sys.h"

enum { ALL_OF_PIDFD = HAS_PIDFD | HAS_SIGNAL_GROUP | HAS_EXIT_INFO };

static const struct denied {
  const char name[20];
  uint32_t number;
  int bits; /* that go with it */
} calls[] = {
    {"clone3", __NR_clone3, HAS_CLONE3 | HAS_INTO_CGROUP},
    {"close_range", __NR_close_range, HAS_CLOSE_RANGE},
    {"pidfd_open", __NR_pidfd_open, ALL_OF_PIDFD},
    {"pidfd_send_signal", __NR_pidfd_send_signal, ALL_OF_PIDFD},
    {"waitid", __NR_waitid, HAS_PIDFD | HAS_EXIT_INFO},
    {"getpgid, never used", __NR_getpgid, 0},
};

static const struct action {
  const char name[20];
  uint32_t value;
} actions[] = {
    {"EPERM", SECCOMP_RET_ERRNO | 1},
    {"ENOSYS", SECCOMP_RET_ERRNO | 38},
    {"death", SECCOMP_RET_KILL_PROCESS},
    {"a thread's death", SECCOMP_RET_KILL_THREAD},
};

static int deny(uint32_t number, uint32_t action) {
  struct sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0 /* seccomp_data.nr */),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, action),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {sizeof program / sizeof *program, program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0);
}

/* By what the probe found: a program that does not exist comes back as step EXEC, ENOENT. */
static int spawns(int has) {
  static const char *const argv[] = {"x", NULL};
  uint64_t flags = (has & HAS_CLONE3) ? PLAN_CLONE3 : 0;
  if (has & HAS_CLOSE_RANGE) flags |= PLAN_CLOSE_RANGE;
  struct draft d = draft(flags | PLAN_SESSION | PLAN_OWNER_SIGNAL, "/nonexistent/program", argv);
  spawn(d.p, d.stack_top);
  if (d.p->out.pid > 0) waitpid(d.p->out.pid, NULL, 0);
  return d.p->out.step == STEP_EXEC && d.p->out.error == 2;
}

/* What it finds under this filter: its bits, + 1000 if it could not spawn; 2000: no filters. */
static int found_under(uint32_t number, uint32_t action, int *status) {
  int answer[2];
  if (pipe(answer) != 0) exit(1);
  pid_t pid = fork();
  if (pid == 0) {
    int has = 2000;
    if (deny(number, action) == 0) {
      has = probe();
      if (!spawns(has)) has += 1000;
    }
    _exit(write(answer[1], &has, sizeof has) != (ssize_t)sizeof has);
  }
  close(answer[1]);
  int has = -1;
  if (read(answer[0], &has, sizeof has) != (ssize_t)sizeof has) has = -1;
  close(answer[0]);
  waitpid(pid, status, 0);
  return has;
}

int main(void) {
  int all = probe();
  if (!(all & HAS_VFORK)) {
    printf("no vfork here: probe says %d\n", all);
    return 77;
  }
  int passed = 0, failed = 0;
  for (size_t c = 0; c < sizeof calls / sizeof *calls; c++) {
    for (size_t a = 0; a < sizeof actions / sizeof *actions; a++) {
      int status = -1;
      int has = found_under(calls[c].number, actions[a].value, &status);
      if (has == 2000) {
        printf("no seccomp filters here\n");
        return 77;
      }
      if (has == (all & ~calls[c].bits) && status == 0) {
        passed++;
        continue;
      }
      failed++;
      fprintf(stderr, "%s denied by %s: found %d instead of %d (status %x)\n", calls[c].name,
              actions[a].name, has, all & ~calls[c].bits, (unsigned)status);
    }
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
