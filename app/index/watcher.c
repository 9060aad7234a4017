/* watcher.c: changes in folders, by inotify (watcher.h). */
#include "index/watcher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/error.h"
#include "base/path.h"
#include "decode/decoder.h"
#include "index/indexer.h"

#define EVENTS                                                                                     \
  (IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_ATTRIB | IN_ONLYDIR | \
   IN_DONT_FOLLOW | IN_EXCL_UNLINK)

/* Changes wait so many times the quiet time at most, should there never be quiet. */
#define PATIENCE 10

/* Where so many folders have changed, going through all is as quick. */
#define CHANGES_MAX 1000

struct _InkWatcher {
  guint quiet_ms;
  InkWatchFunc func;
  gpointer data;
  int inotify, mounts, wake; /* descriptors; @mounts may be −1 */
  int stopped;               /* atomic */
  GThread *thread;           /* nullable: it was stopped */

  InkIndexChanges *changes; /* (nullable): the thread's: what is to be told */
  gboolean all;             /* the thread's: all is to be told */
  gint64 first;             /* the thread's: since when something is to be told */

  GMutex lock;       /* guards what follows */
  GHashTable *paths; /* watch → path */
  guint refused;
  guint period;     /* seconds; 0 for none */
  gint64 next_time; /* of the period */
};

/* ---- What is watched --------------------------------------------------------------------- */

void
ink_watcher_add (InkWatcher *watcher, const char *path)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&watcher->lock);
  int watch = inotify_add_watch (watcher->inotify, path, EVENTS);

  /* A folder that is watched already keeps its number; it may have another path now. */
  if (watch >= 0)
    g_hash_table_insert (watcher->paths, GINT_TO_POINTER (watch), g_strdup (path));
  else if (errno == ENOSPC)
    watcher->refused++;
}

void
ink_watcher_get_counts (InkWatcher *watcher, guint *watched, guint *refused)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&watcher->lock);

  *watched = g_hash_table_size (watcher->paths);
  *refused = watcher->refused;
}

guint
ink_watcher_get_limit (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/sys/fs/inotify/max_user_watches", &text, NULL, NULL))
    return 0;
  return (guint)MIN (g_ascii_strtoull (text, NULL, 10), G_MAXUINT);
}

static char *
get_path (InkWatcher *watcher, int watch)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&watcher->lock);

  return g_strdup (g_hash_table_lookup (watcher->paths, GINT_TO_POINTER (watch)));
}

static void
forget (InkWatcher *watcher, int watch)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&watcher->lock);

  g_hash_table_remove (watcher->paths, GINT_TO_POINTER (watch));
}

/* A folder that moved is watched under its new name, if that is looked at, or not at all. */
static void
unwatch_below (InkWatcher *watcher, const char *path)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&watcher->lock);
  GHashTableIter iter;
  gpointer watch, watched;

  g_hash_table_iter_init (&iter, watcher->paths);
  while (g_hash_table_iter_next (&iter, &watch, &watched))
    if (ink_path_get_below (watched, path) != NULL) {
      inotify_rm_watch (watcher->inotify, GPOINTER_TO_INT (watch));
      g_hash_table_iter_remove (&iter);
    }
}

/* ---- What has changed -------------------------------------------------------------------- */

static void
note_all (InkWatcher *watcher)
{
  if (!watcher->all && watcher->changes == NULL)
    watcher->first = g_get_monotonic_time ();
  watcher->all = TRUE;
  g_clear_pointer (&watcher->changes, g_hash_table_unref);
}

static void
note (InkWatcher *watcher, const char *path, gboolean below)
{
  if (watcher->all)
    return;
  if (watcher->changes == NULL) {
    watcher->changes = ink_index_changes_new ();
    watcher->first = g_get_monotonic_time ();
  }
  ink_index_changes_add (watcher->changes, path, below);
  if (g_hash_table_size (watcher->changes) > CHANGES_MAX)
    note_all (watcher);
}

static void
note_folder (InkWatcher *watcher, const char *folder, const struct inotify_event *event)
{
  g_autofree char *path = g_build_filename (folder, event->name, NULL);

  if (event->name[0] == '.')
    return;
  if ((event->mask & (IN_MOVED_FROM | IN_DELETE)) != 0)
    unwatch_below (watcher, path);
  else
    note (watcher, path, TRUE);
  note (watcher, folder, FALSE);
}

static void
note_file (InkWatcher *watcher, const char *folder, const struct inotify_event *event)
{
  /* The files that say what is left out. */
  gboolean rules = strcmp (event->name, ".nomedia") == 0 || strcmp (event->name, ".ignore") == 0;

  /* What is created is told again when it is written, unless it is a link to what is there. */
  if (rules)
    note (watcher, folder, TRUE);
  else if (event->name[0] != '.' && ink_decoder_classify_name (event->name) != INK_NAME_OTHER)
    note (watcher, folder, FALSE);
}

