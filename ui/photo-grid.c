/* photo-grid.c: places the cells of the grid, scrolls and zooms. */
#include "config.h"

#include "photo-grid-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define SETTLE_DELAY_MS 150
#define DEFAULT_SIZE 168
#define ZOOM_STEP 1.2

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

double
ink_photo_grid_get_scroll (InkPhotoGrid *self)
{
  GtkAdjustment *vertical = self->adjustments[GTK_ORIENTATION_VERTICAL];

  return vertical ? gtk_adjustment_get_value (vertical) : 0;
}

void
ink_photo_grid_scroll_to (InkPhotoGrid *self, double value)
{
  if (self->adjustments[GTK_ORIENTATION_VERTICAL])
    gtk_adjustment_set_value (self->adjustments[GTK_ORIENTATION_VERTICAL], value);
}

double
ink_photo_grid_mirror (InkPhotoGrid *self, double x, double width)
{
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    return gtk_widget_get_width (GTK_WIDGET (self)) - x - width;
  return x;
}

void
ink_photo_grid_locate (InkPhotoGrid *self, guint position, double *x, double *y)
{
  ink_grid_layout_locate (&self->layout, position, x, y);
  *x = ink_photo_grid_mirror (self, *x, self->layout.cell);
  *y -= ink_photo_grid_get_scroll (self);
}

guint
ink_photo_grid_hit (InkPhotoGrid *self, double x, double y)
{
  return ink_grid_layout_hit (&self->layout, ink_photo_grid_mirror (self, x, 0),
                              y + ink_photo_grid_get_scroll (self));
}

void
ink_photo_grid_set_anchor (InkPhotoGrid *self, guint position)
{
  double x, y;

  self->anchor = position;
  if (position == INK_GRID_NOWHERE)
    return;
  ink_grid_layout_locate (&self->layout, position, &x, &y);
  self->anchor_offset = y - ink_photo_grid_get_scroll (self);
}

/* Makes the photo nearest to a point of the widget the one that stays in place. */
static void
remember_anchor (InkPhotoGrid *self, double x, double y)
{
  ink_photo_grid_set_anchor (self, ink_grid_layout_nearest (&self->layout,
                                                            ink_photo_grid_mirror (self, x, 0),
                                                            y + ink_photo_grid_get_scroll (self)));
}

/* ---- Layout -------------------------------------------------------------------------------- */

