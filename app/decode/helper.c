/* helper.c: starts a decoder helper and hands it one job after another (helper.h). */
#include "config.h"

#include "decode/helper.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/path.h"

#define HELPER_NAME "inkling-decoder"

/* How long a helper may take to start on a busy machine. */
#define START_MILLISECONDS 20000

/* How long a helper that was told to end is waited for. */
#define END_MICROSECONDS G_USEC_PER_SEC

/* How much later than the program the helper itself gives up a job. */
#define GRACE_SECONDS 5

struct _InkHelper {
  GPid pid;
  int socket;
  guint jobs;
  gboolean killed; /* it has ended, by a signal that no picture causes */
  InkWireHello hello;
};

/* ---- Finding and starting ----------------------------------------------------------------- */

/* Where the helper is: where the environment says, else beside the program, else in the build
 * folder for a program that runs from there, else where it is installed. */
static char *
find_program (void)
{
  const char *given = g_getenv ("INKLING_DECODER_DIR");
  if (given != NULL && *given != '\0')
    return g_build_filename (given, HELPER_NAME, NULL);

  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  if (self != NULL) {
    g_autofree char *folder = g_path_get_dirname (self);
    g_autofree char *beside = g_build_filename (folder, HELPER_NAME, NULL);
    if (g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
      return g_steal_pointer (&beside);
    if (ink_path_get_below (self, INK_BUILD_ROOT) != NULL)
      return g_build_filename (INK_BUILD_ROOT, "app", "decoder", HELPER_NAME, NULL);
  }
  return g_build_filename (INK_PKGLIBEXECDIR, HELPER_NAME, NULL);
}

/* Starts @program with @socket as its descriptor INK_WIRE_SOCKET and nothing else of ours. */
static gboolean
spawn (const char *program, int socket, GPid *pid, GError **error)
{
  const char *const arguments[] = {program, NULL};
  const int target = INK_WIRE_SOCKET;
  GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL;

  /* Libraries write what foreign bytes make them say; a terminal should not get to see it. */
  if (g_getenv ("G_MESSAGES_DEBUG") == NULL)
    flags |= G_SPAWN_STDERR_TO_DEV_NULL;
  return g_spawn_async_with_pipes_and_fds (NULL, arguments, NULL, flags, NULL, NULL, -1, -1, -1,
                                           &socket, &target, 1, pid, NULL, NULL, NULL, error);
}

static pid_t
wait_for (GPid pid, int *status, int flags)
{
  pid_t ended;

  do
    ended = waitpid (pid, status, flags);
  while (ended < 0 && errno == EINTR);
  return ended;
}

static gpointer
wait_for_abandoned (gpointer data)
{
  wait_for (GPOINTER_TO_INT (data), NULL, 0);
  return NULL;
}

/* Ends the process and tells how it ended, in words. One that is stuck in the kernel, over a dead
 * network drive for instance, does not end yet: it is left to a thread that does nothing else. */
static char *
end (InkHelper *helper)
{
  int status = 0;
  pid_t ended = 0;

  kill (helper->pid, SIGKILL);
  for (gulong waited = 0, pause = 100; ended == 0 && waited < END_MICROSECONDS; pause *= 2) {
    ended = wait_for (helper->pid, &status, WNOHANG);
    if (ended == 0)
      g_usleep (pause);
    waited += pause;
  }
  if (ended == 0)
    g_thread_unref (g_thread_new ("abandoned", wait_for_abandoned, GINT_TO_POINTER (helper->pid)));
  helper->pid = 0;
  if (ended == 0)
    return g_strdup (_ ("it does not end"));
  if (ended > 0 && WIFSIGNALED (status)) {
    helper->killed = WTERMSIG (status) == SIGKILL || WTERMSIG (status) == SIGTERM;
    return g_strdup (g_strsignal (WTERMSIG (status)));
  }
  return g_strdup_printf (_ ("exit status %d"), ended > 0 ? WEXITSTATUS (status) : -1);
}

void
ink_helper_stop (InkHelper *helper)
{
  close (helper->socket);
  if (helper->pid != 0)
    g_free (end (helper));
  g_free (helper);
}

/* ---- Talking ------------------------------------------------------------------------------ */

/* Waits until the helper has sent something or is gone. */
static gboolean
wait_for_message (InkHelper *helper, guint milliseconds, GCancellable *cancellable, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + (gint64)milliseconds * 1000;
  GPollFD polled[2] = {{.fd = helper->socket, .events = G_IO_IN}};
  guint n_polled = 1;
  int ready;

  if (g_cancellable_make_pollfd (cancellable, &polled[1]))
    n_polled = 2;
  do {
    gint64 left = MAX (deadline - g_get_monotonic_time (), 0);
    ready = g_poll (polled, n_polled, (gint)((left + 999) / 1000));
  } while (ready < 0 && errno == EINTR);
  if (n_polled == 2)
    g_cancellable_release_fd (cancellable);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (ready <= 0) {
    g_set_error_literal (error, INK_ERROR, INK_ERROR_TIMEOUT,
                         _ ("Decoding the picture took too long"));
    return FALSE;
  }
  return TRUE;
}

static gboolean
receive (InkHelper *helper, void *message, gsize size, GError **error)
{
  gssize n;

  do
    n = recv (helper->socket, message, size, MSG_TRUNC);
  while (n < 0 && errno == EINTR);
  if (n == (gssize)size)
    return TRUE;
  if (n > 0) {
    g_set_error_literal (error, INK_ERROR, INK_ERROR_DECODER,
                         _ ("The decoder gave an answer that makes no sense"));
    return FALSE;
  }
  /* It closed its end: mostly because it has crashed, but it need not have. */
  g_autofree char *how = end (helper);
  g_set_error (error, INK_ERROR, INK_ERROR_DECODER, _ ("The decoder stopped: %s"), how);
  return FALSE;
}

static gboolean
send_request (InkHelper *helper, const InkWireRequest *request, int file, int results,
              GError **error)
{
  int descriptors[2] = {file, results};
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE (sizeof descriptors)];
  } control = {0};
  struct iovec part = {(void *)request, sizeof *request};
  struct msghdr message = {
      .msg_iov = &part,
      .msg_iovlen = 1,
      .msg_control = &control,
      .msg_controllen = sizeof control,
  };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  gssize n;

  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof descriptors);
  memcpy (CMSG_DATA (header), descriptors, sizeof descriptors);
  do
    n = sendmsg (helper->socket, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  if (n == sizeof *request)
    return TRUE;
  g_set_error (error, INK_ERROR, INK_ERROR_DECODER, _ ("The decoder can't be reached: %s"),
               g_strerror (errno));
  return FALSE;
}

