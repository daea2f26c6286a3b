/*
 * call_library LIBRARY TARGET spawns|emulated: loads the shipped library as a JVM would, and calls its
 * natives. Proves it on libcs and machines that have no JVM here. Under user-mode emulation nothing can
 * be spawned (vfork is a fork there, and a clone with CLONE_PIDFD is refused): the probe has to say so.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "fake_jvm.h"
#include "plan_draft.h"

enum { VFORK = 1, PIDFD = 2, CLONE3 = 4, CLOSE_RANGE = 8 }; /* NativeHost */

static int failures, calls;

#define NATIVE(type, name, ...) (calls++, (type(JNICALL *)(JNIEnv *, jclass, ##__VA_ARGS__))fake_native(name))
#define CALL(native, ...) native(&fake_env, NULL, ##__VA_ARGS__)

static void check(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "wrong: %s\n", what);
  failures++;
}

static int load(const char *file) {
  void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 0;
  }
  jint(JNICALL * on_load)(JavaVM *, void *);
  *(void **)&on_load = dlsym(library, "JNI_OnLoad");
  check(on_load != NULL && on_load(&fake_vm, NULL) == JNI_VERSION_1_8, "JNI_OnLoad");
  for (int i = 0; i < fake_count; i++) {
    Dl_info where;
    check(dladdr(fake_natives[i].function, &where) != 0, fake_natives[i].name);
  }
  check(fake_wrong == 0 && fake_count > 0, "the tables of natives");
  return on_load != NULL;
}

static void host(void) {
  check(CALL(NATIVE(jint, "NativeHost.version()I")) > 0, "version");
  check(CALL(NATIVE(jint, "NativeHost.pid()I")) == getpid(), "pid");
  check(CALL(NATIVE(jint, "NativeHost.dumpable()I")) == 1, "dumpable");
  check(CALL(NATIVE(jint, "NativeHost.setDumpable(I)I", jint), 1) == 0, "setDumpable");
  check(CALL(NATIVE(jint, "NativeHost.childSignalIgnored()I")) == 0, "childSignalIgnored");
  check(CALL(NATIVE(jint, "NativeHost.kernel()I")) > 0, "kernel");
}

static void descriptors(void) {
  jint (*close_fd)(JNIEnv *, jclass, jint) = NATIVE(jint, "NativeFiles.close(I)I", jint);
  jlong two = CALL(NATIVE(jlong, "NativeFiles.pipe()J"));
  jint out = (jint)two, in = (jint)(two >> 32);
  check(two >= 0 && (fcntl(in, F_GETFD) & FD_CLOEXEC), "pipe");
  check(CALL(NATIVE(jint, "NativeFiles.setNonBlocking(IZ)I", jint, jboolean), out, JNI_TRUE) == 0, "setNonBlocking");
  char bytes[8] = "seven b";
  jint (*read_fd)(JNIEnv *, jclass, jint, jlong, jint) = NATIVE(jint, "NativeFiles.read(IJI)I", jint, jlong, jint);
  check(CALL(read_fd, out, (jlong)(intptr_t)bytes, 8) == -EAGAIN, "read of nothing");
  check(CALL(NATIVE(jint, "NativeFiles.write(IJI)I", jint, jlong, jint), in, (jlong)(intptr_t)bytes, 7) == 7, "write");
  check(CALL(NATIVE(jint, "NativeFiles.available(I)I", jint), out) == 7, "available");
  check(CALL(NATIVE(jint, "NativeFiles.poll(III)I", jint, jint, jint), out, POLLIN, 0) == POLLIN, "poll");
  char got[8] = "";
  check(CALL(read_fd, out, (jlong)(intptr_t)got, 8) == 7 && strcmp(got, bytes) == 0, "read");
  jint copy = CALL(NATIVE(jint, "NativeFiles.duplicate(I)I", jint), in);
  check(copy > 2 && CALL(close_fd, copy) == 0 && CALL(close_fd, copy) == -EBADF, "duplicate and close");

  struct fake_array path = {10, "/dev/null"}; /* with its NUL, as Java writes it */
  jint null = CALL(NATIVE(jint, "NativeFiles.open([BI)I", jbyteArray, jint), (jbyteArray)&path, 0);
  check(null > 2 || null == -EINVAL, "open");
  if (null > 2) CALL(close_fd, null);

  jint event = CALL(NATIVE(jint, "NativeFiles.eventfd()I"));
  jint epoll = CALL(NATIVE(jint, "NativeEpoll.create()I"));
  check(CALL(NATIVE(jint, "NativeEpoll.add(IIIJ)I", jint, jint, jint, jlong), epoll, event, EPOLLIN, 0x123456789a) == 0,
        "add");
  uint64_t one = 1;
  check(write(event, &one, sizeof one) == sizeof one, "eventfd");
  jlong slots[8] = {0};
  struct fake_array into = {8, slots};
  check(CALL(NATIVE(jint, "NativeEpoll.await(II[J)I", jint, jint, jlongArray), epoll, 1000, (jlongArray)&into) == 1 &&
            (slots[0] == 0x123456789a || slots[1] == 0x123456789a),
        "await of an epoll");
  check(CALL(NATIVE(jint, "NativeEpoll.remove(II)I", jint, jint), epoll, event) == 0, "remove");
  const jint all[] = {epoll, event, out, in};
  for (int i = 0; i < 4; i++) check(CALL(close_fd, all[i]) == 0, "close");
}

