/* library-index.c: indexing, in the caller's thread or in one of the library's own. */
#include "library/library-private.h"

#include "base/local-time.h"
#include "decode/thumbnails.h"

/* ---- One run ----------------------------------------------------------------------------- */

typedef struct {
  InkLibrary *library;
  InkIndexFunc func; /* nullable */
  gpointer data;
  guint changes; /* photos that had come, gone or moved at the last report */
} Reporter;

static void
report (const InkIndexProgress *progress, gpointer data)
{
  Reporter *reporter = data;
  guint changes = progress->indexed + progress->moved + progress->removed + progress->failed;

  ink_library_notify (reporter->library, TRUE, changes != reporter->changes, NULL);
  reporter->changes = changes;
  if (reporter->func)
    reporter->func (progress, reporter->data);
}

/* What is to be done in a run. */
typedef struct {
  const GArray *folders;    /* nullable */
  InkIndexChanges *changes; /* nullable */
  gboolean retry_failed, forget_missing;
  gboolean background; /* in the library's own thread: stands back, waits and watches */
} Request;

/* Indexes into one space. @adds: the counts go on from those of the run before */
static gboolean
run_in_space (InkLibrary *library, InkStore *writer, const InkLibrarySpace *space,
              const Request *request, gboolean adds, Reporter *reporter, GCancellable *cancellable,
              GError **error)
{
  g_autoptr (InkDecoder) decoder = ink_decoder_new (0);
  g_autoptr (InkStore) reader = ink_library_ref_reader (library, error);
  InkIndexJob job = {
      .store = writer,
      .reader = reader,
      .decoder = decoder,
      .model = space->model,
      .view = space->view,
      .space = space->space,
      .folders = request->folders,
      .changes = request->changes,
      .retry_failed = request->retry_failed,
      .forget_missing = request->forget_missing,
      .adds = adds,
      .background = request->background,
      .watcher = library->watcher,
      .event = library->event,
      .event_data = library->event_data,
  };

  return reader && ink_indexer_run (library->indexer, &job, report, reporter, cancellable, error);
}

/* The space that is searched, where that is another one than @filled, which has too few photos yet:
 * there new photos go first, so that they are found. */
static gboolean
find_searched (InkLibrary *library, InkStore *writer, gint64 filled, InkLibrarySpace *searched,
               GCancellable *cancellable)
{
  gint64 active = ink_library_get_active_space (writer);

  return active != 0 && active != filled && !ink_library_has_override (library) &&
         ink_library_find_space (library, writer, searched, cancellable, NULL);
}

static void
cancel_other (GCancellable *cancellable, gpointer other)
{
  g_cancellable_cancel (other);
}

/* Until the space is full, which can take hours: changes that come meanwhile end it, to be searched
 * first; then it goes on. @filled: (out): whether it came to its end */
static gboolean
fill (InkLibrary *library, InkStore *writer, const InkLibrarySpace *space, const Request *request,
      Reporter *reporter, gboolean *filled, GCancellable *cancellable, GError **error)
{
  g_autoptr (GCancellable) own = g_cancellable_new ();
  gulong handler = 0;
  g_autoptr (GError) local = NULL;
  gboolean done, interrupted;

  if (cancellable)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancel_other), own, NULL);
  g_mutex_lock (&library->lock);
  library->filling = own;
  g_mutex_unlock (&library->lock);
  done = run_in_space (library, writer, space, request, TRUE, reporter, own, &local);
  g_mutex_lock (&library->lock);
  library->filling = NULL;
  interrupted = !done && g_cancellable_is_cancelled (own);
  g_mutex_unlock (&library->lock);
  g_cancellable_disconnect (cancellable, handler);
  *filled = done;
  if (done || (interrupted && !g_cancellable_is_cancelled (cancellable)))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
run_in_spaces (InkLibrary *library, InkStore *writer, const InkLibrarySpace *space,
               const Request *request, Reporter *reporter, gboolean *filled,
               GCancellable *cancellable, GError **error)
{
  InkLibrarySpace searched;

  *filled = TRUE;
  if (!find_searched (library, writer, space->space, &searched, cancellable))
    return run_in_space (library, writer, space, request, FALSE, reporter, cancellable, error);
  if (!run_in_space (library, writer, &searched, request, FALSE, reporter, cancellable, error))
    return FALSE;
  return fill (library, writer, space, request, reporter, filled, cancellable, error);
}

