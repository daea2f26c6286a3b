#include "kernel.h"
#include "natives.h"
#include "probe.h"
#include "sys.h"

static jint version(JNIEnv *env, jclass self) {
  (void)env;
  (void)self;
  return MUONTRAP_VERSION;
}

static jint probe_host(JNIEnv *env, jclass self) {
  (void)env;
  (void)self;
  return probe();
}

static jint self_pidfd(JNIEnv *env, jclass self) {
  (void)env;
  (void)self;
  return (jint)sys_pidfd_open((int)sys_getpid(), 0);
}

static jint pid(JNIEnv *env, jclass self) {
  (void)env;
  (void)self;
  return (jint)sys_getpid();
}

static jint dumpable(JNIEnv *env, jclass self) {
  (void)env;
  (void)self;
  return (jint)sys_prctl(PR_GET_DUMPABLE_, 0, 0);
}

static jint set_dumpable(JNIEnv *env, jclass self, jint value) {
  (void)env;
  (void)self;
  return (jint)sys_prctl(PR_SET_DUMPABLE_, (unsigned long)value, 0);
}

static jint child_signal_ignored(JNIEnv *env, jclass self) {
  (void)env;
  (void)self;
  enum { NO_CHILD_WAIT = 2 };
  struct kernel_sigaction action;
  long err = sys_sigaction(SIGNAL_CHILD, 0, &action);
  if (err < 0) return (jint)err;
  return action.handler == SIGNAL_IGNORE || (action.flags & NO_CHILD_WAIT) != 0;
}

static jint default_child_signal(JNIEnv *env, jclass self) {
  (void)env;
  (void)self;
  const struct kernel_sigaction action = {SIGNAL_DEFAULT, 0, 0, 0};
  return (jint)sys_sigaction(SIGNAL_CHILD, &action, 0);
}

static jint set_subreaper(JNIEnv *env, jclass self, jboolean on) {
  (void)env;
  (void)self;
  return (jint)sys_prctl(PR_SET_CHILD_SUBREAPER_, on, 0);
}

/* A thread of Java inherits these from whichever thread made it; the first one has what the process was given. */
static jint take_main_threads_scheduling(JNIEnv *env, jclass self) {
  (void)env;
  (void)self;
  enum { WHO_PROCESS = 1, NICE_BASE = 20 };
  int main_thread = (int)sys_getpid();
  unsigned char cpus[1024]; /* 8192 processors, the most that Linux can be built for */
  long first = 0;
  long n = SYS3(sched_getaffinity, main_thread, sizeof cpus, cpus);
  long err = n < 0 ? n : sys_sched_setaffinity(0, (size_t)n, cpus);
  if (err < 0) first = err;
  long nice = SYS2(getpriority, 0, main_thread);
  err = nice < 0 ? nice : sys_setpriority(0, 0, (int)(NICE_BASE - nice));
  if (err < 0 && first == 0) first = err;
  long io = SYS2(ioprio_get, WHO_PROCESS, main_thread);
  /* Only where it differs: setting it, even to the same, would stop it from following the nice value. */
  err = io < 0 || io == SYS2(ioprio_get, WHO_PROCESS, 0) ? io : sys_ioprio_set(WHO_PROCESS, 0, (int)io);
  if (err < 0 && first == 0) first = err;
  return (jint)first;
}

static jint kernel(JNIEnv *env, jclass self) {
  (void)env;
  (void)self;
  return kernel_version();
}

static const JNINativeMethod methods[] = {
    NATIVE("version", "()I", version),
    NATIVE("probe", "()I", probe_host),
    NATIVE("selfPidfd", "()I", self_pidfd),
    NATIVE("pid", "()I", pid),
    NATIVE("dumpable", "()I", dumpable),
    NATIVE("setDumpable", "(I)I", set_dumpable),
    NATIVE("childSignalIgnored", "()I", child_signal_ignored),
    NATIVE("defaultChildSignal", "()I", default_child_signal),
    NATIVE("setSubreaper", "(Z)I", set_subreaper),
    NATIVE("takeMainThreadsScheduling", "()I", take_main_threads_scheduling),
    NATIVE("kernel", "()I", kernel),
};
const struct natives natives_host = {
    "io/muontrap/internal/jni/NativeHost", methods, sizeof methods / sizeof *methods};
