/* window.c: the one window: its pages, its actions, and how it is closed. */
#include "config.h"

#include "window-private.h"

#include "environment.h"
#include "failures-dialog.h"
#include "preferences.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (InkWindow, ink_window, ADW_TYPE_APPLICATION_WINDOW)

static void stop_and_close (InkWindow *self);

/* ---- Pages --------------------------------------------------------------------------------- */

static gboolean
viewer_is_open (InkWindow *self)
{
  return ink_viewer_get_photo (self->viewer) != NULL;
}

static void
open_viewer (InkWindow *self, guint position)
{
  g_autoptr (InkQuery) query = ink_search_read (ink_browser_get_search (self->browser));

  ink_viewer_set_words (self->viewer, query->words);
  gtk_stack_set_visible_child_name (self->pages, "viewer");
  ink_viewer_show (self->viewer, position);
}

void
ink_window_close_viewer (InkWindow *self)
{
  guint position = ink_viewer_get_position (self->viewer);

  if (!viewer_is_open (self))
    return;
  gtk_stack_set_visible_child_name (self->pages, "browser");
  ink_viewer_close (self->viewer);
  ink_photo_grid_show (ink_browser_get_grid (self->browser), position);
}

/* Escape where nothing else took it: out of the viewer, else back to all photos. */
static gboolean
key_pressed_cb (InkWindow *self, guint key)
{
  if (key != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  if (viewer_is_open (self))
    ink_window_close_viewer (self);
  else
    ink_browser_clear (self->browser);
  return GDK_EVENT_STOP;
}

/* A part of the photo in the viewer is to be searched by. */
static void
picture_chosen_cb (InkWindow *self, InkPictureQuery *picture)
{
  ink_window_close_viewer (self);
  ink_search_find_picture (ink_browser_get_search (self->browser), picture);
}

/* ---- Folders ------------------------------------------------------------------------------- */

static void
folders_chosen_cb (InkWindow *self, int response)
{
  if (response == GTK_RESPONSE_ACCEPT) {
    g_autoptr (GListModel) folders = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (self->chooser));
    ink_session_add_folders (self->session, folders);
  }
  g_clear_object (&self->chooser);
}

static void
add_folders_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkWindow *self = INK_WINDOW (widget);

  if (self->chooser)
    return;
  self->chooser =
      gtk_file_chooser_native_new (_ ("Choose Folders with Photos"), GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Add"), NULL);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (folders_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
pictures_chosen_cb (InkWindow *self, GFile *folder)
{
  g_autoptr (GListStore) folders = g_list_store_new (G_TYPE_FILE);

  g_list_store_append (folders, folder);
  ink_session_add_folders (self->session, G_LIST_MODEL (folders));
}

static void
failures_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ink_failures_dialog_present (GTK_WINDOW (widget), INK_WINDOW (widget)->session);
}

static void
refresh_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ink_session_index (INK_WINDOW (widget)->session, FALSE);
}

/* ---- What others ask for -------------------------------------------------------------------- */

static void
search_finished_cb (InkWindow *self)
{
  InkResultModel *results = ink_search_get_results (ink_browser_get_search (self->browser));
  gint64 wanted = self->wanted;
  guint position;

  self->wanted = 0;
  if (!wanted || (position = ink_result_model_find (results, wanted, 0)) == G_MAXUINT)
    return;
  open_viewer (self, position);
}

void
ink_window_search (InkWindow *self, const char *text, gint64 photo)
{
  ink_window_close_viewer (self);
  self->wanted = photo;
  ink_search_open_text (ink_browser_get_search (self->browser), text);
}

/* ---- Other actions ------------------------------------------------------------------------- */

static void
find_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkWindow *self = INK_WINDOW (widget);

  ink_window_close_viewer (self);
  ink_browser_focus_entry (self->browser);
}

static void
sidebar_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ink_browser_toggle_sidebar (INK_WINDOW (widget)->browser);
}

