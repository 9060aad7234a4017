/* confine.c: limits of the helper process (confine.h): memory, files, privileges. */
#include "decoder/confine.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* Enough for the largest picture that is decoded, twice while it is turned upright. */
#define MEMORY_LIMIT ((rlim_t)4 * 1024 * 1024 * 1024)

/* A sanitiser reserves terabytes of addresses and inspects the process like a debugger. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITISED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITISED 1
#endif
#endif
#ifndef SANITISED
#define SANITISED 0
#endif

static gboolean
limit (int resource, rlim_t most)
{
  struct rlimit now;

  if (getrlimit (resource, &now) != 0)
    return FALSE;
  now.rlim_max = MIN (now.rlim_max, most);
  now.rlim_cur = MIN (now.rlim_cur, now.rlim_max);
  return setrlimit (resource, &now) == 0;
}

const char *
ink_confine (void)
{
  /* Writing to a file is then an error, not a signal. */
  signal (SIGXFSZ, SIG_IGN);

  gboolean confined = prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  confined &= limit (RLIMIT_CORE, 0);
  confined &= limit (RLIMIT_FSIZE, 0);
  confined &= limit (RLIMIT_NOFILE, 64);
  if (!SANITISED) {
    confined &= prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
    confined &= limit (RLIMIT_AS, MEMORY_LIMIT);
  }
  return confined ? "own process; limits on memory, files and privileges; no system call filter"
                  : "own process; some limits could not be set; no system call filter";
}
