/*
 * The natives, one table a topic; reading the tables (at the end of each natives_*.c) is reading the API.
 * Functions are static, bound by RegisterNatives in load.c. They return a value or -errno: Java throws.
 */
#ifndef MUONTRAP_NATIVES_H
#define MUONTRAP_NATIVES_H

#include <jni.h>

struct natives {
  const char *class_name;
  const JNINativeMethod *methods;
  int count;
};

#define NATIVE(name, signature, function) \
  { (char *)(name), (char *)(signature), (void *)(function) }

extern const struct natives natives_spawn;
extern const struct natives natives_process;
extern const struct natives natives_files;
extern const struct natives natives_directories;
extern const struct natives natives_epoll;
extern const struct natives natives_host;

/* Jar and library must agree: raised with every change of a native, a plan offset or a meaning. */
enum { MUONTRAP_VERSION = 2 };

#endif
