/* photo-grid-drag.c: a drag that begins between photos is a rubber band, one that begins on a photo
 * takes the selected ones to another program. */
#include "config.h"

#include "drag-icon.h"
#include "photo-grid-private.h"

#include <adwaita.h>
#include <math.h>

/* Near the edge, and beyond it, a band scrolls: so many pixels a second for each pixel. */
#define EDGE 32
#define SPEED 14

/* No other program gets more files than this at once. */
#define MOST_FILES 10000

/* ---- The rubber band ----------------------------------------------------------------------- */

static graphene_rect_t
band_rectangle (InkPhotoGrid *self)
{
  const InkGridBandSelect *band = &self->band;
  double scroll = ink_photo_grid_get_scroll (self);
  double x = MIN (band->x, band->to_x), y = MIN (band->y - scroll, band->to_y);

  return GRAPHENE_RECT_INIT ((float)x, (float)y, (float)fabs (band->x - band->to_x),
                             (float)fabs (band->y - scroll - band->to_y));
}

static void
add_run (guint first, guint last, gpointer data)
{
  gtk_bitset_add_range_closed (data, first, last);
}

/* Selects what the band touches, besides what was selected before. */
static void
select_in_band (InkPhotoGrid *self)
{
  const InkGridBandSelect *band = &self->band;
  double from = ink_photo_grid_mirror (self, band->x, 0);
  double to = ink_photo_grid_mirror (self, band->to_x, 0);
  double bottom = band->to_y + ink_photo_grid_get_scroll (self);
  g_autoptr (GtkBitset) selected = gtk_bitset_copy (band->base);

  ink_grid_layout_foreach_run (&self->layout, MIN (from, to), MIN (band->y, bottom), MAX (from, to),
                               MAX (band->y, bottom), add_run, selected);
  if (gtk_bitset_equals (selected, self->selected))
    return;
  gtk_bitset_unref (self->selected);
  self->selected = g_steal_pointer (&selected);
  ink_photo_grid_selection_changed (self);
}

void
ink_photo_grid_place_band (InkPhotoGrid *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget), minimum;

  if (!self->band.base)
    return;
  /* Its edges outside of the widget need not be drawn, however far away they are. */
  graphene_rect_t area = band_rectangle (self);
  graphene_rect_t seen = GRAPHENE_RECT_INIT (-8, -8, (float)width + 16, (float)height + 16);
  if (!graphene_rect_intersection (&area, &seen, &area))
    area = GRAPHENE_RECT_INIT (-8, -8, 1, 1);
  gtk_widget_measure (self->band.widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL,
                      NULL);
  gtk_widget_size_allocate (self->band.widget,
                            &(GtkAllocation){(int)area.origin.x, (int)area.origin.y,
                                             MAX (minimum, (int)area.size.width),
                                             MAX (minimum, (int)area.size.height)},
                            -1);
}

/* How far inside the strip along an edge, or beyond the edge, the pointer is; negative at the top.
 */
static double
depth_at_edge (InkPhotoGrid *self)
{
  double y = self->band.to_y, height = gtk_widget_get_height (GTK_WIDGET (self));

  if (y < EDGE)
    return y - EDGE;
  return MAX (0, y - (height - EDGE));
}

static gboolean
band_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  InkPhotoGrid *self = INK_PHOTO_GRID (widget);
  gint64 now = gdk_frame_clock_get_frame_time (clock);
  double seconds = (double)MIN (now - self->band.last_scroll, G_USEC_PER_SEC / 10) / G_USEC_PER_SEC;
  double depth = depth_at_edge (self);

  self->band.last_scroll = now;
  if (depth != 0) {
    ink_photo_grid_scroll_to (self, ink_photo_grid_get_scroll (self) + depth * SPEED * seconds);
    select_in_band (self);
  }
  return G_SOURCE_CONTINUE;
}

static void
band_begin_cb (InkPhotoGrid *self, double x, double y, GtkGestureDrag *gesture)
{
  GdkModifierType modifiers =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  gboolean adds = (modifiers & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) != 0;

  if (ink_photo_grid_hit (self, x, y) != INK_GRID_NOWHERE) {
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
    return;
  }
  ink_photo_grid_end_band (self);
  self->band.base = adds ? gtk_bitset_copy (self->selected) : gtk_bitset_new_empty ();
  self->band.x = self->band.to_x = x;
  self->band.y = y + ink_photo_grid_get_scroll (self);
  self->band.to_y = y;
}

