/* session.c: the library as the window lives with it: opened, indexing, and stopped. */
#include "config.h"

#include "session-private.h"

#include <glib/gi18n.h>

#define ROOM_SECONDS 20

/* Between two looks through folders whose changes are not told. */
#define LOOK_SECONDS 60

G_DEFINE_FINAL_TYPE (InkSession, ink_session, G_TYPE_OBJECT)

enum { STATE_CHANGED, FOLDERS_CHANGED, PHOTOS_CHANGED, PROGRESS, MESSAGE, STOPPED, N_SIGNALS };
static guint signals[N_SIGNALS];

void
ink_session_say_error (InkSession *self, const GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[MESSAGE], 0, error->message);
}

/* ---- Room on the disk ---------------------------------------------------------------------- */

static void
room_queried_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (InkSession) self = data;
  g_autoptr (GFileInfo) info = g_file_query_filesystem_info_finish (G_FILE (source), result, NULL);

  self->room = info && g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE)
                   ? g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE)
                   : G_MAXUINT64;
}

/* Asks now and then, while indexing fills it. */
static void
query_room (InkSession *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->room_time && now - self->room_time < ROOM_SECONDS * G_USEC_PER_SEC)
    return;
  self->room_time = now;
  g_autoptr (GFile) folder = g_file_new_for_path (ink_library_get_directory (self->library));
  g_file_query_filesystem_info_async (folder, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, G_PRIORITY_LOW,
                                      NULL, room_queried_cb, g_object_ref (self));
}

/* ---- What the library tells ---------------------------------------------------------------- */

static void
library_progress_cb (InkSession *self, const InkIndexProgress *progress)
{
  gboolean ended = self->progress.state != INK_INDEX_IDLE && progress->state == INK_INDEX_IDLE;

  self->progress = *progress;
  query_room (self);
  g_signal_emit (self, signals[PROGRESS], 0);
  if (ended) {
    ink_session_read_folders (self);
    g_signal_emit (self, signals[PHOTOS_CHANGED], 0);
  }
}

static void
library_changed_cb (InkSession *self)
{
  ink_session_read_folders (self);
  g_signal_emit (self, signals[PHOTOS_CHANGED], 0);
}

static void
library_index_failed_cb (InkSession *self, const GError *error)
{
  InkError code = ink_error_get_code (error);

  g_clear_error (&self->index_error);
  if (code == INK_ERROR_DISK_FULL || code == INK_ERROR_NO_MODEL ||
      code == INK_ERROR_MODEL_INVALID) {
    self->index_error = g_error_copy (error);
    g_signal_emit (self, signals[PROGRESS], 0);
  } else {
    ink_session_say_error (self, error);
  }
}

/* ---- Opening ------------------------------------------------------------------------------- */

typedef struct {
  InkLibrary *library;
  GPtrArray *folders;
  GError *read_only_error;
  GError *add_error; /* a folder that could not be added */
} Opened;

static void
opened_free (gpointer data)
{
  Opened *opened = data;

  g_clear_object (&opened->library);
  g_clear_pointer (&opened->folders, g_ptr_array_unref);
  g_clear_error (&opened->read_only_error);
  g_clear_error (&opened->add_error);
  g_free (opened);
}

/* Without it changes are found at the next start, or by hand. */
static void
watch (InkLibrary *library)
{
  g_autoptr (GError) error = NULL;

  if (!ink_library_start_watching (library, &error))
    g_message ("The folders are not watched: %s", error->message);
}

/* @data: (element-type filename): folders to add */
static void
open_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  InkSession *self = source;
  GStrv to_add = data;
  InkLibraryOptions options = {.directory = self->directory, .engine = self->engine};
  Opened *opened = g_new0 (Opened, 1);
  GError *error = NULL;

  opened->library = ink_library_open (&options, &error);
  if (opened->library)
    opened->folders = ink_library_get_folders (opened->library, &error);
  /* One of an older version is brought up to date first. */
  if (opened->library && !opened->folders &&
      ink_library_take_over (opened->library, &opened->read_only_error)) {
    g_clear_error (&error);
    opened->folders = ink_library_get_folders (opened->library, &error);
  }

  /* A library without folders is not made before there is something to put into it. */
  if (opened->folders && (opened->folders->len > 0 || to_add[0]) &&
      ink_library_take_over (opened->library, &opened->read_only_error)) {
    watch (opened->library);
    for (guint i = 0; to_add[i] && !opened->add_error; i++)
      ink_library_add_folder (opened->library, to_add[i], &opened->add_error);
    g_ptr_array_unref (opened->folders);
    opened->folders = ink_library_get_folders (opened->library, &error);
  }

  if (opened->folders) {
    g_task_return_pointer (task, opened, opened_free);
  } else {
    g_task_return_error (task, error);
    opened_free (opened);
  }
}

