/* photo-grid.c: places the cells of the grid, scrolls and zooms. */
#include "config.h"

#include "photo-grid-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define MARGIN 12
#define GAP 8
#define HEADING_HEIGHT 52
#define SETTLE_DELAY_MS 150
#define DEFAULT_SIZE 168

enum {
  PROP_0,
  PROP_CELL_SIZE,
  PROP_MENU_MODEL,
  N_PROPERTIES,
  PROP_HADJUSTMENT = N_PROPERTIES,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};
static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE_WITH_CODE (InkPhotoGrid, ink_photo_grid, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

/* ---- Places -------------------------------------------------------------------------------- */

void
ink_photo_grid_set_place (InkPhotoGrid *self, InkGridPlace *place, guint position)
{
  gboolean somewhere = position < ink_result_model_get_count (self->model);

  place->position = somewhere ? position : INK_GRID_NOWHERE;
  place->photo = somewhere ? ink_result_model_get_id (self->model, position) : -1;
}

/* Follows the photo to where it is now; where it is gone, its place stays the same. */
static void
renew_place (InkPhotoGrid *self, InkGridPlace *place)
{
  guint count = ink_result_model_get_count (self->model);

  if (place->position == INK_GRID_NOWHERE)
    return;
  guint position = ink_result_model_find (self->model, place->photo, place->position);
  if (position == G_MAXUINT)
    position = count > 0 ? MIN (place->position, count - 1) : INK_GRID_NOWHERE;
  ink_photo_grid_set_place (self, place, position);
}

double
ink_photo_grid_get_scroll (InkPhotoGrid *self)
{
  GtkAdjustment *vertical = self->adjustments[GTK_ORIENTATION_VERTICAL];

  return vertical ? gtk_adjustment_get_value (vertical) : 0;
}

/* The left of a cell in the widget: mirrored where text runs from right to left. */
static double
mirrored (InkPhotoGrid *self, double x, double width)
{
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    return gtk_widget_get_width (GTK_WIDGET (self)) - x - width;
  return x;
}

void
ink_photo_grid_locate (InkPhotoGrid *self, guint position, double *x, double *y)
{
  ink_grid_layout_locate (&self->layout, position, x, y);
  *x = mirrored (self, *x, self->layout.cell);
  *y -= ink_photo_grid_get_scroll (self);
}

guint
ink_photo_grid_hit (InkPhotoGrid *self, double x, double y)
{
  return ink_grid_layout_hit (&self->layout, mirrored (self, x, 0),
                              y + ink_photo_grid_get_scroll (self));
}

/* Makes the photo nearest to a point of the widget the one that stays in place. */
static void
remember_anchor (InkPhotoGrid *self, double x, double y)
{
  double scroll = ink_photo_grid_get_scroll (self), left, top;
  guint position = ink_grid_layout_nearest (&self->layout, mirrored (self, x, 0), y + scroll);

  ink_photo_grid_set_place (self, &self->anchor, position);
  if (position == INK_GRID_NOWHERE)
    return;
  ink_grid_layout_locate (&self->layout, position, &left, &top);
  self->anchor_offset = top - scroll;
}

/* ---- Cells --------------------------------------------------------------------------------- */

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
  /* first … last, last + 1 … to, then backwards from first - 1 to from. */
  for (guint i = 0; i <= to - from; i++) {
    guint position = i <= to - first ? first + i : to - i;
    g_autoptr (InkPhotoItem) photo = ink_result_model_get_photo (self->model, position);
    InkThumbnailRequest request = {.photo = ink_photo_item_get_id (photo),
                                   .side = self->thumbnail_side};
    ink_photo_item_get_size (photo, &request.width, &request.height);
    g_array_append_val (requests, request);
  }
  ink_thumbnail_cache_want (self->thumbnails, (InkThumbnailRequest *)(gpointer)requests->data,
                            requests->len);
}

static void
retire_cell (InkPhotoGrid *self, GtkWidget *cell)
{
  if (gtk_widget_is_focus (cell))
    gtk_widget_grab_focus (GTK_WIDGET (self));
  gtk_widget_set_child_visible (cell, FALSE);
  ink_photo_cell_bind (INK_PHOTO_CELL (cell), NULL, INK_GRID_NOWHERE, 0);
  g_ptr_array_add (self->spare, cell);
}