static void
band_update_cb (InkPhotoGrid *self, double dx, double dy, GtkGestureDrag *gesture)
{
  GtkWidget *widget = GTK_WIDGET (self);
  double x, y;

  if (!self->band.base)
    return;
  gtk_gesture_drag_get_start_point (gesture, &x, &y);
  if (!self->band.tick) {
    if (!gtk_drag_check_threshold (widget, (int)x, (int)y, (int)(x + dx), (int)(y + dy)))
      return;
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
    gtk_widget_set_child_visible (self->band.widget, TRUE);
    self->band.last_scroll = gdk_frame_clock_get_frame_time (gtk_widget_get_frame_clock (widget));
    self->band.tick = gtk_widget_add_tick_callback (widget, band_tick_cb, NULL, NULL);
  }
  self->band.to_x = x + dx;
  self->band.to_y = y + dy;
  select_in_band (self);
  gtk_widget_queue_allocate (widget);
}

void
ink_photo_grid_end_band (InkPhotoGrid *self)
{
  g_clear_pointer (&self->band.base, gtk_bitset_unref);
  if (self->band.tick) {
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->band.tick);
    gtk_widget_set_child_visible (self->band.widget, FALSE);
  }
  self->band.tick = 0;
}

/* ---- Dragging photos ----------------------------------------------------------------------- */

static GdkContentProvider *
make_content (InkPhotoGrid *self)
{
  GSList *files = NULL;
  GtkBitsetIter iter;
  guint position, n = 0;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, self->selected, &position);
       more && n < MOST_FILES; more = gtk_bitset_iter_next (&iter, &position), n++) {
    const InkHit *hit = ink_result_model_get_hit (self->model, position);
    files = g_slist_prepend (files, g_file_new_for_path (hit->path));
  }
  files = g_slist_reverse (files);
  /* GTK offers a list of files as text/uri-list and as text. */
  GdkFileList *list = gdk_file_list_new_from_list (files);
  GdkContentProvider *content = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, list);
  g_boxed_free (GDK_TYPE_FILE_LIST, list);
  g_slist_free_full (files, g_object_unref);
  return content;
}

static GdkContentProvider *
drag_prepare_cb (InkPhotoGrid *self, double x, double y)
{
  guint position = ink_photo_grid_hit (self, x, y);

  if (position == INK_GRID_NOWHERE)
    return NULL;
  if (!ink_photo_grid_is_selected (self, position)) /* Control has just taken it away */
    ink_photo_grid_select (self, position, 0);
  return make_content (self);
}

static void
drag_begin_cb (InkPhotoGrid *self, GdkDrag *drag, GtkDragSource *source)
{
  GtkWidget *cell = ink_photo_grid_get_cell (self, self->cursor);
  guint n = MIN (ink_photo_grid_count_selected (self), MOST_FILES);

  self->pressed = INK_GRID_NOWHERE; /* it was no click */
  if (!cell)
    return;
  g_autoptr (GdkPaintable) icon = ink_drag_icon_new (cell, n);
  gtk_drag_source_set_icon (source, icon, INK_DRAG_ICON_SIZE / 2, INK_DRAG_ICON_SIZE / 2);
}

void
ink_photo_grid_add_drags (InkPhotoGrid *self)
{
  GtkGesture *band = gtk_gesture_drag_new ();
  GtkDragSource *source = gtk_drag_source_new ();

  self->band.widget = g_object_new (ADW_TYPE_BIN, "css-name", "rubberband", NULL);
  gtk_widget_set_parent (self->band.widget, GTK_WIDGET (self));
  gtk_widget_set_child_visible (self->band.widget, FALSE);
  g_signal_connect_swapped (band, "drag-begin", G_CALLBACK (band_begin_cb), self);
  g_signal_connect_swapped (band, "drag-update", G_CALLBACK (band_update_cb), self);
  g_signal_connect_swapped (band, "end", G_CALLBACK (ink_photo_grid_end_band), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (band));

  gtk_drag_source_set_actions (source, GDK_ACTION_COPY);
  g_signal_connect_swapped (source, "prepare", G_CALLBACK (drag_prepare_cb), self);
  g_signal_connect_swapped (source, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
}
