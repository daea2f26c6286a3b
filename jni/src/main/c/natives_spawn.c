#include "clone.h"
#include "kernel.h"
#include "natives.h"
#include "plan.h"
#include "sys.h"

enum { GUARD = 4096 * 16 }; /* a page of any size that Linux knows on these architectures */

#define STEP_NAME(name) #name ","
static const char step_names[] = MUONTRAP_STEPS(STEP_NAME);

static jobject map_arena(JNIEnv *env, jclass self, jint bytes) {
  (void)self;
  if (bytes <= 0) return 0;
  /* Shared, so that a child cloned without CLONE_VM writes its outcome here too. */
  long map = sys_mmap((size_t)bytes, PROT_RW, MAP_SHARED_ANON);
  if (map < 0 && map > -4096) return 0;
  return (*env)->NewDirectByteBuffer(env, (void *)map, bytes);
}

static void unmap_arena(JNIEnv *env, jclass self, jobject arena) {
  (void)self;
  void *at = (*env)->GetDirectBufferAddress(env, arena);
  if (at != 0) sys_munmap(at, (size_t)(*env)->GetDirectBufferCapacity(env, arena));
}

static jlong map_stack(JNIEnv *env, jclass self) {
  (void)env;
  (void)self;
  long map = sys_mmap(GUARD + CHILD_STACK, PROT_RW, MAP_PRIVATE_ANON | MAP_STACK_);
  if (map < 0 && map > -4096) return map;
  long err = sys_mprotect((void *)map, GUARD, 0);
  if (err < 0) {
    sys_munmap((void *)map, GUARD + CHILD_STACK);
    return err;
  }
  return map + GUARD + CHILD_STACK;
}

static void unmap_stack(JNIEnv *env, jclass self, jlong top) {
  (void)env;
  (void)self;
  sys_munmap((void *)(top - CHILD_STACK - GUARD), GUARD + CHILD_STACK);
}

static jint spawn_plan(JNIEnv *env, jclass self, jobject arena, jlong stack_top) {
  (void)self;
  struct plan *plan = (*env)->GetDirectBufferAddress(env, arena);
  if (plan == 0) return -E_INVAL;
  jlong capacity = (*env)->GetDirectBufferCapacity(env, arena);
  if (capacity < (jlong)sizeof *plan || plan->size > capacity) return -E_INVAL;
  return (jint)spawn(plan, (void *)stack_top);
}

static jbyteArray names_of_steps(JNIEnv *env, jclass self) {
  (void)self;
  jsize n = (jsize)sizeof step_names - 2; /* without the last comma and NUL */
  jbyteArray names = (*env)->NewByteArray(env, n);
  if (names != 0) (*env)->SetByteArrayRegion(env, names, 0, n, (const jbyte *)step_names);
  return names;
}

static const JNINativeMethod methods[] = {
    NATIVE("mapArena", "(I)Ljava/nio/ByteBuffer;", map_arena),
    NATIVE("unmapArena", "(Ljava/nio/ByteBuffer;)V", unmap_arena),
    NATIVE("mapStack", "()J", map_stack),
    NATIVE("unmapStack", "(J)V", unmap_stack),
    NATIVE("spawn", "(Ljava/nio/ByteBuffer;J)I", spawn_plan),
    NATIVE("stepNames", "()[B", names_of_steps),
};
const struct natives natives_spawn = {
    "io/muontrap/internal/jni/NativeSpawn", methods, sizeof methods / sizeof *methods};