static void
set_bands (InkPhotoGrid *self)
{
  guint count = ink_result_model_get_count (self->model);
  guint strong = ink_result_model_get_strong (self->model);
  InkGridBand bands[] = {
      {.count = strong},
      {.count = count - strong},
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
  self->wanted_from = self->wanted_to = INK_GRID_NOWHERE;
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

/* As high as CSS and the size of the text make them. */
static void
measure_headings (InkPhotoGrid *self)
{
  InkGridBand *weak = &g_array_index (self->layout.bands, InkGridBand, 1);

  gtk_widget_measure (self->headings[1], GTK_ORIENTATION_VERTICAL, -1, NULL, &weak->heading, NULL,
                      NULL);
}

static void
ink_photo_grid_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  InkPhotoGrid *self = INK_PHOTO_GRID (widget);
  int old_cell = self->layout.cell;
  guint old_columns = self->layout.columns;
  double value = ink_photo_grid_get_scroll (self);

  measure_headings (self);
  ink_grid_layout_update (&self->layout, width, self->cell_size);
  if ((self->relayout || old_cell != self->layout.cell || old_columns != self->layout.columns) &&
      self->anchor != INK_GRID_NOWHERE) {
    double x, y;
    ink_grid_layout_locate (&self->layout, self->anchor, &x, &y);
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
  ink_photo_grid_place_band (self);
  if (self->menu)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
scrolled_cb (InkPhotoGrid *self)
{
  if (self->configuring)
    return;
  self->anchor_held = FALSE; /* the user scrolled: what is on top now is to stay */
  if (ink_photo_grid_get_scroll (self) > 0)
    remember_anchor (self, 0, 0);
  else
    self->anchor = INK_GRID_NOWHERE; /* at the very top: new photos are to be seen coming */
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
results_changed_cb (InkPhotoGrid *self, guint first, guint removed, guint added)
{
  gboolean some = ink_photo_grid_count_selected (self) > 0;

  /* What the user is at is to stay where it is, unless that is the top, where new photos come. */
  if (self->anchor != INK_GRID_NOWHERE && ink_photo_grid_get_cell (self, self->cursor))
    ink_photo_grid_set_anchor (self, self->cursor);
  ink_photo_grid_move_positions (self, first, removed, added);
  /* All that was selected has gone, to the wastebasket perhaps: on with the next. */
  if (some && ink_photo_grid_count_selected (self) == 0 && self->cursor != INK_GRID_NOWHERE)
    gtk_bitset_add (self->selected, self->cursor);
  set_bands (self);
  ink_photo_grid_move_cells (self, first, removed, added);
  relayout (self);
  if (some)
    ink_photo_grid_selection_changed (self);
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
  *minimum = INK_PHOTO_GRID_SMALLEST + 2 * INK_GRID_MARGIN;
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
  if (ink_result_model_get_count (self->model) == 0)
    return FALSE;
  if (self->cursor == INK_GRID_NOWHERE)
    self->cursor = 0;
  /* What keys such as Delete act on is where the keyboard is. */
  if (ink_photo_grid_count_selected (self) == 0)
    ink_photo_grid_select (self, self->cursor, 0);
  ink_photo_grid_focus_cursor (self);
  return TRUE;
}

static gboolean
ink_photo_grid_grab_focus (GtkWidget *widget)
{
  InkPhotoGrid *self = INK_PHOTO_GRID (widget);
  GtkWidget *cell = ink_photo_grid_get_cell (self, self->cursor);

  if (cell && gtk_widget_grab_focus (cell))
    return TRUE;
  return GTK_WIDGET_CLASS (ink_photo_grid_parent_class)->grab_focus (widget);
}

/* ---- The widget ---------------------------------------------------------------------------- */

static void
ink_photo_grid_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ink_photo_grid_snapshot_cells (INK_PHOTO_GRID (widget), snapshot);
}

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
  ink_photo_grid_end_band (self);
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
  gtk_bitset_unref (self->selected);
  g_array_unref (self->ids);
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
  widget_class->snapshot = ink_photo_grid_snapshot;

  ink_photo_grid_install_actions (widget_class);
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
  self->ids = g_array_ref (ink_result_model_get_ids (self->model));
  self->selected = gtk_bitset_new_empty ();
  self->cursor = self->mark = self->anchor = self->pressed = INK_GRID_NOWHERE;
  self->wanted_from = self->wanted_to = INK_GRID_NOWHERE;
  ink_grid_layout_init (&self->layout, INK_GRID_MARGIN, INK_GRID_GAP);
  for (guint i = 0; i < G_N_ELEMENTS (self->headings); i++) {
    self->headings[i] =
        g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "ellipsize", PANGO_ELLIPSIZE_END, NULL);
    gtk_widget_add_css_class (self->headings[i], "band-heading");
    gtk_widget_set_parent (self->headings[i], widget);
  }
  set_bands (self);
  g_signal_connect_object (self->thumbnails, "arrived",
                           G_CALLBACK (ink_photo_grid_thumbnail_arrived), self, G_CONNECT_SWAPPED);

  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Photos"), GTK_ACCESSIBLE_PROPERTY_MULTI_SELECTABLE, TRUE, -1);
  ink_photo_grid_add_controllers (self);
  ink_photo_grid_add_drags (self);
}

void
ink_photo_grid_set_model (InkPhotoGrid *self, InkResultModel *model)
{
  guint removed = self->ids->len;

  g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, model);
  g_signal_connect_object (model, "items-changed", G_CALLBACK (results_changed_cb), self,
                           G_CONNECT_SWAPPED);
  results_changed_cb (self, 0, removed, ink_result_model_get_count (model));
}

/* Asks for thumbnails anew. */
static void
source_changed (InkPhotoGrid *self)
{
  self->wanted_from = self->wanted_to = INK_GRID_NOWHERE;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
ink_photo_grid_set_library (InkPhotoGrid *self, InkLibrary *library)
{
  ink_thumbnail_cache_set_library (self->thumbnails, library);
  source_changed (self);
}

void
ink_photo_grid_set_loader (InkPhotoGrid *self, InkThumbnailLoader loader, GObject *source)
{
  ink_thumbnail_cache_set_loader (self->thumbnails, loader, source);
  source_changed (self);
}

void
ink_photo_grid_reset (InkPhotoGrid *self)
{
  self->cursor = self->mark = self->anchor = INK_GRID_NOWHERE;
  self->anchor_held = FALSE;
  ink_photo_grid_unselect_all (self);
  ink_photo_grid_scroll_to (self, 0);
}

/* Zooms around the photo with the keyboard where it is on the screen, else around the middle. */
static void
zoom_to (InkPhotoGrid *self, int size)
{
  double x = gtk_widget_get_width (GTK_WIDGET (self)) / 2.0;
  double y = gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;

  if (ink_photo_grid_get_cell (self, self->cursor))
    ink_photo_grid_locate (self, self->cursor, &x, &y);
  ink_photo_grid_set_cell_size (self, size, x, y);
}

void
ink_photo_grid_zoom (InkPhotoGrid *self, int steps)
{
  zoom_to (self, (int)lround (self->cell_size * pow (ZOOM_STEP, steps)));
}

void
ink_photo_grid_reset_zoom (InkPhotoGrid *self)
{
  zoom_to (self, DEFAULT_SIZE);
}
