/*
 * The stages of one spawn, in the order in which they are run. This list is the only one: Java asks
 * for the names at load (NativeSpawn.stepNames) and refuses a library whose list differs from its own.
 */
#ifndef MUONTRAP_STEPS_H
#define MUONTRAP_STEPS_H

#define MUONTRAP_STEPS(X) \
  X(PLAN)                 \
  X(CLONE)                \
  X(OWNER_SIGNAL)         \
  X(CLOSE_FDS)            \
  X(KEEP_FDS)             \
  X(JOIN)                 \
  X(SESSION)              \
  X(TERMINAL)             \
  X(PLACE_FDS)            \
  X(OOM_SCORE)            \
  X(UMASK)                \
  X(NICE)                 \
  X(IO_PRIORITY)          \
  X(AFFINITY)             \
  X(LIMIT)                \
  X(PRIVATE_PROC)         \
  X(SECUREBITS)           \
  X(BOUNDING_SET)         \
  X(CLEAR_AMBIENT)        \
  X(KEEP_CAPABILITIES)    \
  X(GROUPS)               \
  X(GID)                  \
  X(UID)                  \
  X(UNDUMPABLE)           \
  X(CAPABILITIES)         \
  X(AMBIENT)              \
  X(READ_BACK)            \
  X(DIRECTORY)            \
  X(NO_NEW_PRIVS)         \
  X(OWNER_SIGNAL_AGAIN)   \
  X(OWNER_ALIVE)          \
  X(SIGNALS)              \
  X(MASK)                 \
  X(EXEC)                 \
  X(RUNNING)

#define MUONTRAP_STEP_ENUM(name) STEP_##name,
enum step { MUONTRAP_STEPS(MUONTRAP_STEP_ENUM) STEP_COUNT };

#endif