static GtkWidget *
take_cell (InkPhotoGrid *self, guint position)
{
  GtkWidget *cell = g_hash_table_lookup (self->cells, GUINT_TO_POINTER (position));

  if (cell)
    return cell;
  if (self->spare->len > 0) {
    cell = g_ptr_array_steal_index_fast (self->spare, self->spare->len - 1);
  } else {
    cell = ink_photo_cell_new (self->thumbnails);
    gtk_widget_set_parent (cell, GTK_WIDGET (self));
  }
  g_autoptr (InkPhotoItem) photo = ink_result_model_get_photo (self->model, position);
  ink_photo_cell_bind (INK_PHOTO_CELL (cell), photo, position,
                       ink_result_model_get_count (self->model));
  ink_photo_cell_set_selected (INK_PHOTO_CELL (cell), ink_photo_grid_is_selected (self, position));
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

static void
place_headings (InkPhotoGrid *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
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
          &(GtkAllocation){MARGIN, (int)floor (y), MAX (1, width - 2 * MARGIN), band->heading}, -1);
  }
}

void
ink_photo_grid_place_cells (InkPhotoGrid *self)
{
  int height = gtk_widget_get_height (GTK_WIDGET (self)), side = self->layout.cell;
  double scroll = ink_photo_grid_get_scroll (self);
  guint first, last;

  place_headings (self);
  if (!ink_grid_layout_range (&self->layout, scroll, scroll + height, &first, &last)) {
    retire_cells (self, 1, 0);
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
  want_thumbnails (self, first, last);
}

static void
thumbnail_arrived_cb (InkPhotoGrid *self, gint64 photo)
{
  GHashTableIter iter;
  gpointer cell;

  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, NULL, &cell))
    if (ink_photo_item_get_id (ink_photo_cell_get_photo (cell)) == photo)
      gtk_widget_queue_draw (cell);
}

/* ---- Layout -------------------------------------------------------------------------------- */

static void
set_bands (InkPhotoGrid *self)
{
  guint count = ink_result_model_get_count (self->model);
  guint strong = ink_result_model_get_strong (self->model);
  InkGridBand bands[] = {
      {.count = strong},
      {.count = count - strong, .heading = HEADING_HEIGHT},
  };

  ink_grid_layout_set_bands (&self->layout, bands, G_N_ELEMENTS (bands));
  gtk_label_set_label (GTK_LABEL (self->headings[1]),
                       strong > 0 ? _ ("Weaker matches")
                                  /* Translators: weak matches follow. */
                                  : _ ("Nothing fits closely. These come nearest."));
  if (strong > 0)
    gtk_widget_add_css_class (self->headings[1], "separated");
  else
    gtk_widget_remove_css_class (self->headings[1], "separated");
}

