/*
 * load_library FILE: dlopens the shipped library and calls JNI_OnLoad as a JVM would, with a JVM that
 * knows only what that needs. Proves on any libc that it loads, and that its tables are whole.
 */
#include <dlfcn.h>
#include <jni.h>
#include <stdio.h>
#include <string.h>

static char name[256];
static int classes, natives, wrong;

static jclass JNICALL find_class(JNIEnv *env, const char *class_name) {
  (void)env;
  if (strncmp(class_name, "io/muontrap/internal/jni/", 25) != 0) wrong++;
  snprintf(name, sizeof name, "%s", class_name);
  classes++;
  return (jclass)name;
}

static jint JNICALL register_natives(JNIEnv *env, jclass type, const JNINativeMethod *methods, jint n) {
  (void)env;
  if ((char *)type != name || n < 1) wrong++;
  for (jint i = 0; i < n; i++) {
    Dl_info where;
    if (methods[i].signature[0] != '(' || !dladdr(methods[i].fnPtr, &where)) wrong++;
    printf("%s.%s%s\n", name, methods[i].name, methods[i].signature);
  }
  natives += n;
  return JNI_OK;
}

static void JNICALL delete_local_ref(JNIEnv *env, jobject object) {
  (void)env;
  (void)object;
}

static struct JNINativeInterface_ functions = {
    .FindClass = find_class,
    .RegisterNatives = register_natives,
    .DeleteLocalRef = delete_local_ref,
};
static JNIEnv env = &functions;

static jint JNICALL get_env(JavaVM *vm, void **to, jint version) {
  (void)vm;
  if (version < JNI_VERSION_1_8) return JNI_EVERSION;
  *to = (void *)&env;
  return JNI_OK;
}

int main(int argc, char **argv) {
  struct JNIInvokeInterface_ invoke = {.GetEnv = get_env};
  JavaVM vm = &invoke;
  void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
  if (library == NULL) {
    fprintf(stderr, "%s\n", argc == 2 ? dlerror() : "usage: load_library FILE");
    return 1;
  }
  jint(JNICALL * on_load)(JavaVM *, void *);
  *(void **)&on_load = dlsym(library, "JNI_OnLoad");
  jint version = on_load(&vm, NULL);
  printf("version %#x, %d classes, %d natives, %d wrong\n", (unsigned)version, classes, natives, wrong);
  return version == JNI_VERSION_1_8 && natives > 0 && wrong == 0 ? 0 : 1;
}
