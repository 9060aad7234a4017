/* photo-grid-selection.c: which photos of the grid are selected, and where the keyboard is.
 *
 * Both are kept as positions, which costs nothing where a million are selected, and are moved with
 * their photos when the results change.
 */
#include "photo-grid-private.h"

/* ---- Following changes of the results ------------------------------------------------------ */

/* A stretch of positions that was replaced by another. */
typedef struct {
  const GArray *was, *is; /* ids by position, before and after */
  guint first, removed, added;
} Change;

static guint
moved_position (const Change *change, guint position)
{
  if (position == INK_GRID_NOWHERE || position < change->first)
    return position;
  if (position >= change->first + change->removed)
    return position - change->removed + change->added;

  gint64 id = g_array_index (change->was, gint64, position);
  for (guint i = 0; i < change->added; i++)
    if (g_array_index (change->is, gint64, change->first + i) == id)
      return change->first + i;
  /* Its photo is gone: its place stays the same. */
  return change->is->len > 0 ? MIN (position, change->is->len - 1) : INK_GRID_NOWHERE;
}

static void
move_bitset (const Change *change, GtkBitset *positions)
{
  g_autoptr (GHashTable) moved = g_hash_table_new (g_int64_hash, g_int64_equal);
  guint end = change->first + change->removed, position;
  GtkBitsetIter iter;

  for (gboolean more = gtk_bitset_iter_init_at (&iter, positions, change->first, &position);
       more && position < end; more = gtk_bitset_iter_next (&iter, &position))
    g_hash_table_add (moved, &g_array_index (change->was, gint64, position));
  gtk_bitset_splice (positions, change->first, change->removed, change->added);
  for (guint i = change->first; g_hash_table_size (moved) > 0 && i < change->first + change->added;
       i++)
    if (g_hash_table_contains (moved, &g_array_index (change->is, gint64, i)))
      gtk_bitset_add (positions, i);
}

void
ink_photo_grid_move_positions (InkPhotoGrid *self, guint first, guint removed, guint added)
{
  Change change = {self->ids, ink_result_model_get_ids (self->model), first, removed, added};

  self->cursor = moved_position (&change, self->cursor);
  self->mark = moved_position (&change, self->mark);
  self->anchor = moved_position (&change, self->anchor);
  self->pressed = INK_GRID_NOWHERE;
  move_bitset (&change, self->selected);
  if (self->band.base)
    move_bitset (&change, self->band.base);
  g_array_unref (self->ids);
  self->ids = g_array_ref (ink_result_model_get_ids (self->model));
}

/* ---- Selecting ----------------------------------------------------------------------------- */

gboolean
ink_photo_grid_is_selected (InkPhotoGrid *self, guint position)
{
  return gtk_bitset_contains (self->selected, position);
}

void
ink_photo_grid_selection_changed (InkPhotoGrid *self)
{
  GHashTableIter iter;
  gpointer position, cell;

  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &position, &cell))
    ink_photo_cell_set_selected (cell,
                                 ink_photo_grid_is_selected (self, GPOINTER_TO_UINT (position)));
  g_signal_emit_by_name (self, "selection-changed");
}

guint
ink_photo_grid_count_selected (InkPhotoGrid *self)
{
  return (guint)gtk_bitset_get_size (self->selected);
}

void
ink_photo_grid_select (InkPhotoGrid *self, guint position, GdkModifierType modifiers)
{
  gboolean extend = modifiers & GDK_SHIFT_MASK && self->mark != INK_GRID_NOWHERE;

  if (!(modifiers & GDK_CONTROL_MASK))
    gtk_bitset_remove_all (self->selected);
  if (extend) {
    gtk_bitset_add_range_closed (self->selected, MIN (self->mark, position),
                                 MAX (self->mark, position));
  } else {
    if (!gtk_bitset_add (self->selected, position)) /* it was there: only Control leads here */
      gtk_bitset_remove (self->selected, position);
    self->mark = position;
  }
  self->cursor = position;
  ink_photo_grid_selection_changed (self);
}

void
ink_photo_grid_select_all (InkPhotoGrid *self)
{
  gtk_bitset_add_range (self->selected, 0, ink_result_model_get_count (self->model));
  ink_photo_grid_selection_changed (self);
}

void
ink_photo_grid_unselect_all (InkPhotoGrid *self)
{
  if (gtk_bitset_is_empty (self->selected))
    return;
  gtk_bitset_remove_all (self->selected);
  ink_photo_grid_selection_changed (self);
}

GtkBitset *
ink_photo_grid_get_selection (InkPhotoGrid *self)
{
  return gtk_bitset_copy (self->selected);
}

/* ---- The keyboard's place ------------------------------------------------------------------ */

void
ink_photo_grid_focus_cursor (InkPhotoGrid *self)
{
  GtkAdjustment *vertical = self->adjustments[GTK_ORIENTATION_VERTICAL];
  double x, y;

  if (self->cursor == INK_GRID_NOWHERE || !vertical ||
      gtk_widget_get_height (GTK_WIDGET (self)) == 0)
    return;
  ink_grid_layout_locate (&self->layout, self->cursor, &x, &y);
  int above = ink_grid_layout_heading_above (&self->layout, self->cursor);
  gtk_adjustment_clamp_page (vertical, y - MAX (above, self->layout.margin),
                             y + self->layout.cell + self->layout.margin);

  ink_photo_grid_place_cells (self); /* the cell must be there to take the focus */
  GtkWidget *cell = ink_photo_grid_get_cell (self, self->cursor);
  if (cell)
    gtk_widget_grab_focus (cell);
}

void
ink_photo_grid_show (InkPhotoGrid *self, guint position)
{
  if (position >= ink_result_model_get_count (self->model))
    return;
  /* One of several that are selected leaves them so. */
  if (ink_photo_grid_is_selected (self, position))
    self->cursor = position;
  else
    ink_photo_grid_select (self, position, 0);
  ink_photo_grid_focus_cursor (self);
}
