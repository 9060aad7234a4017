/* failures-dialog.c: the files that could not be read, and why. */
#include "config.h"

#include "failures-dialog.h"

#include "photo-actions.h"
#include "status-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define INK_TYPE_FAILURES_DIALOG (ink_failures_dialog_get_type ())
G_DECLARE_FINAL_TYPE (InkFailuresDialog, ink_failures_dialog, INK, FAILURES_DIALOG, AdwWindow)

struct _InkFailuresDialog {
  AdwWindow parent_instance;

  GtkStack *stack;
  GtkListView *list;
  GtkButton *retry;
  AdwStatusPage *error_page;

  InkSession *session;
  GListStore *failures; /* GtkStringObject: the path, with its reason as data "reason" */
};

G_DEFINE_FINAL_TYPE (InkFailuresDialog, ink_failures_dialog, ADW_TYPE_WINDOW)

/* ---- The list ------------------------------------------------------------------------------ */

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *failures = ink_library_get_failures (data, &error);
  GPtrArray *videos = failures ? ink_library_get_videos (data, &error) : NULL;

  if (failures && !videos)
    g_clear_pointer (&failures, g_ptr_array_unref);
  if (videos)
    g_ptr_array_extend_and_steal (failures, videos);
  if (failures)
    g_task_return_pointer (task, failures, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  InkFailuresDialog *self = INK_FAILURES_DIALOG (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) failures = g_task_propagate_pointer (G_TASK (result), &error);

  if (!self->failures) /* closed meanwhile */
    return;
  g_list_store_remove_all (self->failures);
  if (!failures) {
    ink_status_page_set_reason (self->error_page, error);
    gtk_stack_set_visible_child_name (self->stack, "error");
    return;
  }
  const GPtrArray *folders = ink_session_get_folders (self->session);
  for (guint i = 0; i < failures->len; i++) {
    const InkFailure *failure = g_ptr_array_index (failures, i);
    g_autofree char *path = ink_folders_describe_path (folders, failure->path);
    g_autoptr (GtkStringObject) item = gtk_string_object_new (path);
    const char *reason =
        failure->reason ? failure->reason : _ ("A video: Inkling searches photos only");
    g_object_set_data_full (G_OBJECT (item), "reason", g_strdup (reason), g_free);
    g_object_set_data_full (G_OBJECT (item), "file", g_file_new_for_path (failure->path),
                            g_object_unref);
    g_list_store_append (self->failures, item);
  }
  gtk_stack_set_visible_child_name (self->stack, failures->len > 0 ? "failures" : "none");
  gtk_widget_set_sensitive (GTK_WIDGET (self->retry), failures->len > 0);
}

static void
load (InkFailuresDialog *self)
{
  InkLibrary *library = ink_session_get_library (self->session);

  if (!library)
    return;
  g_autoptr (GTask) task = g_task_new (self, NULL, loaded_cb, NULL);
  g_task_set_task_data (task, g_object_ref (library), g_object_unref);
  g_task_run_in_thread (task, load_thread);
}

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!ink_photo_actions_finish (result, &error))
    g_message ("%s", error->message);
}

static void
show_clicked_cb (GtkButton *button, GtkListItem *item)
{
  GtkStringObject *failure = gtk_list_item_get_item (item);

  if (failure)
    ink_photo_actions_show_file_async (
        GTK_WIDGET (button), g_object_get_data (G_OBJECT (failure), "file"), shown_cb, NULL);
}

static void
row_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *title =
      g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "ellipsize", PANGO_ELLIPSIZE_MIDDLE, NULL);
  GtkWidget *reason = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "wrap", TRUE, "wrap-mode",
                                    PANGO_WRAP_WORD_CHAR, NULL);
  GtkWidget *show = gtk_button_new_from_icon_name ("folder-open-symbolic");

  gtk_widget_add_css_class (reason, "caption");
  gtk_widget_add_css_class (reason, "dim-label");
  gtk_widget_add_css_class (row, "failure");
  gtk_widget_add_css_class (show, "flat");
  gtk_widget_set_valign (show, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (show, _ ("Show in Files"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (show), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Show in Files"), -1);
  g_signal_connect_object (show, "clicked", G_CALLBACK (show_clicked_cb), item, 0);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), title);
  gtk_box_append (GTK_BOX (texts), reason);
  gtk_box_append (GTK_BOX (row), texts);
  gtk_box_append (GTK_BOX (row), show);
  gtk_list_item_set_child (item, row);
  gtk_list_item_set_activatable (item, FALSE);
}

static void
row_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *row = gtk_list_item_get_child (item);
  GtkWidget *texts = gtk_widget_get_first_child (row);
  GtkStringObject *failure = gtk_list_item_get_item (item);
  const char *path = gtk_string_object_get_string (failure);
  g_autofree char *name = g_path_get_basename (path);

  gtk_label_set_label (GTK_LABEL (gtk_widget_get_first_child (texts)), name);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_last_child (texts)),
                       g_object_get_data (G_OBJECT (failure), "reason"));
  gtk_widget_set_tooltip_text (row, path);
}

static void
retry_clicked_cb (InkFailuresDialog *self)
{
  ink_session_index (self->session, TRUE);
  gtk_window_close (GTK_WINDOW (self));
}

/* ---- The window ---------------------------------------------------------------------------- */

static void
ink_failures_dialog_dispose (GObject *object)
{
  InkFailuresDialog *self = INK_FAILURES_DIALOG (object);

  g_clear_object (&self->session);
  g_clear_object (&self->failures);
  G_OBJECT_CLASS (ink_failures_dialog_parent_class)->dispose (object);
}

static void
ink_failures_dialog_class_init (InkFailuresDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_failures_dialog_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/inkling_app/Inkling/ui/failures-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, InkFailuresDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, InkFailuresDialog, list);
  gtk_widget_class_bind_template_child (widget_class, InkFailuresDialog, retry);
  gtk_widget_class_bind_template_child (widget_class, InkFailuresDialog, error_page);
  gtk_widget_class_bind_template_callback (widget_class, row_setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_clicked_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
ink_failures_dialog_init (InkFailuresDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->failures = g_list_store_new (GTK_TYPE_STRING_OBJECT);
  GtkNoSelection *selection = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->failures)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_object_unref (selection);
}

void
ink_failures_dialog_present (GtkWindow *parent, InkSession *session)
{
  InkFailuresDialog *self = g_object_new (INK_TYPE_FAILURES_DIALOG, "transient-for", parent, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "folders-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  load (self);
  gtk_window_present (GTK_WINDOW (self));
}
