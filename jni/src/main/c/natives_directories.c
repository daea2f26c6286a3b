/* Directories by descriptor: a name is one component, and no link is ever followed. */
#include "kernel.h"
#include "natives.h"
#include "sys.h"

enum { NAME_LONGEST = 256, BLOCK = 4096, DIRECTORY_ENTRY = 4 };

/* Without a slash, so that it stays in its directory. 0 or -errno. */
static long take_name(JNIEnv *env, jbyteArray name, char *text) {
  jsize n = (*env)->GetArrayLength(env, name);
  if (n >= NAME_LONGEST) return -E_NAMETOOLONG;
  (*env)->GetByteArrayRegion(env, name, 0, n, (jbyte *)text);
  text[n] = 0;
  if (n == 0) return -E_INVAL;
  for (jsize i = 0; i < n; i++) {
    if (text[i] == '/' || text[i] == 0) return -E_INVAL;
  }
  return 0;
}

static jint open_at(JNIEnv *env, jclass self, jint dir, jbyteArray name, jint how) {
  (void)self;
  static const int flags[] = {O_READ, O_WRITE, O_DIRECTORY_};
  char text[NAME_LONGEST];
  long err = take_name(env, name, text);
  if (err < 0) return (jint)err;
  if (how < 0 || how >= (int)(sizeof flags / sizeof *flags)) return -E_INVAL;
  long fd;
  do {
    fd = sys_openat(dir, text, flags[how] | O_CLOEXEC_ | O_NOFOLLOW_ | O_NOCTTY_);
  } while (fd == -E_INTR);
  return (jint)fd;
}

static jint make_at(JNIEnv *env, jclass self, jint dir, jbyteArray name) {
  (void)self;
  char text[NAME_LONGEST];
  long err = take_name(env, name, text);
  return (jint)(err < 0 ? err : sys_mkdirat(dir, text, 0755));
}

static jint remove_at(JNIEnv *env, jclass self, jint dir, jbyteArray name) {
  (void)self;
  char text[NAME_LONGEST];
  long err = take_name(env, name, text);
  return (jint)(err < 0 ? err : sys_unlinkat(dir, text, AT_REMOVEDIR_));
}

/* The subdirectories' names, each ended by NUL: how many bytes they take, which may be more than there is room for. */
static jint list(JNIEnv *env, jclass self, jint dir, jbyteArray into) {
  (void)self;
  char entries[BLOCK] __attribute__((aligned(8)));
  jsize room = (*env)->GetArrayLength(env, into);
  jsize used = 0;
  long n = sys_lseek(dir, 0, 0);
  if (n < 0) return (jint)n;
  while ((n = sys_getdents64(dir, entries, sizeof entries)) > 0) {
    for (long at = 0; at < n;) {
      struct linux_dirent64 *entry = (void *)(entries + at);
      at += entry->reclen;
      if (entry->type != DIRECTORY_ENTRY || entry->name[0] == '.') continue;
      jsize length = 1;
      while (entry->name[length - 1] != 0) length++;
      if (length <= room - used) (*env)->SetByteArrayRegion(env, into, used, length, (jbyte *)entry->name);
      used += length;
    }
  }
  return n < 0 ? (jint)n : used;
}

static jint lock(JNIEnv *env, jclass self, jint fd, jint how) {
  (void)env;
  (void)self;
  long err;
  do {
    err = sys_flock(fd, how);
  } while (err == -E_INTR);
  return (jint)err;
}

/* The kernel's names of attributes are C strings: both arrays hold a final NUL. */
static long take_attribute(JNIEnv *env, jbyteArray name, char *text) {
  jsize n = (*env)->GetArrayLength(env, name);
  if (n == 0 || n > NAME_LONGEST) return -E_INVAL;
  (*env)->GetByteArrayRegion(env, name, 0, n, (jbyte *)text);
  return text[n - 1] == 0 ? 0 : -E_INVAL;
}

static jint attribute(JNIEnv *env, jclass self, jint fd, jbyteArray name, jbyteArray into) {
  (void)self;
  char text[NAME_LONGEST], value[NAME_LONGEST];
  long err = take_attribute(env, name, text);
  if (err < 0) return (jint)err;
  jsize room = (*env)->GetArrayLength(env, into);
  if (room > NAME_LONGEST) room = NAME_LONGEST;
  long n = sys_fgetxattr(fd, text, value, (size_t)room);
  if (n > 0) (*env)->SetByteArrayRegion(env, into, 0, (jsize)n, (jbyte *)value);
  return (jint)n;
}

static jint set_attribute(JNIEnv *env, jclass self, jint fd, jbyteArray name, jbyteArray value) {
  (void)self;
  char text[NAME_LONGEST], bytes[NAME_LONGEST];
  long err = take_attribute(env, name, text);
  if (err < 0) return (jint)err;
  jsize n = (*env)->GetArrayLength(env, value);
  if (n > NAME_LONGEST) return -E_TOOBIG;
  (*env)->GetByteArrayRegion(env, value, 0, n, (jbyte *)bytes);
  return (jint)sys_fsetxattr(fd, text, bytes, (size_t)n);
}

static jint read_first(JNIEnv *env, jclass self, jint fd, jlong address, jint bytes) {
  (void)env;
  (void)self;
  long n;
  do {
    n = sys_pread(fd, (void *)address, (size_t)bytes, 0);
  } while (n == -E_INTR);
  return (jint)n;
}

static const JNINativeMethod methods[] = {
    NATIVE("openAt", "(I[BI)I", open_at),
    NATIVE("makeAt", "(I[B)I", make_at),
    NATIVE("removeAt", "(I[B)I", remove_at),
    NATIVE("list", "(I[B)I", list),
    NATIVE("lock", "(II)I", lock),
    NATIVE("attribute", "(I[B[B)I", attribute),
    NATIVE("setAttribute", "(I[B[B)I", set_attribute),
    NATIVE("readFirst", "(IJI)I", read_first),
};
const struct natives natives_directories = {
    "io/muontrap/internal/jni/NativeDirectories", methods, sizeof methods / sizeof *methods};
