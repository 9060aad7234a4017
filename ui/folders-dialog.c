/* folders-dialog.c: the folders of the library. */
#include "config.h"

#include "folders-dialog.h"

#include "text-format.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define INK_TYPE_FOLDERS_DIALOG (ink_folders_dialog_get_type ())
G_DECLARE_FINAL_TYPE (InkFoldersDialog, ink_folders_dialog, INK, FOLDERS_DIALOG, AdwWindow)

struct _InkFoldersDialog {
  AdwWindow parent_instance;

  GtkListBox *list;
  GtkStack *stack;

  InkSession *session;
};

G_DEFINE_FINAL_TYPE (InkFoldersDialog, ink_folders_dialog, ADW_TYPE_WINDOW)

/* ---- Removing ------------------------------------------------------------------------------ */

static void
remove_answered_cb (InkFoldersDialog *self, const char *response, AdwMessageDialog *question)
{
  if (g_str_equal (response, "remove"))
    ink_session_forget_folder (self->session, g_object_get_data (G_OBJECT (question), "path"));
}

static void
remove_clicked_cb (InkFoldersDialog *self, GtkButton *button)
{
  const char *path = g_object_get_data (G_OBJECT (button), "path");
  g_autofree char *name = g_filename_display_basename (path);
  GtkWidget *question = adw_message_dialog_new (GTK_WINDOW (self), NULL, NULL);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (question);

  /* Translators: %s is the name of a folder. */
  adw_message_dialog_format_heading (dialog, _ ("Remove “%s”?"), name);
  adw_message_dialog_set_body (dialog, _ ("Its photos can’t be found with Inkling any more. The "
                                          "photos themselves stay where they are."));
  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "remove", _ ("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "cancel");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_object_set_data_full (G_OBJECT (question), "path", g_strdup (path), g_free);
  g_signal_connect_object (question, "response", G_CALLBACK (remove_answered_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (question));
}

/* ---- The list ------------------------------------------------------------------------------ */

/* The path as people say it: from the home folder on, where it lies there. */
static char *
spoken_path (const char *path)
{
  g_autofree char *home = g_strconcat (g_get_home_dir (), "/", NULL);
  g_autofree char *shown = g_filename_display_name (path);

  if (!g_str_has_prefix (path, home))
    return g_steal_pointer (&shown);
  g_autofree char *rest = g_filename_display_name (path + strlen (home));
  return g_strconcat ("~/", rest, NULL);
}

static char *
describe_counts (const InkFolder *folder)
{
  g_autofree char *photos = ink_format_count (folder->photos);

  if (folder->offline)
    /* Translators: said of a folder on a drive that is not connected. */
    return g_strdup (_ ("Not connected"));
  return g_strdup_printf (ngettext ("%s photo", "%s photos", folder->photos), photos);
}

static GtkWidget *
make_row (InkFoldersDialog *self, const InkFolder *folder)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *remove = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *name = g_filename_display_basename (folder->path);
  g_autofree char *path = spoken_path (folder->path);
  g_autofree char *counts = describe_counts (folder);
  /* Translators: %s is the name of a folder. */
  g_autofree char *remove_name = g_strdup_printf (_ ("Remove “%s” from Inkling"), name);
  GtkWidget *label = gtk_label_new (counts);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), path);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_set_valign (remove, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (remove, remove_name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  remove_name, -1);
  g_object_set_data_full (G_OBJECT (remove), "path", g_strdup (folder->path), g_free);
  g_signal_connect_object (remove, "clicked", G_CALLBACK (remove_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), remove);
  return row;
}

static void
update (InkFoldersDialog *self)
{
  GPtrArray *folders = ink_session_get_folders (self->session);
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)))
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < folders->len; i++)
    gtk_list_box_append (self->list, make_row (self, g_ptr_array_index (folders, i)));
  gtk_stack_set_visible_child_name (self->stack, folders->len > 0 ? "folders" : "none");
}

static void
add_clicked_cb (InkFoldersDialog *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  gtk_widget_activate_action (GTK_WIDGET (parent), "win.add-folders", NULL);
}

/* ---- The window ---------------------------------------------------------------------------- */

static void
ink_folders_dialog_dispose (GObject *object)
{
  g_clear_object (&INK_FOLDERS_DIALOG (object)->session);
  G_OBJECT_CLASS (ink_folders_dialog_parent_class)->dispose (object);
}

static void
ink_folders_dialog_class_init (InkFoldersDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_folders_dialog_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/inkling_app/Inkling/ui/folders-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, InkFoldersDialog, list);
  gtk_widget_class_bind_template_child (widget_class, InkFoldersDialog, stack);
  gtk_widget_class_bind_template_callback (widget_class, add_clicked_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
ink_folders_dialog_init (InkFoldersDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ink_folders_dialog_present (GtkWindow *parent, InkSession *session)
{
  InkFoldersDialog *self = g_object_new (INK_TYPE_FOLDERS_DIALOG, "transient-for", parent, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "folders-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
  gtk_window_present (GTK_WINDOW (self));
}
