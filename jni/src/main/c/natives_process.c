#include "kernel.h"
#include "natives.h"
#include "sys.h"

static jint pidfd_open(JNIEnv *env, jclass self, jint pid) {
  (void)env;
  (void)self;
  return (jint)sys_pidfd_open(pid, 0);
}

static jint pidfd_signal(JNIEnv *env, jclass self, jint pidfd, jint signal, jint flags) {
  (void)env;
  (void)self;
  return (jint)sys_pidfd_send_signal(pidfd, signal, (unsigned)flags);
}

static jint kill_pid(JNIEnv *env, jclass self, jint pid, jint signal) {
  (void)env;
  (void)self;
  /* 0 is our own group and -1 everybody: nothing of ours can mean that. */
  if (pid == 0 || pid == -1) return -E_INVAL;
  return (jint)sys_kill(pid, signal);
}

static jint await_end(JNIEnv *env, jclass self, jint pidfd, jint options, jlongArray into) {
  (void)self;
  struct wait_info info = {0};
  struct usage usage = {0};
  long err;
  do {
    err = sys_waitid(P_PIDFD_, pidfd, &info, options | WEXITED_, &usage);
  } while (err == -E_INTR);
  if (err < 0) return (jint)err;
  if (info.pid == 0) return -E_AGAIN;
  const jlong slots[] = {
      info.code,
      info.status,
      usage.user_sec * 1000000 + usage.user_usec,
      usage.system_sec * 1000000 + usage.system_usec,
      usage.max_rss,
  };
  (*env)->SetLongArrayRegion(env, into, 0, sizeof slots / sizeof *slots, slots);
  return 0;
}

/*
 * fcntl(F_SETOWN) looks the number up among all that the kernel keeps, and it keeps one for as long as it
 * is a process's, a group's or a session's: no other call tells that without a walk of /proc.
 */
static jint number_in_use(JNIEnv *env, jclass self, jint pid) {
  (void)env;
  (void)self;
  enum { F_SETOWN_ = 8 };
  if (pid <= 0) return -E_INVAL;
  long fd = sys_eventfd2(0, O_CLOEXEC_);
  if (fd < 0) return (jint)fd;
  long err = sys_fcntl((int)fd, F_SETOWN_, pid);
  sys_close((int)fd);
  if (err == -E_SRCH) return 0;
  return err < 0 ? (jint)err : 1;
}

static jint exit_info(JNIEnv *env, jclass self, jint pidfd) {
  (void)env;
  (void)self;
  struct pidfd_info_64 info = {.mask = PIDFD_INFO_EXIT_};
  long err = sys_ioctl(pidfd, PIDFD_GET_INFO_, &info);
  if (err < 0) return (jint)err;
  return info.mask & PIDFD_INFO_EXIT_ ? info.exit_code : -E_AGAIN;
}

/*
 * A zombie has no use for its nice value, but the group's best is told: if that is better than the worst, it is
 * somebody else's. A member that is at the worst itself is not seen.
 */
static jint others_in_group(JNIEnv *env, jclass self, jint zombie) {
  (void)env;
  (void)self;
  enum { OF_PROCESS, OF_GROUP, WORST = 19 };
  if (zombie <= 1) return -E_INVAL;
  long err = sys_setpriority(OF_PROCESS, zombie, WORST);
  if (err < 0) return (jint)err;
  long best = sys_getpriority(OF_GROUP, zombie);
  return best < 0 ? (jint)best : best > 20 - WORST;
}

static const JNINativeMethod methods[] = {
    NATIVE("pidfdOpen", "(I)I", pidfd_open),
    NATIVE("pidfdSignal", "(III)I", pidfd_signal),
    NATIVE("kill", "(II)I", kill_pid),
    NATIVE("await", "(II[J)I", await_end),
    NATIVE("numberInUse", "(I)I", number_in_use),
    NATIVE("othersInGroup", "(I)I", others_in_group),
    NATIVE("exitInfo", "(I)I", exit_info),
};
const struct natives natives_process = {
    "io/muontrap/internal/jni/NativeProcess", methods, sizeof methods / sizeof *methods};
