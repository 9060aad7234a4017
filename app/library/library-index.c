/* library-index.c: indexing, in the caller's thread or in one of the library's own. */
#include "library/library-private.h"

#include "base/local-time.h"
#include "models/models.h"
#include "store/embeddings.h"
#include "store/photos.h"

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

/* Whether all readable photos have an embedding in @space. */
static gboolean
is_complete (InkStore *store, gint64 space)
{
  InkPhotoCounts counts;

  return ink_store_count_photos (store, &counts, NULL) &&
         ink_store_count_embeddings (store, space, NULL) == counts.ok;
}

/* Which space is searched: the first one at once, so that a search finds what is there; a later
 * one, of another model, when it has all photos. A model that is used for this process alone
 * changes nothing. */
static gboolean
settle_space (InkLibrary *library, InkStore *writer, gint64 space, const char *model,
              GError **error)
{
  gint64 active = ink_library_get_active_space (writer);
  g_autofree char *model_now = ink_models_get_active (writer, error);

  if (!model_now)
    return FALSE;
  if (active == space || ink_library_has_override (library) || !g_str_equal (model_now, model))
    return TRUE;
  if (active != 0 && ink_store_count_embeddings (writer, active, NULL) > 0 &&
      !is_complete (writer, space))
    return TRUE;
  return ink_library_set_active_space (writer, space, error);
}

static gboolean
run (InkLibrary *library, const GArray *folders, gboolean retry_failed, InkIndexFunc func,
     gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->run_lock);
  g_autoptr (InkStore) writer = ink_library_ref_writer (library, error);
  g_autofree char *model = writer ? ink_models_get_active (writer, error) : NULL;
  g_autoptr (InkDecoder) decoder = ink_decoder_new (0);
  g_autofree char *now = NULL;
  InkLibrarySpace space;
  InkIndexJob job = {.decoder = decoder, .folders = folders, .retry_failed = retry_failed};
  Reporter reporter = {library, func, data};

  if (!model || !ink_library_make_space (library, writer, &space, cancellable, error) ||
      !settle_space (library, writer, space.space, model, error))
    return FALSE;
  job.store = writer;
  job.model = space.model;
  job.space = space.space;
  if (!ink_indexer_run (library->indexer, &job, report, &reporter, cancellable, error))
    return FALSE;
  now = ink_local_time_now ();
  return settle_space (library, writer, space.space, model, error) &&
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

gboolean
ink_library_index (InkLibrary *library, const char *const *folders, gboolean retry_failed,
                   InkIndexFunc func, gpointer data, GCancellable *cancellable,
                   InkIndexProgress *progress, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean some = folders && folders[0];
  gboolean done;

  if (some && !add_folders (library, folders, ids, error))
    return FALSE;
  done = run (library, some ? ids : NULL, retry_failed, func, data, cancellable, error);
  if (progress)
    ink_indexer_get_progress (library->indexer, progress);
  return done;
}

/* ---- In a thread of its own -------------------------------------------------------------- */

/* Whether the thread is to go on with another run; takes the request for it. */
static gboolean
take_request (InkLibrary *library, gboolean *retry_failed)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&library->lock);

  library->indexing = library->index_again;
  *retry_failed = library->index_retry;
  library->index_again = library->index_retry = FALSE;
  return library->indexing;
}

static gpointer
index_thread (gpointer data)
{
  InkLibrary *library = data;
  GCancellable *cancellable = library->index_cancellable;
  gboolean retry_failed;

  while (take_request (library, &retry_failed)) {
    g_autoptr (GError) error = NULL;

    if (g_cancellable_is_cancelled (cancellable))
      continue;
    if (!run (library, NULL, retry_failed, NULL, NULL, cancellable, &error) &&
        !g_cancellable_is_cancelled (cancellable))
      ink_library_notify (library, FALSE, FALSE, error);
    ink_library_notify (library, TRUE, TRUE, NULL);
  }
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
  if (was_indexing)
    return;
  join_thread (library); /* of a run that has ended */
  library->index_cancellable = g_cancellable_new ();
  library->index_thread = g_thread_new ("ink-index", index_thread, library);
}

void
ink_library_stop_indexing (InkLibrary *library)
{
  g_autoptr (GMutexLocker) control = g_mutex_locker_new (&library->control_lock);

  g_cancellable_cancel (library->index_cancellable);
  join_thread (library);
}

void
ink_library_set_paused (InkLibrary *library, gboolean paused)
{
  ink_indexer_set_paused (library->indexer, paused);
  ink_library_notify (library, TRUE, FALSE, NULL);
}

void
ink_library_get_progress (InkLibrary *library, InkIndexProgress *progress)
{
  ink_indexer_get_progress (library->indexer, progress);
}
