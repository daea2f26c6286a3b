/* Verbs about streams, arguments and environment. */
#include "target.h"

static char buffer[65536];

static size_t read_some(void) {
  for (;;) {
    long n = sys_read(0, buffer, sizeof buffer);
    if (n == -ERR_INTR) continue;
    if (n < 0) fail("read", n);
    return (size_t)n;
  }
}

int verb_cat(char **args) {
  no_more(args);
  for (size_t n; (n = read_some()) > 0;) write_all(1, buffer, n);
  return 0;
}

int verb_count_stdin(char **args) {
  no_more(args);
  uint64_t total = 0;
  for (size_t n; (n = read_some()) > 0;) total += n;
  say_number(1, total);
  return 0;
}

int verb_read_then(char **args) {
  char c;
  do {
    long n = sys_read(0, &c, 1); /* one at a time: what follows the line is the next verb's */
    if (n == -ERR_INTR) c = 0;
    else if (n < 0) fail("read", n);
    else if (n == 0) return 1;
  } while (c != '\n');
  return run(args);
}

/* The words with blanks between, and a newline, in one write as long as they fit. */
static void write_words(int fd, char **args) {
  size_t n = 0;
  for (; *args != NULL; args++) {
    for (const char *c = *args;; c++) {
      if (n == sizeof buffer) {
        write_all(fd, buffer, n);
        n = 0;
      }
      if (*c == 0) break;
      buffer[n++] = *c;
    }
    if (args[1] != NULL) buffer[n++] = ' ';
  }
  buffer[n++] = '\n';
  write_all(fd, buffer, n);
}

int verb_echo(char **args) {
  write_words(1, args);
  return 0;
}

int verb_err(char **args) {
  write_words(2, args);
  return 0;
}

/* ---- much output ---- */

struct stream {
  int fd;
  char base;
  int fill; /* -1: the pattern */
  uint64_t at;
  uint64_t end;
};

static void write_chunk(struct stream *s) {
  uint64_t left = s->end - s->at;
  size_t n = left < 4096 ? (size_t)left : 4096;
  for (size_t i = 0; i < n; i++) {
    uint64_t at = s->at + i;
    char pattern = at % 64 == 63 ? '\n' : (char)(s->base + (char)(at % 26));
    buffer[i] = s->fill >= 0 ? (char)s->fill : pattern;
  }
  write_all(s->fd, buffer, n);
  s->at += n;
}

int verb_write(char **args) {
  struct stream out = {1, 'a', -1, 0, parse_size(need(&args, "N"))};
  struct stream err = {2, 'A', -1, 0, 0};
  while (*args != NULL) {
    char *word = *args++;
    if (text_equal(word, "fill")) out.fill = (int)parse_number(need(&args, "BYTE"), 255);
    else if (text_equal(word, "stderr")) err.end = parse_size(need(&args, "M"));
    else usage("unexpected argument", word);
  }
  while (out.at < out.end || err.at < err.end) {
    write_chunk(&out);
    write_chunk(&err);
  }
  return 0;
}

static void put_line(uint64_t i) {
  put("line ");
  put_number(i);
  put("\n");
}

int verb_lines(char **args) {
  uint64_t n = parse_number(need(&args, "N"), UINT64_MAX);
  no_more(args);
  for (uint64_t i = 1; i <= n; i++) put_line(i);
  put_flush();
  return 0;
}

int verb_chatter(char **args) {
  int64_t pause = optional_nanos(&args, 1000, NANOS_PER_MICRO);
  no_more(args);
  int64_t end = now_of(CLOCK_IS_MONOTONIC) + (int64_t)3600 * NANOS_PER_SECOND;
  for (uint64_t i = 1; now_of(CLOCK_IS_MONOTONIC) < end; i++) {
    put_line(i);
    put_flush();
    if (pause > 0) sleep_nanos(pause);
  }
  return EXIT_FOREVER_IS_OVER;
}

int verb_merge(char **args) {
  no_more(args);
  for (int i = 0; i < 15; i += 3) {
    write_all(1, "abcdefghijklmno" + i, 3);
    write_all(2, "ABCDEFGHIJKLMNO" + i, 3);
  }
  return 0;
}

/* ---- what was given ---- */

int verb_print_args(char **args) {
  int raw = *args != NULL && text_equal(*args, "--raw");
  if (raw) args++;
  for (; *args != NULL; args++) {
    size_t n = text_length(*args);
    if (raw) {
      put_bytes(*args, n + 1);
    } else {
      put_number(n);
      put(" ");
      for (size_t i = 0; i < n; i++) put_hex((unsigned char)(*args)[i], 2);
      put("\n");
    }
  }
  put_flush();
  return 0;
}

int verb_print_env(char **args) {
  no_more(args);
  for (char **e = environment; *e != NULL; e++) put_bytes(*e, text_length(*e) + 1);
  put_flush();
  return 0;
}

int verb_print_cwd(char **args) {
  no_more(args);
  long n = SYS2(getcwd, buffer, sizeof buffer);
  if (n < 0) fail("getcwd", n);
  put(buffer);
  put("\n");
  put_flush();
  return 0;
}

int verb_print_arg0(char **args) {
  no_more(args);
  put(program_name);
  put("\n");
  put_flush();
  return 0;
}