/* The model's text tower and the table of embeddings take a moment to be made ready: that is done
 * before the first word is typed, by a search of which nobody sees the answer. */
static void
warm_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (InkQuery) query = ink_query_new ();
  InkResults *results;

  ink_query_parse (query, "photo");
  query->limit = 1;
  results = ink_library_search (source, query, cancellable, &error);
  if (!results)
    g_debug ("no search is ready: %s", error->message); /* a search will say it */
  g_clear_pointer (&results, ink_results_free);
  g_task_return_boolean (task, TRUE);
}

void
ink_session_settle (InkSession *self)
{
  static const InkServiceFuncs funcs;
  g_autoptr (GError) error = NULL;

  if (self->service || !ink_library_is_writable (self->library))
    return;
  self->service = ink_service_start (self->library, TRUE, &funcs, NULL);
  if (!ink_library_start_watching (self->library, &error))
    ink_session_say_error (self, error);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkSession *self = INK_SESSION (source);
  GError *error = NULL;
  Opened *opened = g_task_propagate_pointer (G_TASK (result), &error);

  g_clear_error (&self->error);
  g_clear_error (&self->read_only_error);
  if (!opened) {
    self->error = error;
    self->state = INK_SESSION_FAILED;
    g_signal_emit (self, signals[STATE_CHANGED], 0);
    return;
  }

  g_set_object (&self->library, opened->library);
  self->read_only_error = g_steal_pointer (&opened->read_only_error);
  g_clear_pointer (&self->folders, g_ptr_array_unref);
  self->folders = g_steal_pointer (&opened->folders);
  g_signal_connect_object (self->library, "progress", G_CALLBACK (library_progress_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->library, "changed", G_CALLBACK (library_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->library, "index-failed", G_CALLBACK (library_index_failed_cb),
                           self, G_CONNECT_SWAPPED);
  self->state = INK_SESSION_READY;
  g_signal_emit (self, signals[STATE_CHANGED], 0);
  if (opened->add_error)
    ink_session_say_error (self, opened->add_error);
  opened_free (opened);
  ink_session_settle (self);
  ink_session_index (self, FALSE);
  ink_session_add_waiting (self);

  g_autoptr (GTask) warm = g_task_new (self->library, NULL, NULL, NULL);
  g_task_run_in_thread (warm, warm_thread);
}

void
ink_session_open (InkSession *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, opened_cb, NULL);

  self->state = INK_SESSION_OPENING;
  g_signal_emit (self, signals[STATE_CHANGED], 0);
  g_task_set_task_data (task, g_strv_builder_end (self->waiting), (GDestroyNotify)g_strfreev);
  g_task_run_in_thread (task, open_thread);
}

/* ---- Indexing ------------------------------------------------------------------------------ */

void
ink_session_index (InkSession *self, gboolean retry)
{
  if (!self->library || self->read_only_error || self->folders->len == 0)
    return;
  g_clear_error (&self->index_error);
  ink_library_start_indexing (self->library, retry);
}

void
ink_session_look_through (InkSession *self)
{
  gint64 now = g_get_monotonic_time ();
  gboolean untold = FALSE;

  for (guint i = 0; i < self->folders->len; i++)
    untold |= ((const InkFolder *)self->folders->pdata[i])->untold;
  if (!untold || (self->look_time && now - self->look_time < LOOK_SECONDS * G_USEC_PER_SEC))
    return;
  self->look_time = now;
  ink_session_index (self, FALSE);
}

void
ink_session_set_paused (InkSession *self, gboolean paused)
{
  if (self->library)
    ink_library_set_paused (self->library, paused);
}

static void
stop_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  ink_library_stop_watching (INK_SESSION (source)->library);
  g_task_return_boolean (task, TRUE);
}

