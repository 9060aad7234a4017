/* chip.c: a part of the search as a small token that can be taken away. */
#include "config.h"

#include "chip.h"

#include <glib/gi18n.h>

struct _InkChip {
  GtkWidget parent_instance;

  GtkImage *icon;
  GtkPicture *preview;
  GtkLabel *label;
  GtkButton *remove;
};

G_DEFINE_FINAL_TYPE (InkChip, ink_chip, GTK_TYPE_WIDGET)

static void
preview_changed_cb (InkChip *self, GParamSpec *pspec, InkPictureQuery *picture)
{
  GdkTexture *texture = ink_picture_query_get_preview (picture);

  gtk_picture_set_paintable (self->preview, GDK_PAINTABLE (texture));
  gtk_widget_set_visible (GTK_WIDGET (self->preview), texture != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), texture == NULL);
}

static void
remove_clicked_cb (InkChip *self)
{
  g_signal_emit_by_name (self, "removed");
}

static void
ink_chip_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ink_chip_parent_class)->dispose (object);
}

static void
ink_chip_class_init (InkChipClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_chip_dispose;
  g_signal_new ("removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/inkling_app/Inkling/ui/chip.ui");
  gtk_widget_class_bind_template_child (widget_class, InkChip, icon);
  gtk_widget_class_bind_template_child (widget_class, InkChip, preview);
  gtk_widget_class_bind_template_child (widget_class, InkChip, label);
  gtk_widget_class_bind_template_child (widget_class, InkChip, remove);
  gtk_widget_class_bind_template_callback (widget_class, remove_clicked_cb);
  gtk_widget_class_set_css_name (widget_class, "chip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
ink_chip_init (InkChip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ink_chip_new (const char *icon_name, const char *label)
{
  InkChip *self = g_object_new (INK_TYPE_CHIP, NULL);
  /* Translators: takes a part out of the search; %s is what it says, such as "From 4 May 2021". */
  g_autofree char *remove = g_strdup_printf (_ ("Remove %s"), label);

  gtk_image_set_from_icon_name (self->icon, icon_name);
  gtk_label_set_label (self->label, label);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->remove), remove);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  remove, -1);
  return GTK_WIDGET (self);
}

GtkWidget *
ink_chip_new_for_picture (InkPictureQuery *picture)
{
  /* Translators: a picture that is searched by; %s is its name. */
  g_autofree char *label =
      g_strdup_printf (_ ("Looks like %s"), ink_picture_query_get_label (picture));
  GtkWidget *chip = ink_chip_new ("inkling-similar-symbolic", label);

  g_signal_connect_object (picture, "notify::preview", G_CALLBACK (preview_changed_cb), chip,
                           G_CONNECT_SWAPPED);
  preview_changed_cb (INK_CHIP (chip), NULL, picture);
  return chip;
}
