/* cmd-watch.c: watch: stays, and indexes changes as they happen.
 *
 * The main thread waits for signals and for the bus. Whether this process has the library at
 * present is decided under a lock: the window may ask for it at any moment.
 */
#include <glib-unix.h>

#include "cli/cli.h"
#include "library/remote.h"
#include "library/service.h"

/* How often it is tried to get the library back, and how long after giving it up. */
#define RETRY_SECONDS 1
#define RELEASED_SECONDS 10

typedef struct {
  char *when;
} WatchOptions;

typedef struct {
  InkCli *cli;
  InkLibrary *library;
  gboolean chooses_when; /* the library is to keep this policy from now on */
  InkPowerPolicy when;
  GMainLoop *loop;
  GHashTable *offline; /* set of the folders that were not there when last told */
  guint retry;         /* source, or 0 */
  gboolean busy;       /* indexing, when last told */

  GMutex lock; /* guards what follows */
  gboolean has_library;
} Watch;

/* ---- Events ------------------------------------------------------------------------------ */

static void
begin_event (InkJson *json, const char *event)
{
  ink_json_init (json);
  ink_json_open (json, '{');
  ink_json_string (json, "event", event);
}

static void
end_event (InkJson *json)
{
  ink_json_close (json, '}');
  ink_json_print (json);
}

/* An event that is no more than words. */
static void
tell (Watch *watch, const char *event, const char *message)
{
  InkJson json;

  ink_cli_note (watch->cli, "%s", message);
  if (!watch->cli->json)
    return;
  begin_event (&json, event);
  ink_json_string (&json, "message", message);
  end_event (&json);
}

static void
tell_path (Watch *watch, const char *event, const char *path)
{
  InkJson json;

  ink_cli_print (watch->cli, "%s: %s", event, path);
  if (!watch->cli->json)
    return;
  begin_event (&json, event);
  ink_cli_json_path (&json, path);
  end_event (&json);
}

/* In the thread that indexes. */
static void
tell_photo (const InkIndexEvent *event, gpointer data)
{
  static const char *const names[] = {
      [INK_EVENT_INDEXED] = "indexed", [INK_EVENT_MOVED] = "moved",
      [INK_EVENT_REMOVED] = "removed", [INK_EVENT_MISSING] = "missing",
      [INK_EVENT_FAILED] = "failed",
  };
  Watch *watch = data;
  InkJson json;

  if (event->error != NULL)
    ink_cli_print (watch->cli, "failed: %s: %s", event->path, event->error->message);
  else if (event->from != NULL)
    ink_cli_print (watch->cli, "moved: %s, from %s", event->path, event->from);
  else
    ink_cli_print (watch->cli, "%s: %s", names[event->kind], event->path);
  if (!watch->cli->json)
    return;
  begin_event (&json, names[event->kind]);
  ink_cli_json_path (&json, event->path);
  if (event->from != NULL) {
    g_autofree char *uri = g_filename_to_uri (event->from, NULL, NULL);
    ink_json_string (&json, "from", event->from);
    ink_json_string (&json, "from_uri", uri);
  }
  if (event->error != NULL) {
    ink_json_string (&json, "reason", event->error->message);
    ink_json_string (&json, "code", ink_error_code (event->error));
  }
  end_event (&json);
}

/* Folders that have come or gone since this was called last. */
static void
tell_offline (Watch *watch)
{
  g_autoptr (GPtrArray) folders = ink_library_get_folders (watch->library, NULL);

  for (guint i = 0; folders != NULL && i < folders->len; i++) {
    const InkFolder *folder = folders->pdata[i];
    gboolean offline = folder->offline || folder->away > 0;

    if (offline == g_hash_table_contains (watch->offline, folder->path))
      continue;
    tell_path (watch, offline ? "offline" : "online", folder->path);
    if (offline)
      g_hash_table_add (watch->offline, g_strdup (folder->path));
    else
      g_hash_table_remove (watch->offline, folder->path);
  }
}

