/* Text, numbers, output, time and signals without a libc. */
#include "target.h"

char *program_name;
char **environment;

/*
 * GCC calls these four even in freestanding code, and would turn the plain loops into calls of
 * themselves: the empty statement keeps it from recognising them.
 */
void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);

#define STAY_A_LOOP __asm__ volatile("")

void *memcpy(void *restrict to, const void *restrict from, size_t n) {
  for (size_t i = 0; i < n; i++) {
    STAY_A_LOOP;
    ((char *)to)[i] = ((const char *)from)[i];
  }
  return to;
}

void *memmove(void *to, const void *from, size_t n) {
  if ((uintptr_t)to <= (uintptr_t)from) return memcpy(to, from, n);
  while (n-- > 0) {
    STAY_A_LOOP;
    ((char *)to)[n] = ((const char *)from)[n];
  }
  return to;
}

void *memset(void *to, int byte, size_t n) {
  for (size_t i = 0; i < n; i++) {
    STAY_A_LOOP;
    ((char *)to)[i] = (char)byte;
  }
  return to;
}

int memcmp(const void *a, const void *b, size_t n) {
  for (size_t i = 0; i < n; i++) {
    STAY_A_LOOP;
    int difference = ((const unsigned char *)a)[i] - ((const unsigned char *)b)[i];
    if (difference != 0) return difference;
  }
  return 0;
}

size_t text_length(const char *s) {
  size_t n = 0;
  for (; s[n] != 0; n++) STAY_A_LOOP;
  return n;
}

int text_starts(const char *s, const char *prefix) {
  while (*prefix != 0) {
    if (*s++ != *prefix++) return 0;
  }
  return 1;
}

int text_equal(const char *a, const char *b) {
  return text_starts(a, b) && text_length(a) == text_length(b);
}

/* ---- output ---- */

static char pending[65536];
static size_t pending_length;

void write_all(int fd, const void *from, size_t n) {
  const char *p = from;
  while (n > 0) {
    long wrote = sys_write(fd, p, n);
    if (wrote == -ERR_INTR) continue;
    if (wrote < 0) fail("write", wrote);
    p += wrote;
    n -= (size_t)wrote;
  }
}

void put_flush(void) {
  size_t n = pending_length;
  pending_length = 0;
  write_all(1, pending, n);
}

void put_bytes(const void *from, size_t n) {
  const char *p = from;
  for (size_t i = 0; i < n; i++) {
    if (pending_length == sizeof pending) put_flush();
    pending[pending_length++] = p[i];
  }
}

void put(const char *s) { put_bytes(s, text_length(s)); }

char *format_number(uint64_t n, char field[20]) {
  char *p = field + 20;
  do {
    *--p = (char)('0' + n % 10);
    n /= 10;
  } while (n > 0);
  return p;
}

void put_number(uint64_t n) {
  char field[20];
  char *first = format_number(n, field);
  put_bytes(first, (size_t)(field + 20 - first));
}

void put_hex(uint64_t n, int count) {
  while (count-- > 0) {
    char c = "0123456789abcdef"[n >> (4 * count) & 15];
    put_bytes(&c, 1);
  }
}

/* A line longer than the buffer is cut: nobody says that much. */
static void say_bytes(int fd, const char *from, size_t n) {
  char line[4096];
  if (n > sizeof line - 1) n = sizeof line - 1;
  memcpy(line, from, n);
  line[n++] = '\n';
  long wrote;
  do wrote = sys_write(fd, line, n);
  while (wrote == -ERR_INTR);
  if (wrote < 0 && wrote != -ERR_BADF) {
    if (fd == 2) sys_exit(EXIT_FAILED);
    fail("write", wrote);
  }
}

void say(int fd, const char *line) { say_bytes(fd, line, text_length(line)); }

void say_number(int fd, uint64_t n) {
  char field[20];
  char *first = format_number(n, field);
  say_bytes(fd, first, (size_t)(field + 20 - first));
}

static size_t append(char *line, size_t at, size_t size, const char *s) {
  while (*s != 0 && at < size - 1) line[at++] = *s++;
  line[at] = 0;
  return at;
}

_Noreturn void usage(const char *why, const char *which) {
  char line[512];
  size_t n = append(line, 0, sizeof line, "target: ");
  n = append(line, n, sizeof line, why);
  if (which != NULL) {
    n = append(line, n, sizeof line, ": ");
    append(line, n, sizeof line, which);
  }
  say(2, line);
  sys_exit(EXIT_USAGE);
}

_Noreturn void fail(const char *what, long minus_errno) {
  char line[512];
  char number[21] = {0};
  size_t n = append(line, 0, sizeof line, "target: ");
  n = append(line, n, sizeof line, what);
  n = append(line, n, sizeof line, ": errno ");
  append(line, n, sizeof line, format_number((uint64_t)-minus_errno, number));
  say(2, line);
  sys_exit(EXIT_FAILED);
}

/* ---- arguments ---- */

char *need(char ***args, const char *what) {
  if (**args == NULL) usage("missing argument", what);
  return *(*args)++;
}

void no_more(char **args) {
  if (*args != NULL) usage("unexpected argument", *args);
}

char **split(char **args) {
  for (; *args != NULL; args++) {
    if (text_equal(*args, "--")) {
      *args = NULL;
      return args + 1;
    }
  }
  usage("missing argument", "-- CMD...");
}

