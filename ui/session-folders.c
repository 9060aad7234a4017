/* session-folders.c: the folders of the session's library: read, added and forgotten. */
#include "config.h"

#include "session-private.h"

#include <glib/gi18n.h>

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
    g_signal_emit_by_name (self, "folders-changed");
  } else {
    ink_session_say_error (self, error);
  }
  if (self->folders_stale)
    ink_session_read_folders (self);
}

void
ink_session_read_folders (InkSession *self)
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
    ink_session_say_error (self, error);
  ink_session_read_folders (self);
  ink_session_settle (self);
  ink_library_start_indexing (self->library, FALSE);
  g_signal_emit_by_name (self, "photos-changed");
}

static void
folder_forgotten_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkSession *self = INK_SESSION (source);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    ink_session_say_error (self, error);
  ink_session_read_folders (self);
  g_signal_emit_by_name (self, "photos-changed");
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
      g_signal_emit_by_name (self, "message", _ ("Only folders on this computer can be added."));
  }

  add_paths (self, g_strv_builder_end (paths));
}

void
ink_session_add_waiting (InkSession *self)
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
