/*
 * print-state: what a process was given at its start, one key=value a line, so that one print
 * asserts a whole clean start.
 */
#include "target.h"

static char text[65536];
static char **wanted;

/* Starts a line if its key was asked for: all are when none is named; "limit" asks for limit.*. */
static int key(const char *prefix, const char *name) {
  int chosen = *wanted == NULL;
  for (char **w = wanted; *w != NULL && !chosen; w++) {
    size_t n = text_length(prefix);
    chosen = text_starts(*w, prefix) && text_equal(*w + n, name);
    if (n > 0 && text_length(*w) == n - 1 && text_starts(prefix, *w)) chosen = 1;
  }
  if (chosen) {
    put(prefix);
    put(name);
    put("=");
  }
  return chosen;
}

static void put_signed(int64_t n) {
  if (n < 0) put("-");
  put_number(n < 0 ? (uint64_t)-n : (uint64_t)n);
}

static void line_number(const char *name, int64_t n) {
  if (!key("", name)) return;
  put_signed(n);
  put("\n");
}

static void put_error(long minus_errno) {
  put("?errno ");
  put_number((uint64_t)-minus_errno);
}

/* A line stays a line whatever a path or a name holds. */
static void put_escaped(const char *from, size_t n) {
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)from[i];
    if (c < ' ' || c == '\\' || c == 0x7f) {
      put("\\x");
      put_hex(c, 2);
    } else {
      put_bytes(from + i, 1);
    }
  }
}

static void put_link(const char *path) {
  static char link[4096];
  long n = SYS4(readlinkat, -100, path, link, sizeof link);
  if (n < 0) put_error(n);
  else put_escaped(link, (size_t)n);
}

static void line_link(const char *prefix, const char *name, const char *path) {
  if (!key(prefix, name)) return;
  put_link(path);
  put("\n");
}

/* The file's text, NUL at its end; its length, or -errno. */
static long slurp(const char *path) {
  text[0] = 0;
  long fd = sys_open(path, 02000000 /* O_CLOEXEC */, 0);
  if (fd < 0) return fd;
  size_t n = 0;
  for (;;) {
    long got = sys_read((int)fd, text + n, sizeof text - 1 - n);
    if (got == -ERR_INTR) continue;
    if (got <= 0) break;
    n += (size_t)got;
  }
  sys_close((int)fd);
  text[n] = 0;
  return (long)n;
}

/* One line a file, or several joined by ';'. */
static void line_file(const char *name, const char *path) {
  if (!key("", name)) return;
  long n = slurp(path);
  if (n < 0) put_error(n);
  while (n > 0 && text[n - 1] == '\n') n--;
  for (long i = 0; i < n; i++) {
    if (text[i] == '\n') put(";");
    else put_escaped(text + i, 1);
  }
  put("\n");
}

/* ---- descriptors ---- */

/* struct linux_dirent64 */
struct directory_entry {
  uint64_t inode;
  int64_t offset;
  uint16_t length;
  unsigned char type;
  char name[];
};

static int descriptors[65536];
static size_t descriptor_count;

/* Those that were open before this directory was. /proc lists them in ascending order. */
static long find_descriptors(void) {
  static _Alignas(8) char entries[16384];
  long fd = sys_open("/proc/self/fd", 02000000 /* O_CLOEXEC */, 0);
  if (fd < 0) return fd;
  long n;
  while ((n = sys_getdents64((int)fd, entries, sizeof entries)) > 0) {
    for (long at = 0; at < n;) {
      const struct directory_entry *e = (const void *)(entries + at);
      at += e->length;
      if (e->name[0] == '.') continue;
      int found = (int)parse_number(e->name, INT32_MAX);
      if (found == fd) continue;
      if (descriptor_count == sizeof descriptors / sizeof *descriptors) break;
      descriptors[descriptor_count++] = found;
    }
  }
  sys_close((int)fd);
  return n;
}

