/*
 * What the files of the test multi-tool share: text and numbers without a libc, waiting, forking,
 * and the verbs. Every verb gets the arguments after its name, NULL-terminated, and returns the
 * exit code of the process.
 */
#ifndef MUONTRAP_TARGET_H
#define MUONTRAP_TARGET_H

#include "sys.h"

/* Else aarch64 reaches the two variables below through a table that costs a page of file. */
#pragma GCC visibility push(hidden)

enum {
  EXIT_FOREVER_IS_OVER = 123,
  EXIT_USAGE = 125,
  EXIT_FAILED = 126,
  ERR_INTR = 4,
  ERR_BADF = 9,
  SIGNAL_TERM = 15,
  SIGNAL_CHLD = 17,
  SIGNAL_STOP = 19,
  NANOS_PER_MICRO = 1000,
  NANOS_PER_MILLI = 1000 * 1000,
  NANOS_PER_SECOND = 1000 * 1000 * 1000,
  CLOCK_IS_MONOTONIC = 1,
  CLOCK_IS_PROCESS_CPU = 2,
};

/* ---- target_lib.c: text and numbers ---- */

extern char *program_name;
extern char **environment;

size_t text_length(const char *s);
int text_equal(const char *a, const char *b);
int text_starts(const char *s, const char *prefix);

/* Ends the process: what the caller asked for makes no sense (125), or the kernel refused (126). */
_Noreturn void usage(const char *why, const char *which);
_Noreturn void fail(const char *what, long minus_errno);

/* Takes the next argument off the list; ends the process with 125 if there is none. */
char *need(char ***args, const char *what);
void no_more(char **args);
/* Cuts the list at the first "--" and returns what follows it. */
char **split(char **args);

uint64_t parse_number(const char *s, uint64_t max);
uint64_t parse_size(const char *s);
/* SECONDS with up to nine decimals, or "forever". */
int64_t parse_seconds(const char *s);
/* The next argument, if there is one, else the given number; as nanoseconds. */
int64_t optional_nanos(char ***args, uint64_t otherwise, int64_t unit);
int parse_signal(const char *s);
sigset64 parse_signals(const char *s);

/* Writes the digits to the end of a 20-byte field and returns where they begin. */
char *format_number(uint64_t n, char field[20]);

/* The whole text, however many writes it takes. */
void write_all(int fd, const void *from, size_t n);
/* One line in one write; dropped if the descriptor is closed. */
void say(int fd, const char *line);
void say_number(int fd, uint64_t n);

/* A buffered stdout, for what is printed in many small pieces. */
void put_bytes(const void *from, size_t n);
void put(const char *s);
void put_number(uint64_t n);
void put_hex(uint64_t n, int digits);
void put_flush(void);

/* ---- target_lib.c: time and signals ---- */

int64_t now_of(int clock);
void sleep_until(int64_t monotonic_nanos);
void sleep_nanos(int64_t nanos);
/* "For ever" is one hour, so that a failed test litters no machine; then the exit code is 123. */
_Noreturn void sleep_forever(void);
void catch_signal(int sig, void (*handler)(int));
void set_signal(int sig, int ignore);

/* ---- target_tree.c: forking ---- */

long fork_or_fail(void);

/* ---- the verbs ---- */

int run(char **args);

int verb_breeder(char **args);
int verb_daemonize(char **args);
int verb_fork_chain(char **args);
int verb_fork_tree(char **args);
int verb_hold_stdout(char **args);
int verb_hold_stdout_setsid(char **args);
int verb_orphans(char **args);
int verb_tree15(char **args);
int verb_with_child(char **args);
int verb_with_daemon(char **args);
int verb_with_group(char **args);
int verb_with_orphan(char **args);
int verb_with_session(char **args);

int verb_first_thread_ends(char **args);
int verb_hang_while(char **args);
int verb_attack(char **args);

int verb_cat(char **args);
int verb_chatter(char **args);
int verb_count_stdin(char **args);
int verb_echo(char **args);
int verb_err(char **args);
int verb_lines(char **args);
int verb_merge(char **args);
int verb_print_arg0(char **args);
int verb_print_args(char **args);
int verb_print_cwd(char **args);
int verb_print_env(char **args);
int verb_read_then(char **args);
int verb_write(char **args);

int verb_print_state(char **args);

int verb_block(char **args);
int verb_close_all(char **args);
int verb_cpu(char **args);
int verb_eat(char **args);
int verb_exec(char **args);
int verb_exit(char **args);
int verb_first(char **args);
int verb_ignore(char **args);
int verb_on_term(char **args);
int verb_pid(char **args);
int verb_port(char **args);
int verb_ready(char **args);
int verb_signal(char **args);
int verb_sleep(char **args);
int verb_stop_self(char **args);
int verb_succeed_second_time(char **args);
int verb_trap_sleep(char **args);

#pragma GCC visibility pop

#endif
