/* photo-cell.c: one cell of the grid.
 *
 * It has no children: it draws the thumbnail that the cache has, or the photo's mean colour until
 * one arrives, and the badge of a group. Selection and keyboard focus are drawn by CSS.
 */
#include "config.h"

#include "photo-cell.h"

#include "badge.h"
#include "text-format.h"

#include <glib/gi18n.h>

#define ICON_SIZE 32

struct _InkPhotoCell {
  GtkWidget parent_instance;

  InkThumbnailCache *thumbnails;
  InkPhotoItem *photo; /* nullable */
  InkPhotoCellPlace place;
};

G_DEFINE_FINAL_TYPE (InkPhotoCell, ink_photo_cell, GTK_TYPE_WIDGET)

static void
snapshot_placeholder (InkPhotoCell *self, GtkSnapshot *snapshot, const graphene_rect_t *area)
{
  guint32 colour = ink_photo_item_get_colour (self->photo);
  GdkRGBA rgba = {(float)(colour >> 16 & 0xff) / 255, (float)(colour >> 8 & 0xff) / 255,
                  (float)(colour & 0xff) / 255, 1};
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, area, (float)INK_PHOTO_CELL_RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &rgba, area);
  gtk_snapshot_pop (snapshot);
}

/* For a photo that can't be shown: its file is gone, or no longer a picture. */
static void
snapshot_missing (InkPhotoCell *self, GtkSnapshot *snapshot, const graphene_rect_t *area)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));
  g_autoptr (GtkIconPaintable) icon = gtk_icon_theme_lookup_icon (
      theme, "image-missing-symbolic", NULL, ICON_SIZE, gtk_widget_get_scale_factor (widget),
      gtk_widget_get_direction (widget), 0);
  guint32 colour = ink_photo_item_get_colour (self->photo);
  guint light = (colour >> 16 & 0xff) + (colour >> 8 & 0xff) + (colour & 0xff);
  float ink = light > 3 * 128 ? 0 : 1;
  GdkRGBA rgba = {ink, ink, ink, 0.6F};

  snapshot_placeholder (self, snapshot, area);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((area->size.width - ICON_SIZE) / 2,
                                                          (area->size.height - ICON_SIZE) / 2));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, ICON_SIZE,
                                            ICON_SIZE, &rgba, 1);
  gtk_snapshot_restore (snapshot);
}

static void
snapshot_surface (GtkSnapshot *snapshot, const InkThumbnail *thumbnail, const graphene_rect_t *area)
{
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, area);
  double scale = area->size.width / (double)thumbnail->side;

  /* At scale 1 this is a plain copy of pixels; other sizes are seen only while zooming. */
  cairo_scale (cr, scale, scale);
  cairo_set_source_surface (cr, thumbnail->surface, 0, 0);
  cairo_paint (cr);
  cairo_destroy (cr);
}

static gboolean
has_badge (InkPhotoCell *self)
{
  return self->photo && self->place.group > 0 && !self->place.member;
}

static InkBadge
make_badge (InkPhotoCell *self)
{
  return (InkBadge){
      .widget = GTK_WIDGET (self),
      .number = self->place.group,
      .side = (float)gtk_widget_get_width (GTK_WIDGET (self)),
      .pile = TRUE,
      .lit = self->place.open,
  };
}

static void
ink_photo_cell_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  InkPhotoCell *self = INK_PHOTO_CELL (widget);
  graphene_rect_t area = GRAPHENE_RECT_INIT (0, 0, (float)gtk_widget_get_width (widget),
                                             (float)gtk_widget_get_height (widget));

  if (!self->photo)
    return;

  const InkThumbnail *thumbnail =
      ink_thumbnail_cache_lookup (self->thumbnails, ink_photo_item_get_id (self->photo));
  if (!thumbnail)
    snapshot_placeholder (self, snapshot, &area);
  else if (thumbnail->surface)
    snapshot_surface (snapshot, thumbnail, &area);
  else if (thumbnail->texture)
    gtk_snapshot_append_texture (snapshot, thumbnail->texture, &area);
  else
    snapshot_missing (self, snapshot, &area);

  if (has_badge (self)) {
    InkBadge badge = make_badge (self);
    ink_badge_snapshot (&badge, snapshot);
  }
}

static void
ink_photo_cell_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = 0; /* the grid gives it its size */
}