static void line_descriptor(int fd) {
  char number[21] = {0};
  char path[40] = "/proc/self/fd/";
  char *name = format_number((uint64_t)fd, number);
  for (size_t i = 0; i <= text_length(name); i++) path[14 + i] = name[i];
  if (!key("fd.", name)) return;
  long flags = sys_fcntl(fd, 1 /* F_GETFD */, 0);
  long status = sys_fcntl(fd, 3 /* F_GETFL */, 0);
  int path_only = status >= 0 && (status & 010000000 /* O_PATH */) != 0;
  put_bytes(path_only ? "p" : "rwb?" + (status & 3), 1);
  put(flags == 1 /* FD_CLOEXEC */ ? "c" : "-");
  put(status >= 0 && (status & 04000 /* O_NONBLOCK */) != 0 ? "n" : "-");
  put(" ");
  put_link(path);
  put("\n");
}

static void lines_descriptors(void) {
  long err = find_descriptors();
  if (key("", "fds")) {
    if (err < 0) put_error(err);
    for (size_t i = 0; i < descriptor_count; i++) {
      if (i > 0) put(",");
      put_number((uint64_t)descriptors[i]);
    }
    put("\n");
  }
  for (size_t i = 0; i < descriptor_count; i++) line_descriptor(descriptors[i]);
}

/* ---- ids, from system calls ---- */

static void lines_ids(void) {
  uint32_t id[3];
  sys_getresuid(id, id + 1, id + 2);
  line_number("uid", id[0]);
  line_number("euid", id[1]);
  line_number("suid", id[2]);
  sys_getresgid(id, id + 1, id + 2);
  line_number("gid", id[0]);
  line_number("egid", id[1]);
  line_number("sgid", id[2]);
  if (!key("", "groups")) return;
  static uint32_t groups[65536];
  long n = sys_getgroups(65536, groups);
  for (long i = 0; i < n; i++) {
    if (i > 0) put(",");
    put_number(groups[i]);
  }
  put("\n");
}

static void lines_family(void) {
  line_number("pid", sys_getpid());
  line_number("ppid", sys_getppid());
  line_number("pgid", SYS1(getpgid, 0));
  line_number("sid", SYS1(getsid, 0));
  slurp("/proc/self/stat");
  /* The name may hold anything, so count fields from its last parenthesis: tty_nr is the 7th. */
  const char *p = text;
  for (const char *q = text; *q != 0; q++) {
    if (*q == ')') p = q;
  }
  for (int blanks = 0; *p != 0 && blanks < 5; p++) blanks += *p == ' ';
  for (int field = 0; field < 2; field++) {
    if (key("", field == 0 ? "tty" : "tpgid")) {
      for (const char *q = p; *q != ' ' && *q != 0; q++) put_bytes(q, 1);
      put("\n");
    }
    while (*p != 0 && *p++ != ' ') {
    }
  }
}

/* ---- settings ---- */

static void lines_scheduling(void) {
  unsigned mask = (unsigned)sys_umask(0);
  sys_umask(mask);
  if (key("", "umask")) {
    for (int shift = 9; shift >= 0; shift -= 3) put_number(mask >> shift & 7);
    put("\n");
  }
  line_number("nice", 20 - SYS2(getpriority, 0, 0));
  long io = SYS2(ioprio_get, 1 /* IOPRIO_WHO_PROCESS */, 0);
  if (key("", "ioprio")) {
    put_signed(io >> 13);
    put(":");
    put_signed(io & 8191);
    put("\n");
  }
  line_number("sched", SYS1(sched_getscheduler, 0));
  line_number("timerslack", sys_prctl(30 /* PR_GET_TIMERSLACK */, 0, 0));
  line_file("oom_score_adj", "/proc/self/oom_score_adj");
}