/* Reads decimal digits up to the first other character, where it leaves *s. */
static uint64_t leading_number(const char **s, const char *whole) {
  if (**s < '0' || **s > '9') usage("not a number", whole);
  uint64_t n = 0;
  for (; **s >= '0' && **s <= '9'; ++*s) {
    uint64_t digit = (uint64_t)(**s - '0');
    if (n > (UINT64_MAX - digit) / 10) usage("number too large", whole);
    n = n * 10 + digit;
  }
  return n;
}

uint64_t parse_number(const char *s, uint64_t max) {
  const char *rest = s;
  uint64_t n = leading_number(&rest, s);
  if (*rest != 0) usage("not a number", s);
  if (n > max) usage("number too large", s);
  return n;
}

uint64_t parse_size(const char *s) {
  const char *rest = s;
  uint64_t n = leading_number(&rest, s);
  int shift = *rest == 'K' ? 10 : *rest == 'M' ? 20 : *rest == 'G' ? 30 : 0;
  if (shift != 0) rest++;
  if (*rest != 0) usage("not a size (BYTES, or with K, M, G)", s);
  if (n > UINT64_MAX >> shift) usage("number too large", s);
  return n << shift;
}

int64_t parse_seconds(const char *s) {
  if (text_equal(s, "forever")) return INT64_MAX;
  const char *rest = s;
  uint64_t seconds = leading_number(&rest, s);
  if (seconds > 1000000000) usage("number too large", s);
  uint64_t nanos = 0;
  if (*rest == '.') {
    rest++;
    uint64_t unit = NANOS_PER_SECOND / 10;
    for (; *rest >= '0' && *rest <= '9' && unit > 0; rest++, unit /= 10) {
      nanos += unit * (uint64_t)(*rest - '0');
    }
  }
  if (*rest != 0) usage("not SECONDS", s);
  return (int64_t)(seconds * NANOS_PER_SECOND + nanos);
}

int64_t optional_nanos(char ***args, uint64_t otherwise, int64_t unit) {
  uint64_t n = otherwise;
  if (**args != NULL) n = parse_number(*(*args)++, 1000000000);
  return (int64_t)n * unit;
}

static const char signal_names[31][7] = {
    "HUP",  "INT",  "QUIT", "ILL",    "TRAP", "ABRT",   "BUS",  "FPE",
    "KILL", "USR1", "SEGV", "USR2",   "PIPE", "ALRM",   "TERM", "STKFLT",
    "CHLD", "CONT", "STOP", "TSTP",   "TTIN", "TTOU",   "URG",  "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "IO",  "PWR",    "SYS",
};

int parse_signal(const char *s) {
  const char *name = text_starts(s, "SIG") ? s + 3 : s;
  for (int i = 0; i < 31; i++) {
    if (text_equal(name, signal_names[i])) return i + 1;
  }
  if (*s < '0' || *s > '9') usage("no such signal", s);
  uint64_t n = parse_number(s, 64);
  if (n == 0) usage("no such signal", s);
  return (int)n;
}

sigset64 parse_signals(const char *s) {
  if (text_equal(s, "all")) return ~(sigset64)0;
  sigset64 set = 0;
  for (;;) {
    char name[16];
    size_t n = 0;
    for (; *s != 0 && *s != ','; s++) {
      if (n == sizeof name - 1) usage("no such signal", s);
      name[n++] = *s;
    }
    name[n] = 0;
    set |= (sigset64)1 << (parse_signal(name) - 1);
    if (*s++ == 0) return set;
  }
}

/* ---- time ---- */

int64_t now_of(int clock) {
  struct timespec64 t = {0, 0};
  SYS2(clock_gettime, clock, &t);
  return t.sec * NANOS_PER_SECOND + t.nsec;
}

void sleep_until(int64_t monotonic_nanos) {
  struct timespec64 t = {monotonic_nanos / NANOS_PER_SECOND, monotonic_nanos % NANOS_PER_SECOND};
  while (SYS4(clock_nanosleep, CLOCK_IS_MONOTONIC, 1 /* TIMER_ABSTIME */, &t, 0) == -ERR_INTR) {
  }
}

void sleep_nanos(int64_t nanos) {
  if (nanos == INT64_MAX) sleep_forever();
  sleep_until(now_of(CLOCK_IS_MONOTONIC) + nanos);
}

_Noreturn void sleep_forever(void) {
  sleep_nanos((int64_t)3600 * NANOS_PER_SECOND);
  sys_exit(EXIT_FOREVER_IS_OVER);
}

/* ---- signals ---- */

#if defined(__x86_64__)
/* x86_64 has no trampoline in the vdso: the way back from a handler is ours to give. */
__asm__(".text\n"
        ".type target_restorer, @function\n"
        "target_restorer:\n"
        "  mov $15, %eax\n" /* rt_sigreturn */
        "  syscall\n"
        ".size target_restorer, . - target_restorer\n");
void target_restorer(void);
#endif

void catch_signal(int sig, void (*handler)(int)) {
  struct kernel_sigaction action = {0};
  action.handler = (void *)(uintptr_t)handler;
#if defined(__x86_64__)
  action.flags = 0x04000000; /* SA_RESTORER */
  action.restorer = (void *)(uintptr_t)target_restorer;
#endif
  long err = sys_sigaction(sig, &action, NULL);
  if (err < 0) fail("sigaction", err);
}

void set_signal(int sig, int ignore) {
  struct kernel_sigaction action = {0};
  action.handler = (void *)(uintptr_t)(ignore ? 1 : 0);
  sys_sigaction(sig, &action, NULL); /* KILL and STOP refuse, and have their default anyway */
}