static void
trim_thumbnails (void)
{
  g_autoptr (GError) error = NULL;

  if (!ink_thumbnails_trim (INK_THUMBNAILS_MAX, &error))
    g_info ("The thumbnails take more room than they should: %s", error->message);
}

static gboolean
run (InkLibrary *library, const Request *request, InkIndexFunc func, gpointer data,
     GCancellable *cancellable, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->run_lock);
  g_autoptr (InkStore) writer = ink_library_ref_writer (library, error);
  g_autofree char *now = NULL;
  gboolean filled, all_seen;
  InkLibrarySpace space;
  Reporter reporter = {library, func, data};

  ink_library_load_settings (library);
  ink_indexer_set_paused (library->indexer,
                          request->background && ink_library_get_paused (library));
  if (!writer || !ink_library_make_space (library, writer, &space, cancellable, error) ||
      !ink_library_settle_space (library, writer, space.space, FALSE, error) ||
      !run_in_spaces (library, writer, &space, request, &reporter, &filled, cancellable, error))
    return FALSE;
  if (request->background && !request->changes)
    ink_library_settle_watching (library, writer);
  now = ink_local_time_now ();
  all_seen = filled && !request->folders && !request->changes;
  if (all_seen)
    trim_thumbnails ();
  return ink_library_settle_space (library, writer, space.space, all_seen, error) &&
         ink_store_set_meta (writer, INK_META_LAST_RUN, now, error);
}

/* ---- In the caller's thread -------------------------------------------------------------- */

/* Adds folders; @ids: (element-type gint64): those that they belong to now */
static gboolean
add_folders (InkLibrary *library, const char *const *folders, GArray *ids, GError **error)
{
  g_autoptr (InkStore) writer = ink_library_ref_writer (library, error);

  for (guint i = 0; writer && folders[i]; i++) {
    gint64 id;

    if (!ink_store_add_folder (writer, folders[i], &id, error))
      return FALSE;
    g_array_append_val (ids, id);
  }
  return writer != NULL;
}

/* By the process that has the library. Where this one is stopped, that goes on. */
static gboolean
index_remotely (InkRemote *remote, const char *const *folders, InkIndexFlags flags,
                GCancellable *cancellable, InkIndexProgress *progress, GError **error)
{
  static const char *const none[] = {NULL};
  g_autoptr (GVariant) answer = ink_remote_call (
      remote, "Index", g_variant_new ("(^aayu)", folders ? folders : none, (guint)flags),
      G_VARIANT_TYPE ("(a{su}d)"), cancellable, error);
  g_autoptr (GVariant) counts = NULL;

  if (!answer || !progress)
    return answer != NULL;
  *progress = (InkIndexProgress){.seconds_left = -1};
  g_variant_get (answer, "(@a{su}d)", &counts, &progress->seconds);
  g_variant_lookup (counts, "found", "u", &progress->found);
  g_variant_lookup (counts, "indexed", "u", &progress->indexed);
  g_variant_lookup (counts, "unchanged", "u", &progress->unchanged);
  g_variant_lookup (counts, "moved", "u", &progress->moved);
  g_variant_lookup (counts, "removed", "u", &progress->removed);
  g_variant_lookup (counts, "failed", "u", &progress->failed);
  g_variant_lookup (counts, "missing", "u", &progress->missing);
  return TRUE;
}

gboolean
ink_library_index (InkLibrary *library, const char *const *folders, InkIndexFlags flags,
                   InkIndexFunc func, gpointer data, GCancellable *cancellable,
                   InkIndexProgress *progress, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  Request request = {.retry_failed = (flags & INK_INDEX_RETRY_FAILED) != 0,
                     .forget_missing = (flags & INK_INDEX_FORGET_MISSING) != 0};
  g_autoptr (InkRemote) remote = NULL;
  g_autoptr (InkStore) writer = ink_library_ref_writer_or_remote (library, &remote, error);
  gboolean some = folders && folders[0];
  gboolean done;

  if (remote)
    return index_remotely (remote, folders, flags, cancellable, progress, error);
  if (!writer)
    return FALSE;
  if (some && !add_folders (library, folders, ids, error))
    return FALSE;
  request.folders = some ? ids : NULL;
  done = run (library, &request, func, data, cancellable, error);
  if (progress)
    ink_indexer_get_progress (library->indexer, progress);
  return done;
}

