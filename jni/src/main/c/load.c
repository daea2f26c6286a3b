/* The one export: binds the tables. A native without its Java method fails the load here. */
#include "mem.h"
#include "natives.h"

static int bind(JNIEnv *env, const struct natives *table) {
  jclass type = (*env)->FindClass(env, table->class_name);
  if (type == 0) return JNI_ERR; /* the pending exception tells */
  jint err = (*env)->RegisterNatives(env, type, table->methods, table->count);
  (*env)->DeleteLocalRef(env, type);
  return err;
}

static jint bind_all(JavaVM *vm) {
  JNIEnv *env;
  if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_1_8) != JNI_OK) return JNI_ERR;
  if (bind(env, &natives_host) != JNI_OK) return JNI_ERR;
  if (bind(env, &natives_files) != JNI_OK) return JNI_ERR;
  if (bind(env, &natives_directories) != JNI_OK) return JNI_ERR;
  if (bind(env, &natives_epoll) != JNI_OK) return JNI_ERR;
  if (bind(env, &natives_process) != JNI_OK) return JNI_ERR;
  if (bind(env, &natives_spawn) != JNI_OK) return JNI_ERR;
  return JNI_VERSION_1_8;
}

__attribute__((visibility("default"), no_stack_protector)) JNIEXPORT jint JNICALL
JNI_OnLoad(JavaVM *vm, void *reserved) {
  (void)reserved;
  seed_stack_guard();
  return bind_all(vm);
}