InkHelper *
ink_helper_start (GError **error)
{
  g_autofree char *program = find_program ();
  g_autoptr (GError) cause = NULL;
  int sockets[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
    g_set_error (error, INK_ERROR, INK_ERROR_DECODER, _ ("The decoder can't be started: %s"),
                 g_strerror (errno));
    return NULL;
  }
  g_autoptr (InkHelper) helper = g_new0 (InkHelper, 1);
  helper->socket = sockets[0];
  gboolean spawned = spawn (program, sockets[1], &helper->pid, &cause);
  close (sockets[1]);

  if (!spawned || !wait_for_message (helper, START_MILLISECONDS, NULL, &cause) ||
      !receive (helper, &helper->hello, sizeof helper->hello, &cause)) {
    g_set_error (error, INK_ERROR, INK_ERROR_DECODER, _ ("The decoder %s can't be started: %s"),
                 program, cause->message);
    return NULL;
  }
  helper->hello.sandbox[sizeof helper->hello.sandbox - 1] = '\0';
  if (helper->hello.magic != INK_WIRE_MAGIC) {
    g_set_error (error, INK_ERROR, INK_ERROR_DECODER,
                 _ ("The decoder %s is of another version; install Inkling again"), program);
    return NULL;
  }
  return g_steal_pointer (&helper);
}

const InkWireHello *
ink_helper_get_hello (const InkHelper *helper)
{
  return &helper->hello;
}

guint
ink_helper_get_jobs (const InkHelper *helper)
{
  return helper->jobs;
}

gboolean
ink_helper_was_killed (const InkHelper *helper)
{
  return helper->killed;
}

gboolean
ink_helper_is_waiting (const InkHelper *helper)
{
  /* Between jobs a helper says nothing: what there is to read is its end, or a lie. */
  GPollFD polled = {.fd = helper->socket, .events = G_IO_IN};
  return g_poll (&polled, 1, 0) == 0;
}

gboolean
ink_helper_run (InkHelper *helper, InkWireRequest *request, int file, int results,
                guint milliseconds, GCancellable *cancellable, InkWireReply *reply, GError **error)
{
  request->magic = INK_WIRE_MAGIC;
  request->job = ++helper->jobs;
  request->seconds = milliseconds / 1000 + GRACE_SECONDS;
  return send_request (helper, request, file, results, error) &&
         wait_for_message (helper, milliseconds, cancellable, error) &&
         receive (helper, reply, sizeof *reply, error);
}