static void
preferences_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ink_preferences_present (GTK_WINDOW (widget), INK_WINDOW (widget)->session, NULL);
}

static void
models_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ink_preferences_present (GTK_WINDOW (widget), INK_WINDOW (widget)->session, "model");
}

static void
erase_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkWindow *self = INK_WINDOW (widget);

  ink_application_erase_at_end (INK_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))));
  stop_and_close (self);
}

static void
zoom_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  InkPhotoGrid *grid = ink_browser_get_grid (INK_WINDOW (widget)->browser);

  if (g_str_equal (name, "win.zoom-normal"))
    ink_photo_grid_reset_zoom (grid);
  else
    ink_photo_grid_zoom (grid, g_str_equal (name, "win.zoom-in") ? 1 : -1);
}

static void
folders_changed_cb (InkWindow *self)
{
  ink_viewer_set_folders (self->viewer, ink_session_get_folders (self->session));
}

/* The user comes back, perhaps from a program that has changed photos. */
static void
is_active_cb (InkWindow *self)
{
  if (self->session && gtk_window_is_active (GTK_WINDOW (self)))
    ink_session_look_through (self->session);
}

static void
state_changed_cb (InkWindow *self)
{
  ink_viewer_set_library (self->viewer, ink_session_get_library (self->session));
  folders_changed_cb (self);
}

/* ---- Closing ------------------------------------------------------------------------------- */

static void
save_size (InkWindow *self)
{
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set (self->settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (self->settings, "maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
}

/* Hidden at once; gone when the library has put away what it was at. */
static void
stop_and_close (InkWindow *self)
{
  self->closing = TRUE;
  ink_photo_commands_close (self->commands);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_signal_connect_object (self->session, "stopped", G_CALLBACK (gtk_window_destroy), self,
                           G_CONNECT_SWAPPED);
  ink_session_stop (self->session);
}

static gboolean
destroy_cb (gpointer data)
{
  gtk_window_destroy (GTK_WINDOW (data));
  return G_SOURCE_REMOVE;
}

/* The session, which is the application's, goes on. The window goes when the question about it,
 * which is its child and may be what is answered just now, is gone. */
static void
go_on_and_close (InkWindow *self)
{
  self->closing = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  ink_application_go_on_in_background (
      INK_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))));
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, destroy_cb, g_object_ref (self), g_object_unref);
}

static void
close_as_set (InkWindow *self, const char *what)
{
  if (g_str_equal (what, "continue"))
    go_on_and_close (self);
  else
    stop_and_close (self);
}

/* Asked once: the answer holds from then on, until the preferences say otherwise. */
static void
close_answered_cb (InkWindow *self, const char *response)
{
  if (g_str_equal (response, "cancel"))
    return;
  g_settings_set_string (self->settings, "close-while-indexing", response);
  close_as_set (self, response);
}