static gboolean
settle_cb (gpointer data)
{
  InkPhotoGrid *self = data;

  self->settle = 0;
  self->thumbnail_side =
      (guint)(self->layout.cell * gtk_widget_get_scale_factor (GTK_WIDGET (self)));
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

/* Thumbnails of another size are asked for once the size has come to rest. */
static void
follow_cell_size (InkPhotoGrid *self)
{
  guint side = (guint)(self->layout.cell * gtk_widget_get_scale_factor (GTK_WIDGET (self)));

  if (self->thumbnail_side == 0)
    self->thumbnail_side = side;
  g_clear_handle_id (&self->settle, g_source_remove);
  if (self->thumbnail_side != side)
    self->settle = g_timeout_add (SETTLE_DELAY_MS, settle_cb, self);
}

static void
ink_photo_grid_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  InkPhotoGrid *self = INK_PHOTO_GRID (widget);
  int old_cell = self->layout.cell;
  guint old_columns = self->layout.columns;
  double value = ink_photo_grid_get_scroll (self);

  ink_grid_layout_update (&self->layout, width, self->cell_size);
  if ((self->relayout || old_cell != self->layout.cell || old_columns != self->layout.columns) &&
      self->anchor.position != INK_GRID_NOWHERE) {
    double x, y;
    ink_grid_layout_locate (&self->layout, self->anchor.position, &x, &y);
    value = y - self->anchor_offset;
  }
  self->relayout = FALSE;

  self->configuring = TRUE;
  if (self->adjustments[GTK_ORIENTATION_VERTICAL])
    gtk_adjustment_configure (self->adjustments[GTK_ORIENTATION_VERTICAL],
                              CLAMP (value, 0, MAX (0, self->layout.height - height)), 0,
                              MAX (self->layout.height, height), height * 0.1, height * 0.9,
                              height);
  if (self->adjustments[GTK_ORIENTATION_HORIZONTAL])
    gtk_adjustment_configure (self->adjustments[GTK_ORIENTATION_HORIZONTAL], 0, 0, width,
                              width * 0.1, width * 0.9, width);
  self->configuring = FALSE;

  follow_cell_size (self);
  ink_photo_grid_place_cells (self);
  if (self->menu)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
scrolled_cb (InkPhotoGrid *self)
{
  if (self->configuring)
    return;
  self->anchor_held = FALSE; /* the user scrolled: what is on top now is to stay */
  remember_anchor (self, 0, 0);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* A resize and not only an allocation: the scrolled window above may gain or lose its bar, and must
 * not learn of it in the middle of a frame. */
static void
relayout (InkPhotoGrid *self)
{
  self->relayout = TRUE;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
results_changed_cb (InkPhotoGrid *self)
{
  renew_place (self, &self->cursor);
  renew_place (self, &self->mark);
  renew_place (self, &self->anchor);
  set_bands (self);
  retire_cells (self, 1, 0);
  relayout (self);
}

void
ink_photo_grid_set_cell_size (InkPhotoGrid *self, int size, double x, double y)
{
  size = CLAMP (size, INK_PHOTO_GRID_SMALLEST, INK_PHOTO_GRID_LARGEST);
  if (size == self->cell_size)
    return;

  /* One anchor for a whole run of steps: taken anew at each, it would drift to the row's start. */
  if (!self->anchor_held)
    remember_anchor (self, x, y);
  self->anchor_held = TRUE;
  self->cell_size = size;
  relayout (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CELL_SIZE]);
}

static void
ink_photo_grid_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = INK_PHOTO_GRID_SMALLEST + 2 * MARGIN;
  *natural = 600;
}

/* The whole grid is one stop of the Tab key: inside it arrows move. */
static gboolean
ink_photo_grid_focus (GtkWidget *widget, GtkDirectionType direction)
{
  InkPhotoGrid *self = INK_PHOTO_GRID (widget);
  GtkWidget *child = gtk_widget_get_focus_child (widget);

  if (child && child == self->menu)
    return gtk_widget_child_focus (child, direction);
  if (child || gtk_widget_is_focus (widget))
    return FALSE;
  if (self->cursor.position == INK_GRID_NOWHERE)
    ink_photo_grid_set_place (self, &self->cursor, 0);
  if (self->cursor.position == INK_GRID_NOWHERE)
    return FALSE;
  ink_photo_grid_focus_cursor (self);
  return TRUE;
}

static gboolean
ink_photo_grid_grab_focus (GtkWidget *widget)
{
  InkPhotoGrid *self = INK_PHOTO_GRID (widget);
  GtkWidget *cell = g_hash_table_lookup (self->cells, GUINT_TO_POINTER (self->cursor.position));

  if (cell && gtk_widget_grab_focus (cell))
    return TRUE;
  return GTK_WIDGET_CLASS (ink_photo_grid_parent_class)->grab_focus (widget);
}

/* ---- The widget ---------------------------------------------------------------------------- */

static void
ink_photo_grid_realize (GtkWidget *widget)
{
  InkPhotoGrid *self = INK_PHOTO_GRID (widget);

  GTK_WIDGET_CLASS (ink_photo_grid_parent_class)->realize (widget);
  ink_thumbnail_cache_set_renderer (self->thumbnails,
                                    gtk_native_get_renderer (gtk_widget_get_native (widget)),
                                    gtk_widget_get_scale_factor (widget));
}

static void
set_adjustment (InkPhotoGrid *self, GtkOrientation orientation, GtkAdjustment *adjustment)
{
  GtkAdjustment **place = &self->adjustments[orientation];

  if (*place)
    g_signal_handlers_disconnect_by_data (*place, self);
  g_set_object (place, adjustment);
  if (adjustment)
    g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self);
}

