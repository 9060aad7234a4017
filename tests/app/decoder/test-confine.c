/* test-confine.c: what a process can no longer do once it has put the helper's walls up, and what
 * it still can. Each attempt is made in a process of its own, first without the walls, where it
 * has to succeed, so that no attempt fails for another reason. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "decoder/confine.h"
#include "decoder/landlock.h"

/* Returns: whether it could be done */
typedef gboolean (*Attempt) (void);

/* How an attempt's process ends. */
enum { DONE, DENIED, NO_FILTER, NO_LANDLOCK };

static gboolean
open_for_reading (void)
{
  return open ("/etc/passwd", O_RDONLY) >= 0;
}

static gboolean
open_folder (void)
{
  return open ("/", O_RDONLY | O_DIRECTORY) >= 0;
}

static gboolean
make_file (void)
{
  char name[] = "/tmp/inkling-test-XXXXXX";
  int file = mkstemp (name);
  if (file >= 0)
    unlink (name);
  return file >= 0;
}

static gboolean
look_at_path (void)
{
  struct stat facts;
  return stat ("/etc/passwd", &facts) == 0;
}

static gboolean
connect_to_network (void)
{
  return socket (AF_INET, SOCK_STREAM, 0) >= 0;
}

static gboolean
connect_to_bus (void)
{
  return socket (AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static gboolean
start_process (void)
{
  pid_t child = fork ();
  if (child == 0)
    _exit (0);
  return child > 0 && waitpid (child, NULL, 0) == child;
}

static gboolean
run_program (void)
{
  /* Ends this process with DONE where it can. */
  execl ("/bin/true", "true", NULL);
  return FALSE;
}

static gboolean
signal_parent (void)
{
  return kill (getppid (), 0) == 0;
}

static gboolean
trace (void)
{
  return ptrace (PTRACE_TRACEME, 0, NULL, NULL) == 0;
}

static gboolean
map_executable (void)
{
  return mmap (NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static gboolean
make_executable (void)
{
  void *page = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return page != MAP_FAILED && mprotect (page, 4096, PROT_READ | PROT_EXEC) == 0;
}

static gboolean
raise_limit (void)
{
  struct rlimit limit = {8, 8};
  return setrlimit (RLIMIT_NOFILE, &limit) == 0;
}

static const struct {
  const char *name;
  Attempt attempt;
} forbidden[] = {
    {"open-for-reading", open_for_reading},
    {"open-folder", open_folder},
    {"make-file", make_file},
    {"look-at-path", look_at_path},
    {"connect-to-network", connect_to_network},
    {"connect-to-bus", connect_to_bus},
    {"start-process", start_process},
    {"run-program", run_program},
    {"signal-parent", signal_parent},
    {"trace", trace},
    {"map-executable", map_executable},
    {"make-executable", make_executable},
    {"change-limits", raise_limit},
};

static gpointer
answer (gpointer data)
{
  return data;
}

/* A thread, memory, time and the end of a picture's file: what decoding needs. */
static gboolean
work (void)
{
  GThread *thread = g_thread_try_new ("worker", answer, &thread, NULL);
  void *memory = g_try_malloc (64 * 1024 * 1024);
  struct timespec time;

  if (thread == NULL || g_thread_join (thread) != &thread || memory == NULL)
    return FALSE;
  memset (memory, 1, 64 * 1024 * 1024);
  g_free (memory);
  return clock_gettime (CLOCK_REALTIME, &time) == 0 && sched_yield () == 0;
}

/* Runs @attempt in a process of its own, behind @wall where there is one. */
static int
run (Attempt attempt, InkWall wall)
{
  int status;
  pid_t child = fork ();

  if (child == 0) {
    if (wall == INK_WALL_LANDLOCK && !ink_landlock_restrict ())
      _exit (NO_LANDLOCK);
    if (wall == INK_WALL_FILTER && (ink_confine () & INK_WALL_FILTER) == 0)
      _exit (NO_FILTER);
    _exit (attempt () ? DONE : DENIED);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static void
test_forbidden (gconstpointer data)
{
  Attempt attempt = forbidden[GPOINTER_TO_UINT (data)].attempt;

  if (run (attempt, 0) != DONE) {
    g_test_skip ("can't be done here even without walls");
    return;
  }
  int confined = run (attempt, INK_WALL_FILTER);
  if (confined == NO_FILTER)
    g_test_skip ("no system call filter: a build without libseccomp, or with a sanitiser");
  else
    g_assert_cmpint (confined, ==, DENIED);
}

/* Landlock denies files by itself, should the filter be missing. */
static void
test_landlock (void)
{
  g_assert_cmpint (run (open_for_reading, 0), ==, DONE);
  int confined = run (open_for_reading, INK_WALL_LANDLOCK);
  if (confined == NO_LANDLOCK)
    g_test_skip ("this kernel has no Landlock");
  else
    g_assert_cmpint (confined, ==, DENIED);
  if (confined != NO_LANDLOCK && run (make_file, 0) == DONE)
    g_assert_cmpint (run (make_file, INK_WALL_LANDLOCK), ==, DENIED);
}

static void
test_allowed (void)
{
  int confined = run (work, INK_WALL_FILTER);
  if (confined == NO_FILTER)
    g_test_skip ("no system call filter: a build without libseccomp, or with a sanitiser");
  else
    g_assert_cmpint (confined, ==, DONE);
}

static void
test_words (void)
{
  g_autofree char *all =
      ink_confine_describe (INK_WALL_LIMITS | INK_WALL_LANDLOCK | INK_WALL_FILTER);
  g_autofree char *few = ink_confine_describe (INK_WALL_LIMITS);

  g_assert_cmpstr (all, ==,
                   "own process, limits on memory, files and privileges, system call filter, "
                   "Landlock");
  g_assert_cmpstr (few, ==,
                   "own process, limits on memory, files and privileges; missing: system call "
                   "filter, Landlock");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (forbidden); i++) {
    g_autofree char *name = g_strconcat ("/decoder/confine/forbidden/", forbidden[i].name, NULL);
    g_test_add_data_func (name, GUINT_TO_POINTER (i), test_forbidden);
  }
  g_test_add_func ("/decoder/confine/landlock", test_landlock);
  g_test_add_func ("/decoder/confine/allowed", test_allowed);
  g_test_add_func ("/decoder/confine/words", test_words);
  return g_test_run ();
}
