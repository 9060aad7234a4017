/* confine.c: puts the helper's walls up (confine.h): limits on memory, files and privileges, then
 * Landlock, then the system call filter, which would forbid the others. */
#include "decoder/confine.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "decoder/filter.h"
#include "decoder/landlock.h"

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

static gboolean
set_limits (void)
{
  /* Writing to a file is then an error, not a signal. */
  signal (SIGXFSZ, SIG_IGN);

  gboolean limited = prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  limited &= limit (RLIMIT_CORE, 0);
  limited &= limit (RLIMIT_FSIZE, 0);
  limited &= limit (RLIMIT_NOFILE, 64);
  if (!SANITISED) {
    limited &= prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
    limited &= limit (RLIMIT_AS, MEMORY_LIMIT);
  }
  return limited;
}

guint
ink_confine (void)
{
  guint walls = 0;

  if (set_limits ())
    walls |= INK_WALL_LIMITS;
  /* A sanitiser's own threads and files would be locked out as well. */
  if (!SANITISED && ink_landlock_restrict ())
    walls |= INK_WALL_LANDLOCK;
  if (!SANITISED && ink_filter_load ())
    walls |= INK_WALL_FILTER;
  return walls;
}

char *
ink_confine_describe (guint walls)
{
  static const struct {
    InkWall wall;
    const char *there, *missing;
  } words[] = {
      {INK_WALL_LIMITS, "limits on memory, files and privileges", "some limits"},
      {INK_WALL_FILTER, "system call filter", "system call filter"},
      {INK_WALL_LANDLOCK, "Landlock", "Landlock"},
  };
  GString *text = g_string_new ("own process");
  gboolean any_missing = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if ((walls & words[i].wall) != 0)
      g_string_append_printf (text, ", %s", words[i].there);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if ((walls & words[i].wall) == 0) {
      g_string_append_printf (text, "%s %s", any_missing ? "," : "; missing:", words[i].missing);
      any_missing = TRUE;
    }
  return g_string_free (text, FALSE);
}
