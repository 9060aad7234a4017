/* session.c: the library as the window lives with it. */
#include "config.h"

#include "session.h"

#include "library/service.h"

#include <glib/gi18n.h>

#define ROOM_SECONDS 20

/* Between two looks through folders whose changes are not told. */
#define LOOK_SECONDS 60

struct _InkSession {
  GObject parent_instance;

  char *directory;
  ClipOptions engine;
  InkSessionState state;
  InkLibrary *library;
  GError *error;
  GError *read_only_error;
  GError *index_error;
  guint64 room;
  gint64 room_time;      /* when it was asked for */
  GPtrArray *folders;    /* InkFolder */
  GStrvBuilder *waiting; /* folders to add as soon as it is open */
  InkIndexProgress progress;
  gint64 look_time; /* when folders whose changes are not told were last gone through */
  gboolean reading_folders, folders_stale;
  InkModelDownload *download;
  InkService *service; /* answers other programs, once the library is this one's */
};

G_DEFINE_FINAL_TYPE (InkSession, ink_session, G_TYPE_OBJECT)

enum { STATE_CHANGED, FOLDERS_CHANGED, PHOTOS_CHANGED, PROGRESS, MESSAGE, STOPPED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void read_folders (InkSession *self);
static void add_waiting (InkSession *self);

static void
say (InkSession *self, const GError *error)
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
    read_folders (self);
    g_signal_emit (self, signals[PHOTOS_CHANGED], 0);
  }
}

static void
library_changed_cb (InkSession *self)
{
  read_folders (self);
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
    say (self, error);
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

/* Once the library is this program's: changes in the folders are followed, and what other programs
 * want written is done here. */
static void
settle (InkSession *self)
{
  static const InkServiceFuncs funcs;
  g_autoptr (GError) error = NULL;

  if (self->service || !ink_library_is_writable (self->library))
    return;
  self->service = ink_service_start (self->library, TRUE, &funcs, NULL);
  if (!ink_library_start_watching (self->library, &error))
    say (self, error);
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
    say (self, opened->add_error);
  opened_free (opened);
  settle (self);
  ink_session_index (self, FALSE);
  add_waiting (self);

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

/* ---- Folders ------------------------------------------------------------------------------- */

static void
read_folders_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *folders = ink_library_get_folders (INK_SESSION (source)->library, &error);

  if (folders)
    g_task_return_pointer (task, folders, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
folders_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkSession *self = INK_SESSION (source);
  g_autoptr (GError) error = NULL;
  GPtrArray *folders = g_task_propagate_pointer (G_TASK (result), &error);

  self->reading_folders = FALSE;
  if (folders) {
    g_ptr_array_unref (self->folders);
    self->folders = folders;
    g_signal_emit (self, signals[FOLDERS_CHANGED], 0);
  } else {
    say (self, error);
  }
  if (self->folders_stale)
    read_folders (self);
}

/* Reads the folders anew; one reading at a time, however many changes ask for it. */
static void
read_folders (InkSession *self)
{
  self->folders_stale = self->reading_folders;
  if (self->reading_folders)
    return;

  g_autoptr (GTask) task = g_task_new (self, NULL, folders_read_cb, NULL);
  self->reading_folders = TRUE;
  g_task_run_in_thread (task, read_folders_thread);
}

static void
add_folders_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  InkSession *self = source;
  GStrv paths = data;
  GError *error = NULL;

  gboolean added = ink_library_take_over (self->library, &error);
  for (guint i = 0; added && paths[i]; i++)
    added = ink_library_add_folder (self->library, paths[i], &error);
  if (added)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
forget_folder_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  InkSession *self = source;
  GError *error = NULL;

  if (ink_library_take_over (self->library, &error) &&
      ink_library_forget_folder (self->library, data, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
folders_added_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkSession *self = INK_SESSION (source);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    say (self, error);
  read_folders (self);
  settle (self);
  ink_library_start_indexing (self->library, FALSE);
  g_signal_emit (self, signals[PHOTOS_CHANGED], 0);
}

static void
folder_forgotten_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkSession *self = INK_SESSION (source);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    say (self, error);
  read_folders (self);
  g_signal_emit (self, signals[PHOTOS_CHANGED], 0);
}

/* @paths: (transfer full) */
static void
add_paths (InkSession *self, GStrv paths)
{
  if (!paths[0]) {
    g_strfreev (paths);
    return;
  }
  g_autoptr (GTask) task = g_task_new (self, NULL, folders_added_cb, NULL);
  g_task_set_task_data (task, paths, (GDestroyNotify)g_strfreev);
  g_task_run_in_thread (task, add_folders_thread);
}

void
ink_session_add_folders (InkSession *self, GListModel *folders)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (folders); i++) {
    g_autoptr (GFile) folder = g_list_model_get_item (folders, i);
    if (g_file_peek_path (folder))
      g_strv_builder_add (self->library ? paths : self->waiting, g_file_peek_path (folder));
    else
      g_signal_emit (self, signals[MESSAGE], 0, _ ("Only folders on this computer can be added."));
  }

  add_paths (self, g_strv_builder_end (paths));
}