static gboolean
query_tooltip_cb (InkPhotoCell *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  if (!self->photo)
    return FALSE;

  g_autofree char *taken = ink_format_taken (ink_photo_item_get_taken (self->photo));
  g_autofree char *text =
      taken ? g_strdup_printf ("%s\n%s", ink_photo_item_get_name (self->photo), taken)
            : g_strdup (ink_photo_item_get_name (self->photo));
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
ink_photo_cell_dispose (GObject *object)
{
  InkPhotoCell *self = INK_PHOTO_CELL (object);

  g_clear_object (&self->photo);
  g_clear_object (&self->thumbnails);
  G_OBJECT_CLASS (ink_photo_cell_parent_class)->dispose (object);
}

static void
ink_photo_cell_class_init (InkPhotoCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ink_photo_cell_dispose;
  widget_class->snapshot = ink_photo_cell_snapshot;
  widget_class->measure = ink_photo_cell_measure;
  gtk_widget_class_set_css_name (widget_class, "photocell");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GRID_CELL);
}

static void
ink_photo_cell_init (InkPhotoCell *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (query_tooltip_cb), NULL);
}

GtkWidget *
ink_photo_cell_new (InkThumbnailCache *thumbnails)
{
  InkPhotoCell *self = g_object_new (INK_TYPE_PHOTO_CELL, NULL);

  self->thumbnails = g_object_ref (thumbnails);
  return GTK_WIDGET (self);
}

/* What a screen reader says of a photo: "beach.jpg, 3 May 2023, weaker match, 5 of 120". */
static char *
describe (InkPhotoCell *self)
{
  GString *text = g_string_new (ink_photo_item_get_name (self->photo));
  g_autofree char *taken = ink_format_taken (ink_photo_item_get_taken (self->photo));
  g_autofree char *position = ink_format_count ((guint64)self->place.position + 1);
  g_autofree char *count = ink_format_count (self->place.count);

  /* Translators: this and the next ones are read out by screen readers, one after the other. %s is
   * the date on which a photo was taken. */
  if (taken)
    g_string_append_printf (text, _ (", %s"), taken);
  if (!ink_photo_item_is_strong (self->photo))
    g_string_append (text, _ (", weaker match"));
  if (has_badge (self))
    /* Translators: this photo stands for that many that look nearly the same. */
    g_string_append_printf (
        text, ngettext (", group of %u photo", ", group of %u photos", self->place.group),
        self->place.group);
  else if (self->place.member)
    g_string_append (text, _ (", in the group before it"));
  /* Translators: the position of a photo among all that there are: "5 of 120". */
  g_string_append_printf (text, _ (", %s of %s"), position, count);
  return g_string_free (text, FALSE);
}

void
ink_photo_cell_bind (InkPhotoCell *self, InkPhotoItem *photo, const InkPhotoCellPlace *place)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (self);

  g_set_object (&self->photo, photo);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  gtk_accessible_update_state (accessible, GTK_ACCESSIBLE_STATE_HIDDEN, photo == NULL, -1);
  if (!photo)
    return;

  self->place = *place;
  g_autofree char *description = describe (self);
  gtk_accessible_update_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL, description, -1);
  gtk_accessible_update_relation (accessible, GTK_ACCESSIBLE_RELATION_POS_IN_SET,
                                  (int)place->position + 1, GTK_ACCESSIBLE_RELATION_SET_SIZE,
                                  (int)place->count, -1);
  if (has_badge (self))
    gtk_accessible_update_state (accessible, GTK_ACCESSIBLE_STATE_EXPANDED, place->open, -1);
  else
    gtk_accessible_reset_state (accessible, GTK_ACCESSIBLE_STATE_EXPANDED);
}

void
ink_photo_cell_set_selected (InkPhotoCell *self, gboolean selected)
{
  if (selected)
    gtk_widget_set_state_flags (GTK_WIDGET (self), GTK_STATE_FLAG_SELECTED, FALSE);
  else
    gtk_widget_unset_state_flags (GTK_WIDGET (self), GTK_STATE_FLAG_SELECTED);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_SELECTED, selected, -1);
}

InkPhotoItem *
ink_photo_cell_get_photo (InkPhotoCell *self)
{
  return self->photo;
}

gboolean
ink_photo_cell_is_in_open_group (InkPhotoCell *self)
{
  return self->photo && self->place.open;
}

gboolean
ink_photo_cell_is_on_badge (InkPhotoCell *self, double x, double y)
{
  if (!has_badge (self))
    return FALSE;
  InkBadge badge = make_badge (self);
  graphene_rect_t area = ink_badge_get_area (&badge);
  /* A little beside it will do, up to the corner of the picture. */
  graphene_rect_inset (&area, -6, -6);
  return graphene_rect_contains_point (&area, &GRAPHENE_POINT_INIT ((float)x, (float)y));
}
