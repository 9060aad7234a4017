/* photo-grid-cells.c: puts cells where the layout has photos, and asks for their thumbnails. */
#include "config.h"

#include "photo-grid-private.h"

#include <math.h>

/* Behind the members of an open group. */
#define GROUP_TINT 0.32F

GtkWidget *
ink_photo_grid_get_cell (InkPhotoGrid *self, guint position)
{
  return g_hash_table_lookup (self->cells, GUINT_TO_POINTER (position));
}

/* ---- Thumbnails ---------------------------------------------------------------------------- */

/* The thumbnails of what is visible, then of the page below and the page above it. */
static void
want_thumbnails (InkPhotoGrid *self, guint first, guint last)
{
  double scroll = ink_photo_grid_get_scroll (self),
         page = gtk_widget_get_height (GTK_WIDGET (self));
  g_autoptr (GArray) requests = g_array_new (FALSE, FALSE, sizeof (InkThumbnailRequest));
  guint from, to;

  if (!ink_grid_layout_range (&self->layout, scroll - page, scroll + 2 * page, &from, &to))
    return;
  if (from == self->wanted_from && to == self->wanted_to)
    return;
  self->wanted_from = from;
  self->wanted_to = to;
  /* first … last, last + 1 … to, then backwards from first - 1 to from. */
  for (guint i = 0; i <= to - from; i++) {
    guint position = i <= to - first ? first + i : to - i;
    const InkHit *hit = ink_result_model_get_hit (self->model, position);
    InkThumbnailRequest request = {.photo = hit->photo,
                                   .content = hit->content,
                                   .side = self->thumbnail_side,
                                   .width = hit->width,
                                   .height = hit->height,
                                   .visible = position >= first && position <= last};
    g_array_append_val (requests, request);
  }
  ink_thumbnail_cache_want (self->thumbnails, (InkThumbnailRequest *)(gpointer)requests->data,
                            requests->len);
}

void
ink_photo_grid_thumbnail_arrived (InkPhotoGrid *self, gint64 photo)
{
  GHashTableIter iter;
  gpointer cell;

  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, NULL, &cell))
    if (ink_photo_item_get_id (ink_photo_cell_get_photo (cell)) == photo)
      gtk_widget_queue_draw (cell);
}

/* ---- Cells --------------------------------------------------------------------------------- */

static void
bind_cell (InkPhotoGrid *self, GtkWidget *cell, guint position)
{
  g_autoptr (InkPhotoItem) photo = ink_result_model_get_photo (self->model, position);
  guint head = position, size = ink_result_model_get_group (self->model, position, &head);
  InkPhotoCellPlace place = {
      .position = position,
      .count = ink_result_model_get_count (self->model),
      .group = size,
      .member = head != position,
      .open = size > 0 && ink_result_model_is_group_open (self->model, head),
  };

  ink_photo_cell_bind (INK_PHOTO_CELL (cell), photo, &place);
  ink_photo_cell_set_selected (INK_PHOTO_CELL (cell), ink_photo_grid_is_selected (self, position));
}

static void
retire_cell (InkPhotoGrid *self, GtkWidget *cell)
{
  if (gtk_widget_is_focus (cell))
    gtk_widget_grab_focus (GTK_WIDGET (self));
  gtk_widget_set_child_visible (cell, FALSE);
  ink_photo_cell_bind (INK_PHOTO_CELL (cell), NULL, NULL);
  g_ptr_array_add (self->spare, cell);
}

static GtkWidget *
take_cell (InkPhotoGrid *self, guint position)
{
  GtkWidget *cell = ink_photo_grid_get_cell (self, position);

  if (cell)
    return cell;
  if (self->spare->len > 0) {
    cell = g_ptr_array_steal_index_fast (self->spare, self->spare->len - 1);
  } else {
    cell = ink_photo_cell_new (self->thumbnails);
    gtk_widget_set_parent (cell, GTK_WIDGET (self));
  }
  bind_cell (self, cell, position);
  g_hash_table_insert (self->cells, GUINT_TO_POINTER (position), cell);
  gtk_widget_set_child_visible (cell, TRUE);
  return cell;
}

/* Puts aside the cells that are outside first … last. */
static void
retire_cells (InkPhotoGrid *self, guint first, guint last)
{
  GHashTableIter iter;
  gpointer position, cell;

  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &position, &cell)) {
    if (GPOINTER_TO_UINT (position) >= first && GPOINTER_TO_UINT (position) <= last)
      continue;
    g_hash_table_iter_remove (&iter);
    retire_cell (self, cell);
  }
}

