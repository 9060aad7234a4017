/* sidebar.c: the folders and saved searches beside the photos. */
#include "config.h"

#include "sidebar.h"

#include "text-format.h"

#include <glib/gi18n.h>

struct _InkSidebar {
  GtkWidget parent_instance;

  GtkListBox *list;

  InkSession *session;
  InkSearch *search;
  InkQueryBook *book;
};

G_DEFINE_FINAL_TYPE (InkSidebar, ink_sidebar, GTK_TYPE_WIDGET)

/* ---- Rows ---------------------------------------------------------------------------------- */

/* What a row stands for, as data of the GtkListBoxRow. */
typedef struct {
  const char *section; /* nullable: the heading above it */
  char *folder;        /* nullable */
  char *text;          /* nullable: of a saved search; all photos where it is neither */
  gint64 id;           /* of the saved search */
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->folder);
  g_free (row->text);
  g_free (row);
}

static Row *
get_row (GtkListBoxRow *widget)
{
  return g_object_get_data (G_OBJECT (widget), "row");
}

static void
append_label (GtkWidget *box, const char *text, const char *const *classes)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_set_css_classes (label, (const char **)classes);
  gtk_box_append (GTK_BOX (box), label);
}

/* The first label takes the room that there is. */
static void
append_name (GtkWidget *box, const char *text)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.0, "hexpand", TRUE,
                                   "ellipsize", PANGO_ELLIPSIZE_MIDDLE, NULL);

  gtk_box_append (GTK_BOX (box), label);
}

/* @row: (transfer full) @count: negative where it is not known @note: (nullable): what else is to
 * be said of it */
static void
append_row (InkSidebar *self, Row *row, const char *icon, const char *name, int count,
            const char *note)
{
  GtkWidget *widget = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *image = gtk_image_new_from_icon_name (icon);
  g_autofree char *number = count >= 0 ? ink_format_count ((guint)count) : g_strdup ("");
  g_autofree char *photos =
      /* Translators: %s is a number. */
      g_strdup_printf (ngettext ("%s photo", "%s photos", (gulong)MAX (count, 0)), number);
  g_autofree char *description = note ? g_strdup_printf ("%s, %s", photos, note) : NULL;

  gtk_box_append (GTK_BOX (box), image);
  append_name (box, name);
  if (note)
    gtk_widget_set_tooltip_text (widget, note);
  append_label (box, number, (const char *[]){"dim-label", "numeric", "caption", NULL});
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (widget), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  description ? description : photos, -1);
  g_object_set_data_full (G_OBJECT (widget), "row", row, row_free);
  gtk_list_box_append (self->list, widget);
}

static void
append_folder (InkSidebar *self, const InkFolder *folder)
{
  Row *row = g_new0 (Row, 1);
  g_autofree char *base = g_path_get_basename (folder->path);
  g_autofree char *name = g_filename_display_name (base);
  /* Translators: a folder on a drive that is not plugged in. */
  const char *note = folder->offline ? _ ("Not there at present") : NULL;

  row->section = _ ("Folders");
  row->folder = g_strdup (folder->path);
  append_row (self, row, folder->offline ? "drive-removable-media-symbolic" : "folder-symbolic",
              name, folder->photos, note);
}

static void
append_saved (InkSidebar *self, const InkSavedSearch *saved)
{
  Row *row = g_new0 (Row, 1);

  row->section = _ ("Saved Searches");
  row->text = g_strdup (saved->text);
  row->id = saved->id;
  append_row (self, row, "starred-symbolic", saved->name, saved->matches, NULL);
}

static void
update_header_cb (GtkListBoxRow *widget, GtkListBoxRow *before, gpointer data)
{
  const char *section = get_row (widget)->section;
  GtkWidget *heading = NULL;

  if (section && g_strcmp0 (section, before ? get_row (before)->section : NULL) != 0) {
    heading = g_object_new (GTK_TYPE_LABEL, "label", section, "xalign", 0.0, NULL);
    gtk_widget_set_css_classes (heading, (const char *[]){"sidebar-heading", "heading", NULL});
  }
  gtk_list_box_row_set_header (widget, heading);
}

/* ---- What is chosen ------------------------------------------------------------------------ */

/* The row that says what the search is narrowed to. */
static void
mark_chosen (InkSidebar *self)
{
  g_autoptr (InkQuery) query = ink_search_read (self->search);
  g_autofree char *text = ink_search_to_text (self->search);
  gboolean all = ink_search_is_empty (self->search);
  GtkListBoxRow *widget, *chosen = NULL;

  for (int i = 0; (widget = gtk_list_box_get_row_at_index (self->list, i)); i++) {
    const Row *row = get_row (widget);
    if (row->text     ? g_str_equal (row->text, text)
        : row->folder ? g_strcmp0 (row->folder, query->folder) == 0
                      : all)
      chosen = widget; /* a saved search says more than its folder, and comes after it */
  }
  gtk_list_box_select_row (self->list, chosen);
}

static void
row_activated_cb (InkSidebar *self, GtkListBoxRow *widget)
{
  const Row *row = get_row (widget);
  g_autoptr (InkQuery) query = ink_search_read (self->search);

  if (row->text) {
    ink_search_open_text (self->search, row->text);
  } else if (row->folder) {
    g_free (query->folder);
    query->folder = g_strdup (row->folder);
    ink_search_write (self->search, query);
  } else {
    ink_search_clear (self->search);
  }
  g_signal_emit_by_name (self, "chosen");
}

static void
update (InkSidebar *self)
{
  GPtrArray *folders = ink_session_get_folders (self->session);
  GPtrArray *saved = ink_query_book_get_saved (self->book);
  GtkListBoxRow *widget;
  guint photos, failed;

  while ((widget = gtk_list_box_get_row_at_index (self->list, 0)))
    gtk_list_box_remove (self->list, GTK_WIDGET (widget));
  ink_session_get_counts (self->session, &photos, &failed);
  append_row (self, g_new0 (Row, 1), "inkling-photos-symbolic", _ ("All Photos"), (int)photos,
              NULL);
  for (guint i = 0; i < folders->len; i++)
    append_folder (self, g_ptr_array_index (folders, i));
  for (guint i = 0; i < saved->len; i++)
    append_saved (self, g_ptr_array_index (saved, i));
  mark_chosen (self);
}

/* ---- The widget ---------------------------------------------------------------------------- */

static void
ink_sidebar_dispose (GObject *object)
{
  InkSidebar *self = INK_SIDEBAR (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->session);
  g_clear_object (&self->search);
  g_clear_object (&self->book);
  G_OBJECT_CLASS (ink_sidebar_parent_class)->dispose (object);
}

static void
ink_sidebar_class_init (InkSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_sidebar_dispose;
  g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/inkling_app/Inkling/ui/sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, InkSidebar, list);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_set_css_name (widget_class, "photosidebar");
}

static void
ink_sidebar_init (InkSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_header_func (self->list, update_header_cb, NULL, NULL);
}

void
ink_sidebar_connect (InkSidebar *self, InkSession *session, InkSearch *search, InkQueryBook *book)
{
  g_return_if_fail (!self->session);

  self->session = g_object_ref (session);
  self->search = g_object_ref (search);
  self->book = g_object_ref (book);
  g_signal_connect_object (book, "saved-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "folders-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "state-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (search, "query-changed", G_CALLBACK (mark_chosen), self,
                           G_CONNECT_SWAPPED);
  update (self);
}
