/*
 * The floor under a start in a group: clone3 and exec, and nothing else. Prints three medians in nanoseconds: beside us,
 * born in a group that is there, born in a group made for it (its mkdir and open counted, its rmdir not).
 *
 * cgroup_floor PROGRAM DIRECTORY COUNT MICROSECONDS
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BESIDE, BORN, FRESH, KINDS, MOST = 10000 };

static long long times[KINDS][MOST];
static char fresh[4096];
extern char **environ;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int by_size(const void *a, const void *b) {
  long long x = *(const long long *)a, y = *(const long long *)b;
  return (x > y) - (x < y);
}

static int directory(const char *path) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) die(path);
  return fd;
}

/* With vfork's promise: it comes back when the program runs. */
static long long start(char *program, int kind, int group) {
  char *argv[] = {program, NULL};
  long long began = now();
  if (kind == FRESH) {
    if (mkdir(fresh, 0755) < 0) die("mkdir");
    group = directory(fresh);
  }
  struct clone_args how = {.flags = CLONE_VFORK, .exit_signal = SIGCHLD};
  if (kind != BESIDE) {
    how.flags |= CLONE_INTO_CGROUP;
    how.cgroup = (uint64_t)group;
  }
  long pid = syscall(SYS_clone3, &how, sizeof how);
  if (pid == 0) {
    execve(program, argv, environ);
    _exit(127);
  }
  long long took = now() - began;
  if (pid < 0) die("clone3");
  if (waitpid((pid_t)pid, NULL, 0) < 0) die("waitpid");
  if (kind == FRESH) {
    close(group);
    while (rmdir(fresh) < 0) usleep(100);
  }
  return took;
}

int main(int argc, char **args) {
  if (argc != 5) {
    fprintf(stderr, "cgroup_floor PROGRAM DIRECTORY COUNT MICROSECONDS\n");
    return 2;
  }
  int count = atoi(args[3]);
  if (count < 1 || count > MOST) return 2;
  int group = directory(args[2]);
  snprintf(fresh, sizeof fresh, "%s.fresh", args[2]);
  for (int i = 0; i < count; i++) {
    for (int kind = 0; kind < KINDS; kind++) {
      usleep((useconds_t)atoi(args[4]));
      times[kind][i] = start(args[1], kind, group);
    }
  }
  for (int kind = 0; kind < KINDS; kind++) {
    qsort(times[kind], (size_t)count, sizeof times[kind][0], by_size);
    printf("%lld\n", times[kind][count / 2]);
  }
  return 0;
}
