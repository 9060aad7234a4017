/* photo-grid-selection.c: which photos of the grid are selected, and where the keyboard is. */
#include "photo-grid-private.h"

gboolean
ink_photo_grid_is_selected (InkPhotoGrid *self, guint position)
{
  gint64 photo = ink_result_model_get_id (self->model, position);

  return g_hash_table_contains (self->selected, &photo);
}

static void
add_to_selection (InkPhotoGrid *self, guint position)
{
  gint64 photo = ink_result_model_get_id (self->model, position);

  g_hash_table_add (self->selected, g_memdup2 (&photo, sizeof photo));
}

static void
selection_changed (InkPhotoGrid *self)
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
  return g_hash_table_size (self->selected);
}

/* A click, or a step of the keyboard, on a photo: Shift takes all from the mark on, Control adds
 * or takes away one. */
void
ink_photo_grid_select (InkPhotoGrid *self, guint position, GdkModifierType modifiers)
{
  gboolean extend = modifiers & GDK_SHIFT_MASK && self->mark.position != INK_GRID_NOWHERE;
  gboolean toggle = modifiers & GDK_CONTROL_MASK && !extend;

  if (!(modifiers & GDK_CONTROL_MASK))
    g_hash_table_remove_all (self->selected);
  if (extend) {
    guint from = MIN (self->mark.position, position), to = MAX (self->mark.position, position);
    for (guint i = from; i <= to; i++)
      add_to_selection (self, i);
  } else {
    gint64 photo = ink_result_model_get_id (self->model, position);
    if (!toggle || !g_hash_table_remove (self->selected, &photo))
      add_to_selection (self, position);
    ink_photo_grid_set_place (self, &self->mark, position);
  }
  ink_photo_grid_set_place (self, &self->cursor, position);
  selection_changed (self);
}

void
ink_photo_grid_select_all (InkPhotoGrid *self)
{
  for (guint i = 0; i < ink_result_model_get_count (self->model); i++)
    add_to_selection (self, i);
  selection_changed (self);
}

void
ink_photo_grid_unselect_all (InkPhotoGrid *self)
{
  g_hash_table_remove_all (self->selected);
  selection_changed (self);
}

GtkBitset *
ink_photo_grid_get_selection (InkPhotoGrid *self)
{
  GtkBitset *positions = gtk_bitset_new_empty ();
  guint found = 0, selected = g_hash_table_size (self->selected);

  for (guint i = 0; found < selected && i < ink_result_model_get_count (self->model); i++)
    if (ink_photo_grid_is_selected (self, i)) {
      gtk_bitset_add (positions, i);
      found++;
    }
  return positions;
}

/* Scrolls as little as makes the photo at the cursor visible, and gives it the keyboard. */
void
ink_photo_grid_focus_cursor (InkPhotoGrid *self)
{
  GtkAdjustment *vertical = self->adjustments[GTK_ORIENTATION_VERTICAL];
  double x, y;

  if (self->cursor.position == INK_GRID_NOWHERE || !vertical ||
      gtk_widget_get_height (GTK_WIDGET (self)) == 0)
    return;
  ink_grid_layout_locate (&self->layout, self->cursor.position, &x, &y);
  int above = ink_grid_layout_heading_above (&self->layout, self->cursor.position);
  gtk_adjustment_clamp_page (vertical, y - MAX (above, self->layout.margin),
                             y + self->layout.cell + self->layout.margin);

  ink_photo_grid_place_cells (self); /* the cell must be there to take the focus */
  GtkWidget *cell = g_hash_table_lookup (self->cells, GUINT_TO_POINTER (self->cursor.position));
  if (cell)
    gtk_widget_grab_focus (cell);
}

void
ink_photo_grid_show (InkPhotoGrid *self, guint position)
{
  if (position >= ink_result_model_get_count (self->model))
    return;
  ink_photo_grid_select (self, position, 0);
  ink_photo_grid_focus_cursor (self);
}