/* The folders that the kernel does not watch are gone through now and then: slower, not wrong. */
static void
tell_limit (Watch *watch)
{
  guint watched = 0, refused = 0, limit = 0;
  InkJson json;

  g_mutex_lock (&watch->lock);
  if (watch->has_library)
    ink_library_get_watches (watch->library, &watched, &refused, &limit);
  g_mutex_unlock (&watch->lock);
  if (refused == 0)
    return;
  ink_cli_note (watch->cli,
                "The kernel watches %u folders and refuses %u more; those are looked at every "
                "quarter of an hour. The limit, %u, is fs.inotify.max_user_watches.",
                watched, refused, limit);
  if (!watch->cli->json)
    return;
  begin_event (&json, "limit");
  ink_json_integer (&json, "watched", watched);
  ink_json_integer (&json, "refused", refused);
  ink_json_integer (&json, "limit", limit);
  end_event (&json);
}

static void
tell_up_to_date (Watch *watch, const InkIndexProgress *progress)
{
  InkJson json;

  ink_cli_note (watch->cli, "Up to date: %u indexed, %u moved, %u removed, %u failed.",
                progress->indexed, progress->moved, progress->removed, progress->failed);
  if (!watch->cli->json)
    return;
  begin_event (&json, "up-to-date");
  ink_json_integer (&json, "found", progress->found);
  ink_json_integer (&json, "indexed", progress->indexed);
  ink_json_integer (&json, "unchanged", progress->unchanged);
  ink_json_integer (&json, "moved", progress->moved);
  ink_json_integer (&json, "removed", progress->removed);
  ink_json_integer (&json, "failed", progress->failed);
  end_event (&json);
}

static void
progress_cb (InkLibrary *library, const InkIndexProgress *progress, gpointer data)
{
  Watch *watch = data;
  gboolean busy = progress->state != INK_INDEX_IDLE;

  if (!busy) {
    tell_offline (watch);
    tell_limit (watch);
    tell_up_to_date (watch, progress);
  } else if (progress->state == INK_INDEX_PAUSED && !watch->busy) {
    tell (watch, "paused",
          progress->held ? "Indexing waits until it is welcome." : "Indexing is paused.");
  }
  watch->busy = busy;
}

static void
index_failed_cb (InkLibrary *library, const GError *error, gpointer data)
{
  Watch *watch = data;

  ink_cli_fail (watch->cli, g_error_copy (error), NULL);
}

/* ---- Having the library ------------------------------------------------------------------ */

static gboolean
begin (Watch *watch, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&watch->lock);

  if (watch->has_library)
    return TRUE;
  if (!ink_library_make_writable (watch->library, error) ||
      (watch->chooses_when && !ink_library_set_power_policy (watch->library, watch->when, error)) ||
      !ink_library_start_watching (watch->library, error))
    return FALSE;
  watch->has_library = TRUE;
  tell (watch, "watching", "Watching the library's folders for changes.");
  ink_library_start_indexing (watch->library, FALSE);
  return TRUE;
}

/* The one before may need a moment until its lock is free. */
static gboolean
retry_cb (gpointer data)
{
  Watch *watch = data;

  if (!begin (watch, NULL))
    return G_SOURCE_CONTINUE;
  watch->retry = 0;
  return G_SOURCE_REMOVE;
}

static void
retry_every (Watch *watch, guint seconds)
{
  g_clear_handle_id (&watch->retry, g_source_remove);
  watch->retry = g_timeout_add_seconds (seconds, retry_cb, watch);
}

/* This process's turn has come. */
static void
acquired (gpointer data)
{
  Watch *watch = data;

  if (!begin (watch, NULL))
    retry_every (watch, RETRY_SECONDS);
}

static gboolean
released_cb (gpointer data)
{
  /* Should the one who asked for it never take it. */
  retry_every (data, RELEASED_SECONDS);
  return G_SOURCE_REMOVE;
}

/* The window wants the library: in a thread of the service. */
static void
release (gpointer data)
{
  Watch *watch = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&watch->lock);

  if (!watch->has_library)
    return;
  ink_library_release (watch->library);
  watch->has_library = FALSE;
  tell (watch, "released", "The library was given to another program; waiting for it.");
  g_idle_add (released_cb, watch);
}

