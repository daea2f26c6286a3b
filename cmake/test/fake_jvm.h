/*
 * As much of a JVM as the library needs: it remembers the natives that are registered, and has arrays
 * and direct buffers without a heap behind them. For libcs and machines that have no JVM here.
 */
#ifndef MUONTRAP_FAKE_JVM_H
#define MUONTRAP_FAKE_JVM_H

#include <jni.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a jarray or a direct ByteBuffer points to. */
struct fake_array {
  jlong length;
  void *data;
};

enum { MOST_NATIVES = 100, NAME = 200 };

static struct {
  char name[NAME]; /* as in NativeFiles.pipe()J */
  void *function;
} fake_natives[MOST_NATIVES];
static int fake_count, fake_wrong;
static char fake_class[64];

static const char fake_package[] = "io/muontrap/internal/jni/";

static jclass JNICALL fake_find_class(JNIEnv *env, const char *name) {
  (void)env;
  size_t prefix = sizeof fake_package - 1;
  if (strncmp(name, fake_package, prefix) != 0) fake_wrong++;
  snprintf(fake_class, sizeof fake_class, "%s", name + prefix);
  return (jclass)fake_class;
}

static jint JNICALL fake_register(JNIEnv *env, jclass type, const JNINativeMethod *methods, jint n) {
  (void)env;
  if ((char *)type != fake_class || n < 1) fake_wrong++;
  for (jint i = 0; i < n && fake_count < MOST_NATIVES; i++) {
    if (methods[i].signature[0] != '(') fake_wrong++;
    int length = snprintf(fake_natives[fake_count].name, NAME, "%s.%s%s", fake_class, methods[i].name,
                          methods[i].signature);
    if (length >= NAME) fake_wrong++;
    fake_natives[fake_count++].function = methods[i].fnPtr;
  }
  return JNI_OK;
}

static void JNICALL fake_delete_local(JNIEnv *env, jobject object) {
  (void)env;
  (void)object;
}

static struct fake_array *fake_array(jlong length, void *data) {
  struct fake_array *array = malloc(sizeof *array);
  if (array == NULL) abort();
  *array = (struct fake_array){length, data};
  return array;
}

static jobject JNICALL fake_buffer(JNIEnv *env, void *at, jlong bytes) {
  (void)env;
  return (jobject)fake_array(bytes, at);
}

static void *JNICALL fake_address(JNIEnv *env, jobject buffer) {
  (void)env;
  return ((struct fake_array *)buffer)->data;
}

static jlong JNICALL fake_capacity(JNIEnv *env, jobject buffer) {
  (void)env;
  return ((struct fake_array *)buffer)->length;
}

static jsize JNICALL fake_length(JNIEnv *env, jarray array) {
  (void)env;
  return (jsize)((struct fake_array *)array)->length;
}

static jbyteArray JNICALL fake_bytes(JNIEnv *env, jsize n) {
  (void)env;
  return (jbyteArray)fake_array(n, calloc(1, (size_t)n));
}

/* Elements from..from+n of an array; the JVM would throw where we end. */
static char *fake_region(jarray of, jsize from, jsize n, size_t size) {
  struct fake_array *array = (struct fake_array *)of;
  if (from < 0 || n < 0 || from + n > array->length) abort();
  return (char *)array->data + (size_t)from * size;
}

static void JNICALL fake_get_bytes(JNIEnv *env, jbyteArray array, jsize from, jsize n, jbyte *to) {
  (void)env;
  memcpy(to, fake_region(array, from, n, 1), (size_t)n);
}

static void JNICALL fake_set_bytes(JNIEnv *env, jbyteArray array, jsize from, jsize n, const jbyte *with) {
  (void)env;
  memcpy(fake_region(array, from, n, 1), with, (size_t)n);
}

static void JNICALL fake_set_longs(JNIEnv *env, jlongArray array, jsize from, jsize n, const jlong *with) {
  (void)env;
  memcpy(fake_region(array, from, n, sizeof(jlong)), with, (size_t)n * sizeof(jlong));
}

static struct JNINativeInterface_ fake_functions = {
    .FindClass = fake_find_class,
    .RegisterNatives = fake_register,
    .DeleteLocalRef = fake_delete_local,
    .NewDirectByteBuffer = fake_buffer,
    .GetDirectBufferAddress = fake_address,
    .GetDirectBufferCapacity = fake_capacity,
    .GetArrayLength = fake_length,
    .NewByteArray = fake_bytes,
    .GetByteArrayRegion = fake_get_bytes,
    .SetByteArrayRegion = fake_set_bytes,
    .SetLongArrayRegion = fake_set_longs,
};
static JNIEnv fake_env = &fake_functions;

static jint JNICALL fake_get_env(JavaVM *vm, void **to, jint version) {
  (void)vm;
  if (version < JNI_VERSION_1_8) return JNI_EVERSION;
  *to = (void *)&fake_env;
  return JNI_OK;
}

static const struct JNIInvokeInterface_ fake_invoke = {.GetEnv = fake_get_env};
static JavaVM fake_vm = &fake_invoke;

/* Ends the program if there is no such native: Java would find it missing when it calls. */
static void *fake_native(const char *name) {
  for (int i = 0; i < fake_count; i++) {
    if (strcmp(fake_natives[i].name, name) == 0) return fake_natives[i].function;
  }
  fprintf(stderr, "no native %s\n", name);
  exit(1);
}

#endif
