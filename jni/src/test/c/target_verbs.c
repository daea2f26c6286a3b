/* Verbs about one process: how it ends, what it does with signals, what it uses up. */
#include "target.h"

int verb_exit(char **args) {
  int code = (int)parse_number(need(&args, "N"), 255);
  no_more(args);
  return code;
}

int verb_signal(char **args) {
  int sig = parse_signal(need(&args, "SIG"));
  no_more(args);
  uint64_t no_core[2] = {0, 0};
  sigset64 only = (sigset64)1 << (sig - 1);
  sys_prlimit(0, 4 /* RLIMIT_CORE */, no_core, NULL);
  set_signal(sig, 0);
  sys_sigprocmask(1 /* SIG_UNBLOCK */, &only, NULL);
  sys_kill((int)sys_getpid(), sig);
  say(2, "target: this signal does not end a process");
  return EXIT_FAILED;
}

int verb_sleep(char **args) {
  int64_t nanos = parse_seconds(need(&args, "SECONDS"));
  no_more(args);
  sleep_nanos(nanos);
  return 0;
}

int verb_ignore(char **args) {
  sigset64 set = parse_signals(need(&args, "SIG,..."));
  for (int sig = 1; sig <= 64; sig++) {
    if (set >> (sig - 1) & 1) set_signal(sig, 1);
  }
  return run(args);
}

int verb_block(char **args) {
  sigset64 set = parse_signals(need(&args, "SIG,..."));
  sys_sigprocmask(0 /* SIG_BLOCK */, &set, NULL);
  return run(args);
}

int verb_stop_self(char **args) {
  sys_kill((int)sys_getpid(), SIGNAL_STOP);
  return *args == NULL ? 0 : run(args);
}

static const char *term_text;
static int term_code;
static int64_t term_delay;

static void end_on_term(int sig) {
  (void)sig;
  say(1, term_text);
  sleep_nanos(term_delay);
  sys_exit(term_code);
}

int verb_on_term(char **args) {
  term_text = need(&args, "TEXT");
  term_code = (int)parse_number(need(&args, "EXITCODE"), 255);
  term_delay = optional_nanos(&args, 0, NANOS_PER_MILLI);
  no_more(args);
  catch_signal(SIGNAL_TERM, end_on_term);
  say(1, "ready");
  sleep_forever();
}

static void only_say(int sig) {
  (void)sig;
  say(1, term_text);
}

int verb_trap_sleep(char **args) {
  term_text = need(&args, "TEXT");
  int64_t nanos = parse_seconds(need(&args, "SECONDS"));
  no_more(args);
  catch_signal(SIGNAL_TERM, only_say);
  say(1, "ready");
  sleep_nanos(nanos);
  return 0;
}

/* struct sockaddr_in, its numbers in network order */
struct internet_address {
  uint16_t family;
  unsigned char port[2];
  unsigned char address[4];
  char zero[8];
};

static int listening;

static void close_late(int sig) {
  (void)sig;
  sleep_nanos(term_delay);
  sys_close(listening);
  sys_exit(0);
}

int verb_port(char **args) {
  uint64_t port = parse_number(need(&args, "PORT"), 65535);
  term_delay = optional_nanos(&args, 200, NANOS_PER_MILLI);
  no_more(args);
  unsigned size = sizeof(struct internet_address);
  struct internet_address at = {
      2 /* AF_INET */, {(unsigned char)(port >> 8), (unsigned char)port}, {127, 0, 0, 1}, {0}};
  long fd = SYS3(socket, 2, 1 | 02000000 /* SOCK_STREAM, SOCK_CLOEXEC */, 0);
  if (fd < 0) fail("socket", fd);
  listening = (int)fd;
  long err = SYS3(bind, fd, &at, size);
  if (err < 0) fail("bind", err);
  if ((err = SYS2(listen, fd, 8)) < 0) fail("listen", err);
  if ((err = SYS3(getsockname, fd, &at, &size)) < 0) fail("getsockname", err);
  catch_signal(SIGNAL_TERM, close_late);
  say_number(1, (uint64_t)at.port[0] << 8 | at.port[1]);
  say(1, "ready");
  sleep_forever();
}

int verb_close_all(char **args) {
  if (sys_close_range(0, ~0u, 0) < 0) {
    for (int fd = 0; fd < 1 << 20; fd++) sys_close(fd); /* before 5.9, or under a filter */
  }
  return run(args);
}

int verb_eat(char **args) {
  uint64_t bytes = parse_size(need(&args, "BYTES"));
  if (bytes > 0) {
    long at = sys_mmap(bytes, 1 | 2 /* READ, WRITE */, 0x22 /* PRIVATE, ANONYMOUS */);
    if (at < 0 && at > -4096) fail("mmap", at);
    for (uint64_t i = 0; i < bytes; i += 4096) *(volatile char *)(uintptr_t)((uint64_t)at + i) = 1;
  }
  say(1, "ready");
  if (*args != NULL) return run(args);
  sleep_forever();
}

int verb_cpu(char **args) {
  int64_t nanos = parse_seconds(need(&args, "SECONDS"));
  no_more(args);
  while (now_of(CLOCK_IS_PROCESS_CPU) < nanos) {
    for (int i = 0; i < 100000; i++) __asm__ volatile("");
  }
  return 0;
}

int verb_succeed_second_time(char **args) {
  char *file = need(&args, "FILE");
  no_more(args);
  long fd = sys_open(file, 02 | 0100 | 02000 | 02000000 /* RDWR, CREAT, APPEND, CLOEXEC */, 0644);
  if (fd < 0) fail("open", fd);
  long runs_before = sys_lseek((int)fd, 0, 2 /* SEEK_END */);
  write_all((int)fd, "x", 1);
  return runs_before == 0 ? 1 : 0;
}

/* ---- glue between verbs ---- */

int verb_first(char **args) {
  char **then = split(args);
  run(args);
  return run(then);
}

int verb_ready(char **args) {
  say(1, "ready");
  return run(args);
}

int verb_pid(char **args) {
  say_number(1, (uint64_t)sys_getpid());
  return run(args);
}

int verb_exec(char **args) {
  char **argv = args;
  char *program = need(&args, "PROGRAM");
  fail(program, sys_execve(program, argv, environment));
}