static void
ask_to_close (InkWindow *self)
{
  GtkWidget *question = adw_message_dialog_new (
      GTK_WINDOW (self), _ ("Continue Indexing in the Background?"),
      _ ("Inkling is still looking at your photos. It can go on without its window and tell you "
         "when it is done, or stop and go on the next time. You can change this later in the "
         "preferences."));
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (question);

  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "stop", _ ("_Stop"),
                                    "continue", _ ("Continue in _Background"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "continue", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "continue");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_object (question, "response", G_CALLBACK (close_answered_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (question));
}

static gboolean
ink_window_close_request (GtkWindow *window)
{
  InkWindow *self = INK_WINDOW (window);

  if (self->closing)
    return TRUE;
  save_size (self);
  g_autofree char *wanted = g_settings_get_string (self->settings, "close-while-indexing");
  /* Nothing goes on while it is paused. */
  InkIndexState state = ink_session_get_progress (self->session)->state;
  if (state == INK_INDEX_IDLE || state == INK_INDEX_PAUSED)
    stop_and_close (self);
  else if (g_str_equal (wanted, "ask"))
    ask_to_close (self);
  else
    close_as_set (self, wanted);
  return TRUE;
}

/* ---- The window ---------------------------------------------------------------------------- */

static void
ink_window_dispose (GObject *object)
{
  InkWindow *self = INK_WINDOW (object);

  if (self->chooser)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  g_clear_object (&self->session);
  g_clear_object (&self->commands);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ink_window_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.add-folders", NULL, add_folders_action);
  gtk_widget_class_install_action (klass, "win.failures", NULL, failures_action);
  gtk_widget_class_install_action (klass, "win.refresh", NULL, refresh_action);
  gtk_widget_class_install_action (klass, "win.find", NULL, find_action);
  gtk_widget_class_install_action (klass, "win.erase", NULL, erase_action);
  gtk_widget_class_install_action (klass, "win.models", NULL, models_action);
  gtk_widget_class_install_action (klass, "win.preferences", NULL, preferences_action);
  gtk_widget_class_install_action (klass, "win.sidebar", NULL, sidebar_action);
  gtk_widget_class_install_action (klass, "win.zoom-in", NULL, zoom_action);
  gtk_widget_class_install_action (klass, "win.zoom-out", NULL, zoom_action);
  gtk_widget_class_install_action (klass, "win.zoom-normal", NULL, zoom_action);
}

static void
ink_window_class_init (InkWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = ink_window_close_request;
  install_actions (widget_class);

  g_type_ensure (INK_TYPE_BROWSER);
  g_type_ensure (INK_TYPE_VIEWER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/inkling_app/Inkling/ui/window.ui");
  gtk_widget_class_bind_template_child (widget_class, InkWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, InkWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, InkWindow, browser);
  gtk_widget_class_bind_template_child (widget_class, InkWindow, viewer);
  gtk_widget_class_bind_template_child (widget_class, InkWindow, drop_hint);
  gtk_widget_class_bind_template_child (widget_class, InkWindow, drop_label);
  gtk_widget_class_bind_template_callback (widget_class, open_viewer);
  gtk_widget_class_bind_template_callback (widget_class, ink_window_close_viewer);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, picture_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, pictures_chosen_cb);
}

static void
ink_window_init (InkWindow *self)
{
  int width, height;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = ink_environment_get_settings ();
  g_settings_get (self->settings, "window-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (self->settings, "maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  g_settings_bind (self->settings, "thumbnail-size", ink_browser_get_grid (self->browser),
                   "cell-size", G_SETTINGS_BIND_DEFAULT);
  ink_window_take_pictures (self);
}

GtkWidget *
ink_window_new (InkApplication *application, InkSession *session)
{
  InkWindow *self = g_object_new (INK_TYPE_WINDOW, "application", application, NULL);

  self->session = g_object_ref (session);
  self->commands = ink_photo_commands_new (GTK_WIDGET (self), session, self->browser, self->viewer,
                                           self->toasts);
  g_signal_connect_object (self->commands, "open-wanted", G_CALLBACK (open_viewer), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->commands, "close-wanted", G_CALLBACK (ink_window_close_viewer),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->commands, "message", G_CALLBACK (ink_window_show_message), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "message", G_CALLBACK (ink_window_show_message), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "state-changed", G_CALLBACK (state_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "folders-changed", G_CALLBACK (folders_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (is_active_cb), NULL);
  ink_viewer_set_results (self->viewer,
                          ink_search_get_results (ink_browser_get_search (self->browser)));
  g_signal_connect_object (ink_browser_get_search (self->browser), "finished",
                           G_CALLBACK (search_finished_cb), self, G_CONNECT_SWAPPED);
  ink_browser_set_session (self->browser, session);
  state_changed_cb (self);
  return GTK_WIDGET (self);
}

void
ink_window_show_message (InkWindow *self, const char *message)
{
  g_autofree char *text = g_markup_escape_text (message, -1); /* a toast's title is markup */

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (text));
}
