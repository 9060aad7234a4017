/* priority.c: threads that let others go first. */
#include "base/priority.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NICE 10

/* From linux/ioprio.h, which older headers lack. */
#define IOPRIO_WHO_PROCESS 1
#define IOPRIO_CLASS_BEST_EFFORT 2
#define IOPRIO_CLASS_SHIFT 13
#define IOPRIO_LOWEST 7

void
ink_priority_stand_back (void)
{
  /* In Linux both are a thread's own, and 0 is the caller. */
  if (getpriority (PRIO_PROCESS, 0) < NICE && setpriority (PRIO_PROCESS, 0, NICE) != 0)
    g_debug ("The thread keeps its priority: %s", g_strerror (errno));
  if (syscall (SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0,
               IOPRIO_CLASS_BEST_EFFORT << IOPRIO_CLASS_SHIFT | IOPRIO_LOWEST) != 0)
    g_debug ("The thread keeps its priority for the disk: %s", g_strerror (errno));
}