/* ---- In a thread of its own -------------------------------------------------------------- */

/* Whether the thread is to go on with another run, for which it takes the request: changes first,
 * since they are soon dealt with. */
static gboolean
take_request (InkLibrary *library, Request *request)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->lock);

  *request = (Request){.background = TRUE, .changes = g_steal_pointer (&library->changes)};
  library->indexing = request->changes || library->index_again;
  if (!request->changes) {
    request->retry_failed = library->index_retry;
    library->index_again = library->index_retry = FALSE;
  }
  return library->indexing;
}

static void
run_request (InkLibrary *library, const Request *request)
{
  GCancellable *cancellable = library->index_cancellable;
  g_autoptr (GError) error = NULL;

  if (!run (library, request, NULL, NULL, cancellable, &error) &&
      !g_cancellable_is_cancelled (cancellable))
    ink_library_notify (library, FALSE, FALSE, error);
  ink_library_notify (library, TRUE, TRUE, NULL);
}

static gpointer
index_thread (gpointer data)
{
  InkLibrary *library = data;
  InkGate *gate = ink_gate_start (library);
  Request request;

  while (take_request (library, &request)) {
    if (!g_cancellable_is_cancelled (library->index_cancellable))
      run_request (library, &request);
    g_clear_pointer (&request.changes, g_hash_table_unref);
  }
  ink_gate_stop (gate);
  return NULL;
}

gboolean
ink_library_is_indexing (InkLibrary *library)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->lock);

  return library->indexing;
}

/* With the control lock held. */
static void
join_thread (InkLibrary *library)
{
  g_clear_pointer (&library->index_thread, g_thread_join);
  g_clear_object (&library->index_cancellable);
}

/* Starts the thread, unless it will see by itself what was asked for; @was_indexing: it was not at
 * its end then. */
static void
start_thread (InkLibrary *library, gboolean was_indexing)
{
  if (was_indexing)
    return;
  join_thread (library); /* of a run that has ended */
  library->index_cancellable = g_cancellable_new ();
  library->index_thread = g_thread_new ("ink-index", index_thread, library);
}

void
ink_library_start_indexing (InkLibrary *library, gboolean retry_failed)
{
  g_autoptr (GMutexLocker) control = g_mutex_locker_new (&library->control_lock);
  gboolean was_indexing;

  g_mutex_lock (&library->lock);
  was_indexing = library->indexing;
  library->index_again = TRUE;
  library->index_retry |= retry_failed;
  library->indexing = TRUE;
  g_mutex_unlock (&library->lock);
  start_thread (library, was_indexing);
}

static void
add_changes (InkLibrary *library, InkIndexChanges *changes)
{
  GHashTableIter iter;
  gpointer path, below;

  if (!library->changes)
    library->changes = ink_index_changes_new ();
  g_hash_table_iter_init (&iter, changes);
  while (g_hash_table_iter_next (&iter, &path, &below))
    ink_index_changes_add (library->changes, path, GPOINTER_TO_INT (below));
  g_hash_table_unref (changes);
}

void
ink_library_index_changes (InkLibrary *library, InkIndexChanges *changes)
{
  g_autoptr (GMutexLocker) control = g_mutex_locker_new (&library->control_lock);
  gboolean was_indexing;

  g_mutex_lock (&library->lock);
  was_indexing = library->indexing;
  add_changes (library, changes);
  library->indexing = TRUE;
  if (library->filling) {
    library->index_again = TRUE;
    g_cancellable_cancel (library->filling);
  }
  g_mutex_unlock (&library->lock);
  start_thread (library, was_indexing);
}

void
ink_library_stop_indexing (InkLibrary *library)
{
  g_autoptr (GMutexLocker) control = g_mutex_locker_new (&library->control_lock);

  g_cancellable_cancel (library->index_cancellable);
  join_thread (library);
}

void
ink_library_set_event_func (InkLibrary *library, InkIndexEventFunc func, gpointer data)
{
  library->event = func;
  library->event_data = data;
}

void
ink_library_get_progress (InkLibrary *library, InkIndexProgress *progress)
{
  ink_indexer_get_progress (library->indexer, progress);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->lock);
  progress->prepared = library->prepared;
  progress->to_prepare = library->to_prepare;
}