/* Folders that were asked for while the library was being opened. */
static void
add_waiting (InkSession *self)
{
  add_paths (self, g_strv_builder_end (self->waiting));
}

void
ink_session_forget_folder (InkSession *self, const char *path)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, folder_forgotten_cb, NULL);

  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, forget_folder_thread);
}

/* ---- Settings that the library keeps --------------------------------------------------------- */

typedef struct {
  enum { KEEP_HISTORY, CLEAR_HISTORY, POWER_POLICY, EXCLUSIONS } what;
  int value;
  char *folder;
  GStrv patterns;
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->folder);
  g_strfreev (change->patterns);
  g_free (change);
}

static gboolean
do_change (InkLibrary *library, const Change *change, GError **error)
{
  switch (change->what) {
  case KEEP_HISTORY:
    return ink_library_set_keep_history (library, change->value, error);
  case CLEAR_HISTORY:
    return ink_library_forget_queries (library, NULL, error);
  case POWER_POLICY:
    return ink_library_set_power_policy (library, (InkPowerPolicy)change->value, error);
  case EXCLUSIONS:
  default:
    return ink_library_set_exclusions (library, change->folder,
                                       (const char *const *)change->patterns, error);
  }
}

static void
change_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  InkLibrary *library = INK_SESSION (source)->library;
  GError *error = NULL;

  if (ink_library_make_writable (library, &error) && do_change (library, data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkSession *self = INK_SESSION (source);
  const Change *change = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    say (self, error);
  } else if (change->what == EXCLUSIONS) {
    read_folders (self);
    ink_session_index (self, FALSE);
  }
}

/* @change: (transfer full) */
static void
begin_change (InkSession *self, Change *change)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, changed_cb, NULL);

  g_task_set_task_data (task, change, change_free);
  if (self->library)
    g_task_run_in_thread (task, change_thread);
  else
    g_task_return_boolean (task, TRUE);
}

static void
change_value (InkSession *self, int what, int value)
{
  Change *change = g_new0 (Change, 1);

  change->what = what;
  change->value = value;
  begin_change (self, change);
}

void
ink_session_set_keep_history (InkSession *self, gboolean keep)
{
  change_value (self, KEEP_HISTORY, keep);
}

void
ink_session_clear_history (InkSession *self)
{
  change_value (self, CLEAR_HISTORY, 0);
}

void
ink_session_set_power_policy (InkSession *self, InkPowerPolicy policy)
{
  change_value (self, POWER_POLICY, (int)policy);
}

void
ink_session_set_exclusions (InkSession *self, const char *folder, const char *const *patterns)
{
  Change *change = g_new0 (Change, 1);

  change->what = EXCLUSIONS;
  change->folder = g_strdup (folder);
  change->patterns = g_strdupv ((GStrv)patterns);
  begin_change (self, change);
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
