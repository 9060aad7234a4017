/* picture-chip.c: a picture that is searched by, as a small removable token. */
#include "config.h"

#include "picture-chip.h"

#include <glib/gi18n.h>

struct _InkPictureChip {
  GtkWidget parent_instance;

  GtkPicture *preview;
  GtkLabel *label;
  GtkButton *remove;

  InkPictureQuery *picture;
};

G_DEFINE_FINAL_TYPE (InkPictureChip, ink_picture_chip, GTK_TYPE_WIDGET)

static void
preview_changed_cb (InkPictureChip *self)
{
  GdkTexture *texture = ink_picture_query_get_preview (self->picture);

  gtk_picture_set_paintable (self->preview, GDK_PAINTABLE (texture));
  gtk_widget_set_visible (GTK_WIDGET (self->preview), texture != NULL);
}

static void
remove_clicked_cb (InkPictureChip *self)
{
  g_signal_emit_by_name (self, "removed");
}

static void
ink_picture_chip_dispose (GObject *object)
{
  InkPictureChip *self = INK_PICTURE_CHIP (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->picture);
  G_OBJECT_CLASS (ink_picture_chip_parent_class)->dispose (object);
}

static void
ink_picture_chip_class_init (InkPictureChipClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_picture_chip_dispose;
  g_signal_new ("removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/inkling_app/Inkling/ui/picture-chip.ui");
  gtk_widget_class_bind_template_child (widget_class, InkPictureChip, preview);
  gtk_widget_class_bind_template_child (widget_class, InkPictureChip, label);
  gtk_widget_class_bind_template_child (widget_class, InkPictureChip, remove);
  gtk_widget_class_bind_template_callback (widget_class, remove_clicked_cb);
  gtk_widget_class_set_css_name (widget_class, "picturechip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
ink_picture_chip_init (InkPictureChip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ink_picture_chip_new (InkPictureQuery *picture)
{
  InkPictureChip *self = g_object_new (INK_TYPE_PICTURE_CHIP, NULL);
  const char *label = ink_picture_query_get_label (picture);
  /* Translators: a picture that is searched by; %s is its name. */
  g_autofree char *name = g_strdup_printf (_ ("Looks like %s"), label);
  /* Translators: takes a picture out of the search; %s is its name. */
  g_autofree char *remove = g_strdup_printf (_ ("Remove %s"), label);

  self->picture = g_object_ref (picture);
  gtk_label_set_label (self->label, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->remove), remove);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  remove, -1);
  g_signal_connect_object (picture, "notify::preview", G_CALLBACK (preview_changed_cb), self,
                           G_CONNECT_SWAPPED);
  preview_changed_cb (self);
  return GTK_WIDGET (self);
}

InkPictureQuery *
ink_picture_chip_get_picture (InkPictureChip *self)
{
  return self->picture;
}