static void
handle (InkWatcher *watcher, const struct inotify_event *event)
{
  g_autofree char *folder = NULL;

  if ((event->mask & (IN_Q_OVERFLOW | IN_UNMOUNT)) != 0)
    note_all (watcher);
  if ((event->mask & IN_IGNORED) != 0)
    forget (watcher, event->wd);
  else if (event->len > 0 && (folder = get_path (watcher, event->wd)) != NULL) {
    if ((event->mask & IN_ISDIR) != 0)
      note_folder (watcher, folder, event);
    else
      note_file (watcher, folder, event);
  }
}

static void
read_events (InkWatcher *watcher)
{
  _Alignas(struct inotify_event) char buffer[32 * 1024];
  gssize n = read (watcher->inotify, buffer, sizeof buffer);

  for (gssize at = 0; at < n;) {
    const struct inotify_event *event = (const void *)(buffer + at);
    handle (watcher, event);
    at += (gssize)(sizeof *event + event->len);
  }
}

void
ink_watcher_set_period (InkWatcher *watcher, guint seconds)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&watcher->lock);
  guint64 one = 1;

  watcher->period = seconds;
  watcher->next_time = g_get_monotonic_time () + (gint64)seconds * G_USEC_PER_SEC;
  /* The thread may be waiting for ever. */
  if (write (watcher->wake, &one, sizeof one) < 0)
    g_debug ("The watcher is not woken: %s", g_strerror (errno));
}

/* Milliseconds until the period is over: −1 for none. */
static int
get_period_left (InkWatcher *watcher)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&watcher->lock);
  gint64 left = (watcher->next_time - g_get_monotonic_time ()) / 1000;

  return watcher->period == 0 ? -1 : (int)CLAMP (left, 0, G_MAXINT);
}

static void
tell (InkWatcher *watcher)
{
  if (watcher->all)
    ink_watcher_set_period (watcher, watcher->period);
  watcher->all = FALSE;
  watcher->func (g_steal_pointer (&watcher->changes), watcher->data);
}

/* How long to wait for events: −1 for ever. */
static int
get_timeout (InkWatcher *watcher)
{
  gint64 waited = (g_get_monotonic_time () - watcher->first) / 1000;

  if (!watcher->all && watcher->changes == NULL)
    return get_period_left (watcher);
  return (int)CLAMP ((gint64)PATIENCE * watcher->quiet_ms - waited, 0, watcher->quiet_ms);
}

static void
clear_wake (InkWatcher *watcher)
{
  guint64 count;

  if (read (watcher->wake, &count, sizeof count) < 0)
    g_debug ("The watcher is woken twice: %s", g_strerror (errno));
}

static gpointer
run (gpointer data)
{
  InkWatcher *watcher = data;
  struct pollfd polled[] = {{.fd = watcher->wake, .events = POLLIN},
                            {.fd = watcher->inotify, .events = POLLIN},
                            {.fd = watcher->mounts, .events = POLLPRI}};

  while (TRUE) {
    int n = poll (polled, G_N_ELEMENTS (polled), get_timeout (watcher));

    if (g_atomic_int_get (&watcher->stopped))
      return NULL;
    if (n == 0) {
      if (watcher->changes == NULL)
        note_all (watcher);
      tell (watcher);
    }
    if (n <= 0)
      continue;
    if (polled[0].revents != 0)
      clear_wake (watcher);
    if ((polled[1].revents & POLLIN) != 0)
      read_events (watcher);
    if ((polled[2].revents & (POLLPRI | POLLERR)) != 0)
      note_all (watcher);
    if ((watcher->all || watcher->changes != NULL) && get_timeout (watcher) == 0)
      tell (watcher);
  }
}

InkWatcher *
ink_watcher_new (guint quiet_ms, InkWatchFunc func, gpointer data, GError **error)
{
  int inotify = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  int wake = inotify < 0 ? -1 : eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);

  if (wake < 0) {
    ink_set_error_from_errno (error, errno, "Folders can't be watched for changes");
    if (inotify >= 0)
      close (inotify);
    return NULL;
  }
  InkWatcher *watcher = g_new0 (InkWatcher, 1);
  watcher->quiet_ms = quiet_ms;
  watcher->func = func;
  watcher->data = data;
  watcher->inotify = inotify;
  watcher->wake = wake;
  /* Polling it tells when something is mounted or unmounted. */
  watcher->mounts = open ("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
  g_mutex_init (&watcher->lock);
  watcher->paths = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  watcher->thread = g_thread_new ("ink-watch", run, watcher);
  return watcher;
}

void
ink_watcher_stop (InkWatcher *watcher)
{
  g_atomic_int_set (&watcher->stopped, TRUE);
  ink_watcher_set_period (watcher, 0);
  g_clear_pointer (&watcher->thread, g_thread_join);
}

void
ink_watcher_free (InkWatcher *watcher)
{
  ink_watcher_stop (watcher);
  close (watcher->inotify);
  close (watcher->wake);
  if (watcher->mounts >= 0)
    close (watcher->mounts);
  g_clear_pointer (&watcher->changes, g_hash_table_unref);
  g_hash_table_unref (watcher->paths);
  g_mutex_clear (&watcher->lock);
  g_free (watcher);
}