/* ---- The command ------------------------------------------------------------------------- */

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

/* Begins, or waits where another process has the library and answers for it: it is in the bus's
 * queue behind that. */
static gboolean
begin_or_wait (Watch *watch)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkRemote) holder = NULL;

  if (begin (watch, &error))
    return TRUE;
  if (g_error_matches (error, INK_ERROR, INK_ERROR_LOCKED))
    holder = ink_remote_find (ink_library_get_directory (watch->library));
  if (holder == NULL) {
    ink_cli_fail (watch->cli, g_steal_pointer (&error), NULL);
    return FALSE;
  }
  g_autofree char *message = g_strdup_printf ("%s has the library; waiting until it ends.",
                                              ink_remote_get_program (holder));
  tell (watch, "waiting", message);
  return TRUE;
}

static void
run_loop (Watch *watch)
{
  const InkServiceFuncs funcs = {release, acquired};
  guint interrupt = g_unix_signal_add (SIGINT, quit_cb, watch->loop);
  guint terminate = g_unix_signal_add (SIGTERM, quit_cb, watch->loop);
  g_autoptr (InkService) service = NULL;

  if (begin_or_wait (watch)) {
    service = ink_service_start (watch->library, FALSE, &funcs, watch);
    g_main_loop_run (watch->loop);
    g_clear_pointer (&service, ink_service_stop);
    ink_library_release (watch->library);
    g_clear_handle_id (&watch->retry, g_source_remove);
  }
  g_source_remove (interrupt);
  g_source_remove (terminate);
}

static gboolean
read_when (Watch *watch, const char *when)
{
  watch->chooses_when = when != NULL;
  if (when == NULL)
    return TRUE;
  if (!ink_power_policy_from_string (when, &watch->when))
    return ink_cli_usage (watch->cli, "--when is always, mains or idle, not “%s”", when), FALSE;
  if (watch->when == INK_POWER_IDLE && !ink_power_is_idle (NULL))
    return ink_cli_usage (watch->cli, "no service here tells whether the computer is idle"), FALSE;
  return TRUE;
}

static int
run_watch (InkCli *cli, gpointer data, int argc, char **argv)
{
  const WatchOptions *options = data;
  g_autoptr (InkLibrary) library = ink_cli_open (cli);
  Watch watch = {.cli = cli, .library = library};

  if (library == NULL || !read_when (&watch, options->when))
    return cli->status;
  g_mutex_init (&watch.lock);
  watch.loop = g_main_loop_new (NULL, FALSE);
  watch.offline = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  ink_library_set_event_func (library, tell_photo, &watch);
  g_signal_connect (library, "progress", G_CALLBACK (progress_cb), &watch);
  g_signal_connect (library, "index-failed", G_CALLBACK (index_failed_cb), &watch);
  run_loop (&watch);
  g_signal_handlers_disconnect_by_data (library, &watch);
  g_hash_table_unref (watch.offline);
  g_main_loop_unref (watch.loop);
  g_mutex_clear (&watch.lock);
  return 0;
}

static void
add_options (GOptionContext *context, gpointer data)
{
  WatchOptions *options = data;
  const GOptionEntry entries[] = {
      {"when", 0, 0, G_OPTION_ARG_FILENAME, &options->when,
       "From now on index in the background always, on mains power, or when the computer is idle",
       "always|mains|idle"},
      {NULL},
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static void
clear_options (gpointer data)
{
  WatchOptions *options = data;

  g_free (options->when);
}

const InkCommand ink_command_watch = {
    .name = "watch",
    .arguments = "",
    .summary = "Stay, and index changes in the folders as they happen",
    .description =
        "Ends at SIGTERM or Ctrl+C. The window takes the library over while it is open, and other\n"
        "commands have their writes done by this one.\n",
    .run = run_watch,
    .options_size = sizeof (WatchOptions),
    .add_options = add_options,
    .clear_options = clear_options,
};
