/* suggestions.c: earlier queries under the search entry. */
#include "config.h"

#include "suggestions.h"

#include <glib/gi18n.h>

#define MOST 6

struct _InkSuggestions {
  GtkPopover parent_instance;

  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (InkSuggestions, ink_suggestions, GTK_TYPE_POPOVER)

static const char *
get_text (GtkListBoxRow *row)
{
  return gtk_label_get_label (GTK_LABEL (gtk_list_box_row_get_child (row)));
}

static void
row_activated_cb (InkSuggestions *self, GtkListBoxRow *row)
{
  g_autofree char *text = g_strdup (get_text (row));

  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit_by_name (self, "taken", text);
}

static void
append (InkSuggestions *self, const char *text)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.0, "ellipsize",
                                   PANGO_ELLIPSIZE_END, NULL);

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  gtk_widget_set_focusable (row, FALSE);
  gtk_list_box_append (self->list, row);
}

void
ink_suggestions_offer (InkSuggestions *self, InkQueryBook *book, const char *text)
{
  g_autoptr (GPtrArray) found = ink_query_book_suggest (book, text, MOST);
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)))
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < found->len; i++)
    append (self, found->pdata[i]);
  if (found->len > 0)
    gtk_popover_popup (GTK_POPOVER (self));
  else
    gtk_popover_popdown (GTK_POPOVER (self));
}

/* The next row in this direction; beyond either end none is chosen. */
static void
move (InkSuggestions *self, int step)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int index = row ? gtk_list_box_row_get_index (row) + step : step > 0 ? 0 : -1;
  GtkListBoxRow *next = index >= 0 ? gtk_list_box_get_row_at_index (self->list, index) : NULL;

  gtk_list_box_select_row (self->list, next);
  if (next) /* what a screen reader says of the entry */
    gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (GTK_WIDGET (self))),
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, get_text (next), -1);
}

gboolean
ink_suggestions_handle_key (InkSuggestions *self, guint key)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  gboolean last =
      row && !gtk_list_box_get_row_at_index (self->list, gtk_list_box_row_get_index (row) + 1);

  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return FALSE;
  switch (key) {
  case GDK_KEY_Down:
  case GDK_KEY_KP_Down:
    if (last) { /* on to the photos */
      gtk_popover_popdown (GTK_POPOVER (self));
      return FALSE;
    }
    move (self, 1);
    return TRUE;
  case GDK_KEY_Up:
  case GDK_KEY_KP_Up:
    move (self, -1);
    return TRUE;
  case GDK_KEY_Return:
  case GDK_KEY_KP_Enter:
    if (row)
      row_activated_cb (self, row);
    else
      gtk_popover_popdown (GTK_POPOVER (self));
    return row != NULL;
  case GDK_KEY_Escape:
    gtk_popover_popdown (GTK_POPOVER (self));
    return TRUE;
  default:
    return FALSE;
  }
}

static void
ink_suggestions_class_init (InkSuggestionsClass *klass)
{
  g_signal_new ("taken", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ink_suggestions_init (InkSuggestions *self)
{
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "navigation-sidebar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Earlier Searches"), -1);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_popover_set_child (GTK_POPOVER (self), GTK_WIDGET (self->list));
  gtk_popover_set_autohide (GTK_POPOVER (self), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self), GTK_POS_BOTTOM);
  gtk_widget_set_can_focus (GTK_WIDGET (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "suggestions");
}

GtkWidget *
ink_suggestions_new (GtkWidget *entry)
{
  GtkWidget *self = g_object_new (INK_TYPE_SUGGESTIONS, NULL);

  gtk_widget_set_parent (self, entry);
  return self;
}
