/* folders-page.c: the page of the preferences with the folders of the library. */
#include "config.h"

#include "folders-page.h"

#include "text-format.h"

#include <glib/gi18n.h>

struct _InkFoldersPage {
  AdwPreferencesPage parent_instance;

  GtkListBox *list;

  InkSession *session;
};

G_DEFINE_FINAL_TYPE (InkFoldersPage, ink_folders_page, ADW_TYPE_PREFERENCES_PAGE)

/* ---- Removing ------------------------------------------------------------------------------ */

static void
remove_answered_cb (InkFoldersPage *self, const char *response, AdwMessageDialog *question)
{
  if (g_str_equal (response, "remove"))
    ink_session_forget_folder (self->session, g_object_get_data (G_OBJECT (question), "path"));
}

static void
remove_clicked_cb (InkFoldersPage *self, GtkButton *button)
{
  const char *path = g_object_get_data (G_OBJECT (button), "path");
  g_autofree char *name = g_filename_display_basename (path);
  GtkWidget *question =
      adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, NULL);
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
make_remove_button (InkFoldersPage *self, const char *path, const char *folder_name)
{
  GtkWidget *remove = gtk_button_new_from_icon_name ("user-trash-symbolic");
  /* Translators: %s is the name of a folder. */
  g_autofree char *name = g_strdup_printf (_ ("Remove “%s” from Inkling"), folder_name);

  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_set_valign (remove, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (remove, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (remove), "path", g_strdup (path), g_free);
  g_signal_connect_object (remove, "clicked", G_CALLBACK (remove_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  return remove;
}

/* Patterns are parted by commas, which are rare in names. */
static void
exclusions_applied_cb (InkFoldersPage *self, GtkEditable *entry)
{
  g_auto (GStrv) parts = g_strsplit (gtk_editable_get_text (entry), ",", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; parts[i]; i++)
    if (g_strstrip (parts[i])[0] != '\0')
      g_strv_builder_add (builder, parts[i]);
  g_auto (GStrv) patterns = g_strv_builder_end (builder);
  ink_session_set_exclusions (self->session, g_object_get_data (G_OBJECT (entry), "path"),
                              (const char *const *)patterns);
}

static GtkWidget *
make_exclusions_row (InkFoldersPage *self, const InkFolder *folder)
{
  GtkWidget *row = adw_entry_row_new ();
  g_autofree char *patterns = folder->excluded ? g_strjoinv (", ", folder->excluded) : NULL;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 /* Translators: files and folders that are not indexed; the
                                  * examples are file name patterns and stay as they are. */
                                 _ ("Left out, such as *.png, Screenshots/"));
  if (patterns)
    gtk_editable_set_text (GTK_EDITABLE (row), patterns);
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "path", g_strdup (folder->path), g_free);
  g_signal_connect_object (row, "apply", G_CALLBACK (exclusions_applied_cb), self,
                           G_CONNECT_SWAPPED);
  return row;
}

/* Where it is, and, where that has to be known, how its changes are found. */
static char *
describe_place (InkFoldersPage *self, const InkFolder *folder)
{
  g_autofree char *path =
      ink_folders_describe_path (ink_session_get_folders (self->session), folder->path);

  if (!folder->untold)
    return g_steal_pointer (&path);
  /* Translators: %s is the path of a folder in which changes can't be watched. */
  return g_strdup_printf (_ ("%s\nLooked through every 15 minutes, and when you come back to "
                             "this window"),
                          path);
}

static GtkWidget *
make_row (InkFoldersPage *self, const InkFolder *folder)
{
  GtkWidget *row = adw_expander_row_new ();
  g_autofree char *name = g_filename_display_basename (folder->path);
  g_autofree char *path = describe_place (self, folder);
  g_autofree char *counts = describe_counts (folder);
  GtkWidget *label = gtk_label_new (counts);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), path);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "numeric");
  adw_expander_row_add_action (ADW_EXPANDER_ROW (row),
                               make_remove_button (self, folder->path, name));
  adw_expander_row_add_action (ADW_EXPANDER_ROW (row), label);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), make_exclusions_row (self, folder));
  return row;
}

static GtkWidget *
make_empty_row (void)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("No Folders Yet"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               _ ("Add a folder with photos to find them here."));
  return row;
}

static void
update (InkFoldersPage *self)
{
  GPtrArray *folders = ink_session_get_folders (self->session);
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)))
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < folders->len; i++)
    gtk_list_box_append (self->list, make_row (self, g_ptr_array_index (folders, i)));
  if (folders->len == 0)
    gtk_list_box_append (self->list, make_empty_row ());
}

static void
add_clicked_cb (InkFoldersPage *self)
{
  GtkWindow *parent =
      gtk_window_get_transient_for (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));

  gtk_widget_activate_action (GTK_WIDGET (parent), "win.add-folders", NULL);
}

/* ---- The page ---------------------------------------------------------------------------- */

static void
ink_folders_page_dispose (GObject *object)
{
  g_clear_object (&INK_FOLDERS_PAGE (object)->session);
  G_OBJECT_CLASS (ink_folders_page_parent_class)->dispose (object);
}

static void
ink_folders_page_class_init (InkFoldersPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_folders_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/inkling_app/Inkling/ui/folders-page.ui");
  gtk_widget_class_bind_template_child (widget_class, InkFoldersPage, list);
  gtk_widget_class_bind_template_callback (widget_class, add_clicked_cb);
}

static void
ink_folders_page_init (InkFoldersPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ink_folders_page_set_session (InkFoldersPage *self, InkSession *session)
{
  g_return_if_fail (!self->session);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "folders-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}
