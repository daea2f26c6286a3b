/*
 * The floor under the end of a tree: cgroup.kill, the wait for populated 0, rmdir, and nothing else.
 *
 * kill_floor DIRECTORY N   makes the group with N sleeping processes, ends it, prints the nanoseconds
 * kill_floor - N           forks N sleeping processes, prints "ready" and sleeps: a tree for others to end
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void breed(int n) {
  for (int i = 0; i < n; i++) {
    int pid = fork();
    if (pid < 0) die("fork");
    if (pid == 0) {
      for (;;) pause();
    }
  }
}

static int file(const char *directory, const char *name, int flags) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  int fd = open(path, flags | O_CLOEXEC);
  if (fd < 0) die(path);
  return fd;
}

static int populated(int events) {
  char text[256];
  ssize_t n = pread(events, text, sizeof text - 1, 0);
  if (n < 0) die("cgroup.events");
  text[n] = 0;
  return strstr(text, "populated 1") != NULL;
}

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  int n = atoi(argv[2]);
  signal(SIGCHLD, SIG_IGN); /* nobody has to be reaped */
  if (strcmp(argv[1], "-") == 0) {
    breed(n - 1);
    puts("ready");
    fflush(stdout);
    for (;;) pause();
  }
  if (mkdir(argv[1], 0755) < 0) die("mkdir");
  int procs = file(argv[1], "cgroup.procs", O_WRONLY);
  int up[2];
  if (pipe(up) < 0) die("pipe");
  int leader = fork();
  if (leader < 0) die("fork");
  if (leader == 0) {
    if (write(procs, "0", 1) != 1) die("cgroup.procs");
    breed(n - 1);
    if (write(up[1], "x", 1) != 1) die("pipe");
    for (;;) pause();
  }
  char ready;
  if (read(up[0], &ready, 1) != 1) die("tree");
  int kill_file = file(argv[1], "cgroup.kill", O_WRONLY);
  int events = file(argv[1], "cgroup.events", O_RDONLY);
  long long began = now();
  if (write(kill_file, "1", 1) != 1) die("cgroup.kill");
  while (populated(events)) {
    struct pollfd one = {events, POLLPRI, 0};
    poll(&one, 1, -1);
  }
  while (rmdir(argv[1]) < 0) usleep(100);
  printf("%lld\n", now() - began);
  return 0;
}