static void
ink_photo_grid_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  InkPhotoGrid *self = INK_PHOTO_GRID (object);

  switch (id) {
  case PROP_CELL_SIZE:
    ink_photo_grid_set_cell_size (self, g_value_get_int (value), 0, 0);
    break;
  case PROP_MENU_MODEL:
    g_set_object (&self->menu_model, g_value_get_object (value));
    break;
  case PROP_HADJUSTMENT:
    set_adjustment (self, GTK_ORIENTATION_HORIZONTAL, g_value_get_object (value));
    break;
  case PROP_VADJUSTMENT:
    set_adjustment (self, GTK_ORIENTATION_VERTICAL, g_value_get_object (value));
    break;
  case PROP_HSCROLL_POLICY:
  case PROP_VSCROLL_POLICY:
    break; /* the width decides the columns, whatever would be natural */
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ink_photo_grid_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  InkPhotoGrid *self = INK_PHOTO_GRID (object);

  switch (id) {
  case PROP_CELL_SIZE:
    g_value_set_int (value, self->cell_size);
    break;
  case PROP_MENU_MODEL:
    g_value_set_object (value, self->menu_model);
    break;
  case PROP_HADJUSTMENT:
    g_value_set_object (value, self->adjustments[GTK_ORIENTATION_HORIZONTAL]);
    break;
  case PROP_VADJUSTMENT:
    g_value_set_object (value, self->adjustments[GTK_ORIENTATION_VERTICAL]);
    break;
  case PROP_HSCROLL_POLICY:
  case PROP_VSCROLL_POLICY:
    g_value_set_enum (value, GTK_SCROLL_MINIMUM);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ink_photo_grid_dispose (GObject *object)
{
  InkPhotoGrid *self = INK_PHOTO_GRID (object);
  GtkWidget *child;

  g_clear_handle_id (&self->settle, g_source_remove);
  set_adjustment (self, GTK_ORIENTATION_HORIZONTAL, NULL);
  set_adjustment (self, GTK_ORIENTATION_VERTICAL, NULL);
  g_hash_table_remove_all (self->cells);
  g_ptr_array_set_size (self->spare, 0);
  self->menu = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->menu_model);
  G_OBJECT_CLASS (ink_photo_grid_parent_class)->dispose (object);
}

static void
ink_photo_grid_finalize (GObject *object)
{
  InkPhotoGrid *self = INK_PHOTO_GRID (object);

  g_clear_object (&self->model);
  g_clear_object (&self->thumbnails);
  g_hash_table_unref (self->cells);
  g_ptr_array_unref (self->spare);
  g_hash_table_unref (self->selected);
  ink_grid_layout_clear (&self->layout);
  G_OBJECT_CLASS (ink_photo_grid_parent_class)->finalize (object);
}

static void
ink_photo_grid_class_init (InkPhotoGridClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->set_property = ink_photo_grid_set_property;
  object_class->get_property = ink_photo_grid_get_property;
  object_class->dispose = ink_photo_grid_dispose;
  object_class->finalize = ink_photo_grid_finalize;
  widget_class->measure = ink_photo_grid_measure;
  widget_class->size_allocate = ink_photo_grid_size_allocate;
  widget_class->focus = ink_photo_grid_focus;
  widget_class->grab_focus = ink_photo_grid_grab_focus;
  widget_class->realize = ink_photo_grid_realize;

  properties[PROP_CELL_SIZE] =
      g_param_spec_int ("cell-size", NULL, NULL, INK_PHOTO_GRID_SMALLEST, INK_PHOTO_GRID_LARGEST,
                        DEFAULT_SIZE, flags | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_MENU_MODEL] =
      g_param_spec_object ("menu-model", NULL, NULL, G_TYPE_MENU_MODEL, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  g_signal_new ("photo-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  g_signal_new ("selection-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "photogrid");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GRID);
}

static void
ink_photo_grid_init (InkPhotoGrid *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  self->cell_size = DEFAULT_SIZE;
  self->model = ink_result_model_new ();
  self->thumbnails = ink_thumbnail_cache_new (INK_PHOTO_CELL_RADIUS);
  self->cells = g_hash_table_new (NULL, NULL);
  self->spare = g_ptr_array_new ();
  self->selected = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->cursor.position = self->mark.position = self->anchor.position = INK_GRID_NOWHERE;
  ink_grid_layout_init (&self->layout, MARGIN, GAP);
  for (guint i = 0; i < G_N_ELEMENTS (self->headings); i++) {
    self->headings[i] =
        g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "ellipsize", PANGO_ELLIPSIZE_END, NULL);
    gtk_widget_add_css_class (self->headings[i], "band-heading");
    gtk_widget_set_parent (self->headings[i], widget);
  }
  set_bands (self);
  g_signal_connect_object (self->thumbnails, "arrived", G_CALLBACK (thumbnail_arrived_cb), self,
                           G_CONNECT_SWAPPED);

  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Photos"), GTK_ACCESSIBLE_PROPERTY_MULTI_SELECTABLE, TRUE, -1);
  ink_photo_grid_add_controllers (self);
}

void
ink_photo_grid_set_model (InkPhotoGrid *self, InkResultModel *model)
{
  g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, model);
  g_signal_connect_object (model, "items-changed", G_CALLBACK (results_changed_cb), self,
                           G_CONNECT_SWAPPED);
  results_changed_cb (self);
}

void
ink_photo_grid_set_library (InkPhotoGrid *self, InkLibrary *library)
{
  ink_thumbnail_cache_set_library (self->thumbnails, library);
}

void
ink_photo_grid_reset (InkPhotoGrid *self)
{
  self->cursor.position = self->mark.position = self->anchor.position = INK_GRID_NOWHERE;
  self->anchor_held = FALSE;
  ink_photo_grid_unselect_all (self);
  if (self->adjustments[GTK_ORIENTATION_VERTICAL])
    gtk_adjustment_set_value (self->adjustments[GTK_ORIENTATION_VERTICAL], 0);
}

void
ink_photo_grid_zoom (InkPhotoGrid *self, int steps)
{
  int middle = gtk_widget_get_height (GTK_WIDGET (self)) / 2;

  ink_photo_grid_set_cell_size (self, (int)lround (self->cell_size * pow (1.2, steps)), 0, middle);
}
