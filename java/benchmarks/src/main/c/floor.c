/*
 * The floor under a start: what clone and exec cost when nothing else is done, driven as ours is driven, by
 * one thread that asks and one that clones. Prints one duration in nanoseconds a line: from the question to
 * the answer, the end of the child not counted.
 *
 * floor PROGRAM COUNT
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { IDLE, ASKED, ANSWERED, STACK = 64 * 1024 };

static atomic_int state = IDLE;
static char *program;
static char *argv[2];
extern char **environ;
static int null_fd;
static int pidfd;
static _Alignas(16) char stack[STACK];

static void await(int wanted) {
  for (int now = atomic_load(&state); now != wanted; now = atomic_load(&state)) {
    syscall(SYS_futex, &state, FUTEX_WAIT_PRIVATE, now, NULL, NULL, 0);
  }
}

static void become(int next) {
  atomic_store(&state, next);
  syscall(SYS_futex, &state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static int child(void *unused) {
  (void)unused;
  for (int fd = 0; fd < 3; fd++) dup2(null_fd, fd);
  execve(program, argv, environ);
  _exit(127);
}

static void *spawner(void *unused) {
  (void)unused;
  for (;;) {
    await(ASKED);
    sigset_t all, mask;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &mask);
    int pid = clone(child, stack + STACK, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, NULL, &pidfd);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    if (pid < 0) {
      perror("clone");
      exit(1);
    }
    become(ANSWERED);
  }
  return NULL;
}

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **args) {
  if (argc != 3) {
    fprintf(stderr, "floor PROGRAM COUNT\n");
    return 2;
  }
  program = argv[0] = args[1];
  null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  pthread_t thread;
  pthread_create(&thread, NULL, spawner, NULL);
  for (long i = 0; i < atol(args[2]); i++) {
    long long began = now();
    become(ASKED);
    await(ANSWERED);
    long long took = now() - began;
    siginfo_t info;
    waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED);
    close(pidfd);
    if (info.si_code != CLD_EXITED || info.si_status != 0) {
      fprintf(stderr, "%s did not end well\n", program);
      return 1;
    }
    printf("%lld\n", took);
  }
  return 0;
}