/* The last thread has ended. */
static void
tell_stopped (InkSession *self)
{
  if (ink_model_download_is_busy (self->download))
    return;
  g_signal_handlers_disconnect_by_func (self->download, tell_stopped, self);
  g_signal_emit (self, signals[STOPPED], 0);
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkSession *self = INK_SESSION (source);

  g_signal_connect_object (self->download, "changed", G_CALLBACK (tell_stopped), self,
                           G_CONNECT_SWAPPED);
  tell_stopped (self);
}

void
ink_session_stop (InkSession *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, stopped_cb, NULL);

  ink_model_download_pause (self->download);
  if (self->library)
    g_task_run_in_thread (task, stop_thread);
  else
    g_task_return_boolean (task, TRUE);
}

/* ---- The object ---------------------------------------------------------------------------- */

static void
downloaded_cb (InkSession *self, const char *model)
{
  /* Translators: %s is the name of a model. */
  g_autofree char *message =
      g_strdup_printf (_ ("The model “%s” was downloaded and added."), model);

  g_signal_emit (self, signals[MESSAGE], 0, message);
}

static void
ink_session_finalize (GObject *object)
{
  InkSession *self = INK_SESSION (object);

  g_clear_pointer (&self->service, ink_service_stop);
  g_clear_object (&self->download);
  g_clear_object (&self->library);
  g_clear_error (&self->error);
  g_clear_error (&self->read_only_error);
  g_clear_error (&self->index_error);
  g_ptr_array_unref (self->folders);
  g_strv_builder_unref (self->waiting);
  g_free (self->directory);
  G_OBJECT_CLASS (ink_session_parent_class)->finalize (object);
}

static guint
add_signal (InkSessionClass *klass, const char *name)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 0);
}

static void
ink_session_class_init (InkSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ink_session_finalize;

  signals[STATE_CHANGED] = add_signal (klass, "state-changed");
  signals[FOLDERS_CHANGED] = add_signal (klass, "folders-changed");
  signals[PHOTOS_CHANGED] = add_signal (klass, "photos-changed");
  signals[PROGRESS] = add_signal (klass, "progress");
  signals[STOPPED] = add_signal (klass, "stopped");
  signals[MESSAGE] = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ink_session_init (InkSession *self)
{
  self->folders = g_ptr_array_new_with_free_func ((GDestroyNotify)ink_folder_free);
  self->waiting = g_strv_builder_new ();
  self->download = ink_model_download_new ();
  g_signal_connect_object (self->download, "finished", G_CALLBACK (downloaded_cb), self,
                           G_CONNECT_SWAPPED);
  self->room = G_MAXUINT64;
}

InkSession *
ink_session_new (const char *directory)
{
  InkSession *self = g_object_new (INK_TYPE_SESSION, NULL);

  self->directory = g_strdup (directory);
  return self;
}

void
ink_session_set_engine (InkSession *self, const ClipOptions *engine)
{
  self->engine = *engine;
}

InkSessionState
ink_session_get_state (InkSession *self)
{
  return self->state;
}

const GError *
ink_session_get_error (InkSession *self)
{
  return self->error;
}

const GError *
ink_session_get_read_only_error (InkSession *self)
{
  return self->read_only_error;
}

const GError *
ink_session_get_index_error (InkSession *self)
{
  return self->index_error;
}

guint64
ink_session_get_room (InkSession *self)
{
  return self->room;
}

InkLibrary *
ink_session_get_library (InkSession *self)
{
  return self->library;
}

InkModelDownload *
ink_session_get_download (InkSession *self)
{
  return self->download;
}

GPtrArray *
ink_session_get_folders (InkSession *self)
{
  return self->folders;
}

void
ink_session_get_counts (InkSession *self, guint *photos, guint *failed)
{
  *photos = *failed = 0;
  for (guint i = 0; i < self->folders->len; i++) {
    const InkFolder *folder = g_ptr_array_index (self->folders, i);
    *photos += folder->photos;
    *failed += folder->failed;
  }
}

const InkIndexProgress *
ink_session_get_progress (InkSession *self)
{
  return &self->progress;
}

gboolean
ink_session_is_indexing (InkSession *self)
{
  return self->progress.state != INK_INDEX_IDLE;
}