static void processes(void) {
  jint self_fd = CALL(NATIVE(jint, "NativeHost.selfPidfd()I"));
  check(self_fd > 2, "selfPidfd");
  check(CALL(NATIVE(jint, "NativeProcess.pidfdSignal(III)I", jint, jint, jint), self_fd, 0, 0) == 0, "pidfdSignal");
  check(CALL(NATIVE(jint, "NativeProcess.numberInUse(I)I", jint), getpid()) == 1, "numberInUse");
  close(self_fd);
  struct fake_array *names = (struct fake_array *)CALL(NATIVE(jbyteArray, "NativeSpawn.stepNames()[B"));
  check(names->length > 5 && memmem(names->data, (size_t)names->length, "EXEC", 4) != NULL, "stepNames");
}

/* One real child, by the plan that Java would have written. */
static void spawns(const char *target, jint can) {
  const char *argv[] = {target, "exit", "7", NULL};
  uint64_t flags = PLAN_SESSION | PLAN_OWNER_SIGNAL | (can & CLONE3 ? PLAN_CLONE3 : 0) |
                   (can & CLOSE_RANGE ? PLAN_CLOSE_RANGE : 0);
  struct draft d = draft(flags, target, argv);
  struct fake_array *arena =
      (struct fake_array *)CALL(NATIVE(jobject, "NativeSpawn.mapArena(I)Ljava/nio/ByteBuffer;", jint), ROOM);
  memcpy(arena->data, d.p, ROOM);
  jlong stack = CALL(NATIVE(jlong, "NativeSpawn.mapStack()J"));
  jint err = CALL(NATIVE(jint, "NativeSpawn.spawn(Ljava/nio/ByteBuffer;J)I", jobject, jlong), (jobject)arena, stack);
  struct outcome out = ((struct plan *)arena->data)->out;
  check(err == 0 && out.step == STEP_RUNNING && out.pid > 1, "spawn");
  jlong end[5] = {0};
  struct fake_array into = {5, end};
  check(CALL(NATIVE(jint, "NativeProcess.await(II[J)I", jint, jint, jlongArray), out.pidfd, 0, (jlongArray)&into) == 0 &&
            end[0] == 1 && end[1] == 7,
        "its exit code");
  close(out.pidfd);
  CALL(NATIVE(void, "NativeSpawn.unmapStack(J)V", jlong), stack);
  CALL(NATIVE(void, "NativeSpawn.unmapArena(Ljava/nio/ByteBuffer;)V", jobject), (jobject)arena);
  drop(&d);
}

int main(int argc, char **argv) {
  if (argc != 4 || !load(argv[1])) {
    fprintf(stderr, "usage: call_library LIBRARY TARGET spawns|emulated\n");
    return 1;
  }
  host();
  descriptors();
  processes();
  jint can = CALL(NATIVE(jint, "NativeHost.probe()I"));
  int spawning = (can & VFORK) && (can & PIDFD);
  if (strcmp(argv[3], "emulated") == 0) {
    check(!spawning, "the probe says that this emulator can spawn");
  } else {
    check(spawning, "the probe says that nothing can be spawned here");
    if (spawning) spawns(argv[2], can);
  }
  printf("%d natives registered, %d calls, probe %#x, %d wrong\n", fake_count, calls, (unsigned)can, failures);
  return failures != 0;
}
