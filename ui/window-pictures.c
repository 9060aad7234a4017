/* window-pictures.c: pictures that are given to the window to search by: dropped on it, pasted, or
 * opened from another program, folders among them. */
#include "config.h"

#include "picture-source.h"
#include "window-private.h"

#include <glib/gi18n.h>

static void
say_error (InkWindow *self, const GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ink_window_show_message (self, error->message);
}

/* ---- Dropped and pasted -------------------------------------------------------------------- */

static void
pictures_read_cb (InkWindow *self, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *note = NULL;
  g_autoptr (GListModel) pictures = ink_picture_source_read_finish (result, &note, &error);

  if (!pictures) {
    say_error (self, error);
    return;
  }
  ink_window_close_viewer (self);
  ink_search_set_pictures (ink_browser_get_search (self->browser), pictures);
  if (note)
    ink_window_show_message (self, note);
}

static void
drop_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (InkWindow) self = data;

  pictures_read_cb (self, result);
  gdk_drop_finish (GDK_DROP (source), GDK_ACTION_COPY);
}

static void
clipboard_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (InkWindow) self = data;

  pictures_read_cb (self, result);
}

static gboolean
can_search (InkWindow *self)
{
  return ink_session_get_library (self->session) &&
         ink_session_get_folders (self->session)->len > 0;
}

/* A photo of our own that is let go too early is not to be searched by: there is Find Similar. */
static gboolean
drop_accept_cb (InkWindow *self, GdkDrop *drop)
{
  return can_search (self) && !gdk_drop_get_drag (drop) &&
         ink_picture_source_accepts (gdk_drop_get_formats (drop));
}

/* What a drop will do: where words are looked for, both count. */
static GdkDragAction
drag_enter_cb (InkWindow *self)
{
  const char *words = ink_search_get_words (ink_browser_get_search (self->browser));

  gtk_label_set_label (self->drop_label, words[0] == '\0'
                                             ? _ ("Drop to find photos that look like it")
                                             : _ ("Drop to find photos that look like it and fit "
                                                  "what you are looking for"));
  gtk_widget_set_visible (self->drop_hint, TRUE);
  return GDK_ACTION_COPY;
}

static void
drag_leave_cb (InkWindow *self)
{
  gtk_widget_set_visible (self->drop_hint, FALSE);
}

static gboolean
drop_cb (InkWindow *self, GdkDrop *drop)
{
  gtk_widget_set_visible (self->drop_hint, FALSE);
  ink_picture_source_read_drop_async (drop, NULL, drop_read_cb, g_object_ref (self));
  return TRUE;
}

/* Control+V: a picture on the clipboard is searched by; text goes to the entry as ever. */
static gboolean
paste_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  InkWindow *self = INK_WINDOW (widget);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);

  if (!can_search (self) || !ink_picture_source_accepts (gdk_clipboard_get_formats (clipboard)))
    return FALSE;
  ink_picture_source_read_clipboard_async (clipboard, NULL, clipboard_read_cb, g_object_ref (self));
  return TRUE;
}

static void
add_drop_target (InkWindow *self)
{
  GtkDropTargetAsync *target =
      gtk_drop_target_async_new (ink_picture_source_get_formats (), GDK_ACTION_COPY);

  g_signal_connect_swapped (target, "accept", G_CALLBACK (drop_accept_cb), self);
  g_signal_connect_swapped (target, "drag-enter", G_CALLBACK (drag_enter_cb), self);
  g_signal_connect_swapped (target, "drag-leave", G_CALLBACK (drag_leave_cb), self);
  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* Before the entry sees the key: it would look for text only. */
static void
add_paste_shortcut (InkWindow *self)
{
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (shortcuts, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (shortcuts),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_v, GDK_CONTROL_MASK),
                        gtk_callback_action_new (paste_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), shortcuts);
}

void
ink_window_take_pictures (InkWindow *self)
{
  add_drop_target (self);
  add_paste_shortcut (self);
}

/* ---- Opened -------------------------------------------------------------------------------- */

/* Folders and other files, told apart in a thread. */
typedef struct {
  GPtrArray *files;
  GListStore *folders;
  GPtrArray *others;
} Opened;

static void
opened_free (gpointer data)
{
  Opened *opened = data;

  g_ptr_array_unref (opened->files);
  g_object_unref (opened->folders);
  g_ptr_array_unref (opened->others);
  g_free (opened);
}

static void
open_files_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Opened *opened = data;

  for (guint i = 0; i < opened->files->len; i++) {
    GFile *file = g_ptr_array_index (opened->files, i);
    GFileType type = g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, NULL);

    if (type == G_FILE_TYPE_DIRECTORY)
      g_list_store_append (opened->folders, file);
    else
      g_ptr_array_add (opened->others, g_object_ref (file));
  }
  g_task_return_boolean (task, TRUE);
}

static void
files_opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkWindow *self = INK_WINDOW (source);
  Opened *opened = g_task_get_task_data (G_TASK (result));

  if (!self->session)
    return; /* closed meanwhile */
  if (g_list_model_get_n_items (G_LIST_MODEL (opened->folders)) > 0)
    ink_session_add_folders (self->session, G_LIST_MODEL (opened->folders));
  if (opened->others->len > 0) {
    g_autofree char *note = NULL;
    g_autoptr (GListModel) pictures = ink_picture_source_take_files (opened->others, &note);

    ink_window_close_viewer (self);
    if (g_list_model_get_n_items (pictures) > 0)
      ink_search_set_pictures (ink_browser_get_search (self->browser), pictures);
    else
      ink_window_show_message (self, _ ("Only pictures can be searched by."));
    if (note && g_list_model_get_n_items (pictures) > 0)
      ink_window_show_message (self, note);
  }
}

void
ink_window_open_files (InkWindow *self, GFile *const *files, guint n_files)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, files_opened_cb, NULL);
  Opened *opened = g_new0 (Opened, 1);

  opened->files = g_ptr_array_new_with_free_func (g_object_unref);
  opened->others = g_ptr_array_new_with_free_func (g_object_unref);
  opened->folders = g_list_store_new (G_TYPE_FILE);
  for (guint i = 0; i < n_files; i++)
    g_ptr_array_add (opened->files, g_object_ref (files[i]));
  g_task_set_task_data (task, opened, opened_free);
  g_task_run_in_thread (task, open_files_thread);
}
