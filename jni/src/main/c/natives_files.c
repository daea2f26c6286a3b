#include "kernel.h"
#include "natives.h"
#include "sys.h"

enum { PATH_LONGEST = 4096 };

static jint open_path(JNIEnv *env, jclass self, jbyteArray path, jint how) {
  (void)self;
  static const int flags[] = {
      O_READ, O_WRITE | O_CREATE | O_TRUNCATE, O_WRITE | O_CREATE | O_APPEND_, O_RDWR_, O_DIRECTORY_,
  };
  char text[PATH_LONGEST];
  jsize n = (*env)->GetArrayLength(env, path);
  if (n >= PATH_LONGEST) return -E_NAMETOOLONG;
  if (how < 0 || how >= (int)(sizeof flags / sizeof *flags)) return -E_INVAL;
  (*env)->GetByteArrayRegion(env, path, 0, n, (jbyte *)text);
  text[n] = 0;
  long fd;
  do {
    fd = sys_open(text, flags[how] | O_CLOEXEC_ | O_NOCTTY_, 0666);
  } while (fd == -E_INTR); /* a fifo waits for its other end, and signals of the JVM come */
  return (jint)fd;
}

static jint close_fd(JNIEnv *env, jclass self, jint fd) {
  (void)env;
  (void)self;
  return (jint)sys_close(fd); /* never again on EINTR: Linux has closed it */
}

static jlong make_pipe(JNIEnv *env, jclass self) {
  (void)env;
  (void)self;
  int two[2];
  long err = sys_pipe2(two, O_CLOEXEC_);
  if (err < 0) return err;
  return (jlong)two[0] | (jlong)two[1] << 32;
}

static jint duplicate(JNIEnv *env, jclass self, jint fd) {
  (void)env;
  (void)self;
  return (jint)sys_fcntl(fd, F_DUPFD_CLOEXEC_, 3);
}

static jint set_non_blocking(JNIEnv *env, jclass self, jint fd, jboolean on) {
  (void)env;
  (void)self;
  long flags = sys_fcntl(fd, F_GETFL_, 0);
  if (flags < 0) return (jint)flags;
  return (jint)sys_fcntl(fd, F_SETFL_, on ? flags | O_NONBLOCK_ : flags & ~(long)O_NONBLOCK_);
}

static jint read_fd(JNIEnv *env, jclass self, jint fd, jlong address, jint bytes) {
  (void)env;
  (void)self;
  long n;
  do {
    n = sys_read(fd, (void *)address, (size_t)bytes);
  } while (n == -E_INTR);
  return (jint)n;
}

static jint write_fd(JNIEnv *env, jclass self, jint fd, jlong address, jint bytes) {
  (void)env;
  (void)self;
  long n;
  do {
    n = sys_write(fd, (const void *)address, (size_t)bytes);
  } while (n == -E_INTR);
  return (jint)n;
}

static jint available(JNIEnv *env, jclass self, jint fd) {
  (void)env;
  (void)self;
  int n = 0;
  long err = sys_ioctl(fd, FIONREAD_, &n);
  return err < 0 ? (jint)err : n;
}

static jint make_eventfd(JNIEnv *env, jclass self) {
  (void)env;
  (void)self;
  return (jint)sys_eventfd2(0, O_CLOEXEC_ | O_NONBLOCK_);
}

static jint poll_either(JNIEnv *env, jclass self, jint fd, jint events, jint wake, jint millis) {
  (void)env;
  (void)self;
  struct poll_one both[] = {{fd, (int16_t)events, 0}, {wake, POLL_IN_, 0}}; /* a negative fd is passed over */
  struct timespec64 time = {millis / 1000, millis % 1000 * 1000000L};
  long n;
  do {
    n = sys_ppoll(both, 2, millis < 0 ? 0 : &time); /* the raw call counts the time down itself */
  } while (n == -E_INTR);
  return n > 0 ? both[0].revents : (jint)n;
}

static jint poll_fd(JNIEnv *env, jclass self, jint fd, jint events, jint millis) {
  return poll_either(env, self, fd, events, -1, millis);
}

static jlong address_of(JNIEnv *env, jclass self, jobject direct) {
  (void)self;
  return (jlong)(*env)->GetDirectBufferAddress(env, direct);
}

static const JNINativeMethod methods[] = {
    NATIVE("open", "([BI)I", open_path),
    NATIVE("close", "(I)I", close_fd),
    NATIVE("pipe", "()J", make_pipe),
    NATIVE("duplicate", "(I)I", duplicate),
    NATIVE("setNonBlocking", "(IZ)I", set_non_blocking),
    NATIVE("read", "(IJI)I", read_fd),
    NATIVE("write", "(IJI)I", write_fd),
    NATIVE("available", "(I)I", available),
    NATIVE("eventfd", "()I", make_eventfd),
    NATIVE("poll", "(III)I", poll_fd),
    NATIVE("pollEither", "(IIII)I", poll_either),
    NATIVE("address", "(Ljava/nio/ByteBuffer;)J", address_of),
};
const struct natives natives_files = {
    "io/muontrap/internal/jni/NativeFiles", methods, sizeof methods / sizeof *methods};
