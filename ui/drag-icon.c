/* drag-icon.c: what hangs on the pointer while photos are dragged. */
#include "drag-icon.h"

#include "badge.h"

/* How far each sheet of a pile sticks out from below the next, and how many there are to see. */
#define SHEET 5
#define MOST_SHEETS 2
#define RADIUS 6

static void
add_sheet (GtkSnapshot *snapshot, float offset, float side, const GdkRGBA *colour)
{
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (offset, offset, side, side),
                                   RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, colour, &outline.bounds);
  gtk_snapshot_pop (snapshot);
}

GdkPaintable *
ink_drag_icon_new (GtkWidget *widget, guint photos)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  guint sheets = MIN (photos - 1, MOST_SHEETS);
  float side = INK_DRAG_ICON_SIZE - SHEET * MOST_SHEETS;
  g_autoptr (GdkPaintable) live = gtk_widget_paintable_new (widget);
  g_autoptr (GdkPaintable) picture = gdk_paintable_get_current_image (live);

  for (guint i = sheets; i > 0; i--) {
    float grey = 0.75F - 0.2F * (float)i;
    add_sheet (snapshot, (float)i * SHEET, side, &(GdkRGBA){grey, grey, grey, 1});
  }
  gdk_paintable_snapshot (picture, snapshot, (double)side, (double)side);
  if (photos > 1) {
    InkBadge badge = {.widget = widget, .number = photos, .side = side, .lit = TRUE};
    ink_badge_snapshot (&badge, snapshot);
  }
  return gtk_snapshot_free_to_paintable (
      snapshot, &GRAPHENE_SIZE_INIT (INK_DRAG_ICON_SIZE, INK_DRAG_ICON_SIZE));
}
