#include "kernel.h"
#include "natives.h"
#include "sys.h"

#include <linux/eventpoll.h>

static jint create(JNIEnv *env, jclass self) {
  (void)env;
  (void)self;
  return (jint)sys_epoll_create1(O_CLOEXEC_);
}

static jint control(int epoll, int op, int fd, int events, jlong data) {
  struct epoll_event event = {.events = (uint32_t)events, .data = (uint64_t)data};
  return (jint)sys_epoll_ctl(epoll, op, fd, &event);
}

static jint add(JNIEnv *env, jclass self, jint epoll, jint fd, jint events, jlong data) {
  (void)env;
  (void)self;
  return control(epoll, EPOLL_CTL_ADD, fd, events, data);
}

static jint modify(JNIEnv *env, jclass self, jint epoll, jint fd, jint events, jlong data) {
  (void)env;
  (void)self;
  return control(epoll, EPOLL_CTL_MOD, fd, events, data);
}

static jint remove_fd(JNIEnv *env, jclass self, jint epoll, jint fd) {
  (void)env;
  (void)self;
  return control(epoll, EPOLL_CTL_DEL, fd, 0, 0);
}

static jint await_events(JNIEnv *env, jclass self, jint epoll, jint millis, jlongArray into) {
  (void)self;
  enum { MOST = 128 };
  struct epoll_event events[MOST]; /* packed on x86_64, not on aarch64: Java sees neither */
  jlong pairs[2 * MOST];
  jsize room = (*env)->GetArrayLength(env, into) / 2;
  if (room < 1) return -E_INVAL;
  long n = sys_epoll_pwait(epoll, events, room < MOST ? room : MOST, millis);
  if (n == -E_INTR) return 0;
  for (long i = 0; i < n; i++) {
    pairs[2 * i] = (jlong)events[i].data;
    pairs[2 * i + 1] = events[i].events;
  }
  if (n > 0) (*env)->SetLongArrayRegion(env, into, 0, (jsize)(2 * n), pairs);
  return (jint)n;
}

static const JNINativeMethod methods[] = {
    NATIVE("create", "()I", create),
    NATIVE("add", "(IIIJ)I", add),
    NATIVE("modify", "(IIIJ)I", modify),
    NATIVE("remove", "(II)I", remove_fd),
    NATIVE("await", "(II[J)I", await_events),
};
const struct natives natives_epoll = {
    "io/muontrap/internal/jni/NativeEpoll", methods, sizeof methods / sizeof *methods};
