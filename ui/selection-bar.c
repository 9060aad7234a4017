/* selection-bar.c: what can be done with several selected photos. */
#include "config.h"

#include "selection-bar.h"

#include "text-format.h"

#include <glib/gi18n.h>

struct _InkSelectionBar {
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkLabel *count;
  InkPhotoGrid *grid;
};

enum { PROP_0, PROP_GRID };

G_DEFINE_FINAL_TYPE (InkSelectionBar, ink_selection_bar, GTK_TYPE_WIDGET)

/* One selected photo is no more than where the keyboard is: the bar is for several. */
static void
update (InkSelectionBar *self)
{
  guint n = ink_photo_grid_count_selected (self->grid);

  gtk_revealer_set_reveal_child (self->revealer, n > 1);
  gtk_widget_set_can_target (GTK_WIDGET (self), n > 1);
  if (n < 2)
    return; /* it says what it said while it slides away */

  g_autofree char *number = ink_format_count (n);
  /* Translators: photos that are selected; %s is a number, always larger than one. */
  g_autofree char *text = g_strdup_printf (ngettext ("%s selected", "%s selected", n), number);
  gtk_label_set_label (self->count, text);
}

static void
select_all_clicked_cb (InkSelectionBar *self)
{
  ink_photo_grid_select_all (self->grid);
}

static void
close_clicked_cb (InkSelectionBar *self)
{
  ink_photo_grid_unselect_all (self->grid);
  gtk_widget_grab_focus (GTK_WIDGET (self->grid));
}

static void
ink_selection_bar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  InkSelectionBar *self = INK_SELECTION_BAR (object);

  if (id != PROP_GRID) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  self->grid = g_value_dup_object (value);
  g_signal_connect_object (self->grid, "selection-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
}

static void
ink_selection_bar_dispose (GObject *object)
{
  InkSelectionBar *self = INK_SELECTION_BAR (object);
  GtkWidget *child;

  g_clear_object (&self->grid);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ink_selection_bar_parent_class)->dispose (object);
}

static void
ink_selection_bar_class_init (InkSelectionBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = ink_selection_bar_set_property;
  object_class->dispose = ink_selection_bar_dispose;
  g_object_class_install_property (
      object_class, PROP_GRID,
      g_param_spec_object ("grid", NULL, NULL, INK_TYPE_PHOTO_GRID,
                           G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "selectionbar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TOOLBAR);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/inkling_app/Inkling/ui/selection-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, InkSelectionBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, InkSelectionBar, count);
  gtk_widget_class_bind_template_callback (widget_class, select_all_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_clicked_cb);
}

static void
ink_selection_bar_init (InkSelectionBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