static const char limit_names[16][11] = {
    "cpu",     "fsize", "data",  "stack",      "core",     "rss",  "nproc",  "nofile",
    "memlock", "as",    "locks", "sigpending", "msgqueue", "nice", "rtprio", "rttime",
};

static void lines_limits(void) {
  for (int i = 0; i < 16; i++) {
    uint64_t limit[2] = {0, 0};
    sys_prlimit(0, i, NULL, limit);
    if (!key("limit.", limit_names[i])) continue;
    for (int hard = 0; hard < 2; hard++) {
      if (limit[hard] == UINT64_MAX) put("unlimited");
      else put_number(limit[hard]);
      put(hard ? "\n" : ":");
    }
  }
}

/* ---- rights ---- */

static void lines_rights(void) {
  int deathsig = -1;
  int subreaper = -1;
  sys_prctl(2 /* PR_GET_PDEATHSIG */, (unsigned long)&deathsig, 0);
  sys_prctl(37 /* PR_GET_CHILD_SUBREAPER */, (unsigned long)&subreaper, 0);
  line_number("nnp", sys_prctl(39 /* PR_GET_NO_NEW_PRIVS */, 0, 0));
  line_number("pdeathsig", deathsig);
  line_number("dumpable", sys_prctl(3 /* PR_GET_DUMPABLE */, 0, 0));
  line_number("subreaper", subreaper);
  line_number("keepcaps", sys_prctl(7 /* PR_GET_KEEPCAPS */, 0, 0));
  if (key("", "securebits")) {
    put_hex((uint64_t)sys_prctl(27 /* PR_GET_SECUREBITS */, 0, 0), 8);
    put("\n");
  }
}

/* The kernel's own text of a field of /proc/self/status: hexadecimal masks, mostly. */
static void line_status(const char *name, const char *field) {
  if (!key("", name)) return;
  size_t n = text_length(field);
  const char *p = text;
  while (*p != 0 && !(text_starts(p, field) && p[n] == ':')) {
    while (*p != 0 && *p++ != '\n') {
    }
  }
  if (*p == 0) put("?");
  else {
    for (p += n + 1; *p == ' ' || *p == '\t'; p++) {
    }
    for (; *p != 0 && *p != '\n'; p++) put_bytes(p, 1);
  }
  put("\n");
}

static void lines_status(void) {
  slurp("/proc/self/status");
  line_status("sigblocked", "SigBlk");
  line_status("sigignored", "SigIgn");
  line_status("sigcaught", "SigCgt");
  line_status("sigpending", "SigPnd");
  line_status("sigpending_process", "ShdPnd");
  line_status("affinity", "Cpus_allowed_list");
  line_status("mems", "Mems_allowed_list");
  line_status("capinh", "CapInh");
  line_status("capprm", "CapPrm");
  line_status("capeff", "CapEff");
  line_status("capbnd", "CapBnd");
  line_status("capamb", "CapAmb");
  line_status("seccomp", "Seccomp");
  line_status("threads", "Threads");
}

int verb_print_state(char **args) {
  wanted = args;
  lines_descriptors();
  lines_family();
  lines_ids();
  lines_scheduling();
  lines_status();
  lines_rights();
  lines_limits();
  line_file("cgroup", "/proc/self/cgroup");
  line_file("comm", "/proc/self/comm");
  line_link("", "exe", "/proc/self/exe");
  line_link("", "cwd", "/proc/self/cwd");
  line_link("", "root", "/proc/self/root");
  line_link("ns.", "cgroup", "/proc/self/ns/cgroup");
  line_link("ns.", "ipc", "/proc/self/ns/ipc");
  line_link("ns.", "mnt", "/proc/self/ns/mnt");
  line_link("ns.", "net", "/proc/self/ns/net");
  line_link("ns.", "pid", "/proc/self/ns/pid");
  line_link("ns.", "user", "/proc/self/ns/user");
  line_link("ns.", "uts", "/proc/self/ns/uts");
  put_flush();
  return 0;
}
