/* What this kernel, and whatever stands between it and us (seccomp, an emulator), really does. */
#ifndef MUONTRAP_PROBE_H
#define MUONTRAP_PROBE_H

/* The bits of NativeHost.probe. */
enum {
  HAS_VFORK = 1 << 0,
  HAS_PIDFD = 1 << 1,
  HAS_CLONE3 = 1 << 2,
  HAS_CLOSE_RANGE = 1 << 3,
  HAS_INTO_CGROUP = 1 << 4,
  HAS_SIGNAL_GROUP = 1 << 5,
  HAS_EXIT_INFO = 1 << 6,
};

int probe(void);

/* major x 1000 + minor, or -errno. */
int kernel_version(void);

#endif