void
ink_photo_grid_retire_all_cells (InkPhotoGrid *self)
{
  retire_cells (self, 1, 0);
}

void
ink_photo_grid_move_cells (InkPhotoGrid *self, guint first, guint removed, guint added)
{
  g_autoptr (GHashTable) old = g_steal_pointer (&self->cells);
  GHashTableIter iter;
  gpointer key, cell;

  self->cells = g_hash_table_new (NULL, NULL);
  g_hash_table_iter_init (&iter, old);
  while (g_hash_table_iter_next (&iter, &key, &cell)) {
    guint position = GPOINTER_TO_UINT (key);
    if (position >= first && position < first + removed) {
      retire_cell (self, cell);
      continue;
    }
    if (position >= first + removed)
      position = position - removed + added;
    bind_cell (self, cell, position);
    g_hash_table_insert (self->cells, GUINT_TO_POINTER (position), cell);
  }
  self->wanted_from = self->wanted_to = INK_GRID_NOWHERE;
}

/* ---- Places -------------------------------------------------------------------------------- */

static void
place_headings (InkPhotoGrid *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self)) - 2 * INK_GRID_MARGIN;
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  double scroll = ink_photo_grid_get_scroll (self);

  for (guint i = 0; i < G_N_ELEMENTS (self->headings); i++) {
    const InkGridBand *band = &g_array_index (self->layout.bands, InkGridBand, i);
    double y = band->y - scroll;
    gboolean visible = band->count > 0 && band->heading > 0 && y < height && y + band->heading > 0;
    gtk_widget_set_child_visible (self->headings[i], visible);
    if (visible)
      gtk_widget_size_allocate (
          self->headings[i],
          &(GtkAllocation){INK_GRID_MARGIN, (int)floor (y), MAX (1, width), band->heading}, -1);
  }
}

/* A cell that went away while it had the keyboard left it to the grid. */
static void
return_focus (InkPhotoGrid *self)
{
  GtkWidget *cell = ink_photo_grid_get_cell (self, self->cursor);

  if (cell && gtk_widget_is_focus (GTK_WIDGET (self)))
    gtk_widget_grab_focus (cell);
}

void
ink_photo_grid_place_cells (InkPhotoGrid *self)
{
  int height = gtk_widget_get_height (GTK_WIDGET (self)), side = self->layout.cell;
  double scroll = ink_photo_grid_get_scroll (self);
  guint first, last;

  place_headings (self);
  if (!ink_grid_layout_range (&self->layout, scroll, scroll + height, &first, &last)) {
    ink_photo_grid_retire_all_cells (self);
    return;
  }
  retire_cells (self, first, last);
  for (guint position = first; position <= last; position++) {
    GtkWidget *cell = take_cell (self, position);
    double x, y;
    int minimum;
    ink_photo_grid_locate (self, position, &x, &y);
    /* GTK wants a widget measured before it is allocated. */
    gtk_widget_measure (cell, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
    gtk_widget_size_allocate (cell, &(GtkAllocation){(int)floor (x), (int)floor (y), side, side},
                              -1);
  }
  return_focus (self);
  want_thumbnails (self, first, last);
}

/* ---- Drawing ------------------------------------------------------------------------------- */

/* One tint behind the head and the members of an open group, through the gaps between them. */
static void
snapshot_group_tints (InkPhotoGrid *self, GtkSnapshot *snapshot)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  float gap = INK_GRID_GAP, side = (float)self->layout.cell + gap;
  GHashTableIter iter;
  gpointer position, cell;
  GdkRGBA tint;

  if (!gtk_style_context_lookup_color (style, "accent_bg_color", &tint))
    return;
  tint.alpha = GROUP_TINT;
  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &position, &cell)) {
    double x, y;
    if (!ink_photo_cell_is_in_open_group (cell))
      continue;
    ink_photo_grid_locate (self, GPOINTER_TO_UINT (position), &x, &y);
    gtk_snapshot_append_color (
        snapshot, &tint,
        &GRAPHENE_RECT_INIT (floorf ((float)x) - gap / 2, floorf ((float)y) - gap / 2, side, side));
  }
}

void
ink_photo_grid_snapshot_cells (InkPhotoGrid *self, GtkSnapshot *snapshot)
{
  GtkWidget *widget = GTK_WIDGET (self);

  snapshot_group_tints (self, snapshot);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    if (child != self->band.widget)
      gtk_widget_snapshot_child (widget, child, snapshot);
  gtk_widget_snapshot_child (widget, self->band.widget, snapshot);
}
