/* photo-grid-private.h: what the parts of the grid share: photo-grid.c is the widget with its
 * layout, photo-grid-cells.c puts cells where they belong, photo-grid-selection.c selects them,
 * photo-grid-input.c answers keys and clicks, photo-grid-drag.c rubber bands and drags.
 */
#pragma once

#include "grid-layout.h"
#include "photo-cell.h"
#include "photo-grid.h"

G_BEGIN_DECLS

#define INK_GRID_MARGIN 12
#define INK_GRID_GAP 8

/* A rubber band: a rectangle of the content, from where it was begun to the pointer. */
typedef struct {
  GtkWidget *widget;  /* a child that CSS draws; visible while there is a band */
  GtkBitset *base;    /* what was selected before; NULL while there is no band */
  double x, y;        /* where it began, in the content */
  double to_x, to_y;  /* where the pointer is, in the widget */
  guint tick;         /* callback that scrolls while the pointer is near an edge */
  gint64 last_scroll; /* frame time of the last such step */
} InkGridBandSelect;

struct _InkPhotoGrid {
  GtkWidget parent_instance;

  InkResultModel *model;
  InkThumbnailCache *thumbnails;
  GtkAdjustment *adjustments[2]; /* by GtkOrientation */
  GtkWidget *headings[2];        /* labels; the first band has one only where nothing is strong */
  GtkWidget *menu;               /* popover */
  GMenuModel *menu_model;

  InkGridLayout layout;
  int cell_size;     /* that the user chose */
  GHashTable *cells; /* position -> InkPhotoCell: what is on the screen */
  GPtrArray *spare;  /* InkPhotoCell, children that are not shown */

  /* Positions. They follow their photos when the results change. */
  GArray *ids; /* gint64, by position: of the results that the positions are of */
  GtkBitset *selected;
  guint cursor;         /* where the keyboard is; this and the next: INK_GRID_NOWHERE for none */
  guint mark;           /* the fixed end of a range */
  guint anchor;         /* stays where it is when the layout changes */
  double anchor_offset; /* of its top from the top of what is visible */
  gboolean anchor_held; /* by a run of zoom steps */
  guint pressed;        /* a selected photo that a click may yet select alone */

  gboolean relayout;            /* the next allocation keeps the anchor in place */
  gboolean configuring;         /* the adjustment changes by our own doing */
  guint settle;                 /* source id: ask for thumbnails of the new size */
  guint thumbnail_side;         /* device pixels; follows the cell's size when that rests */
  guint wanted_from, wanted_to; /* positions whose thumbnails are asked for */

  InkGridBandSelect band;
  double pointer_x, pointer_y;
  double zoom_rest; /* of smooth scrolling, not yet a step */
};

/* ---- photo-grid.c ---- */

double ink_photo_grid_get_scroll (InkPhotoGrid *self);
void ink_photo_grid_scroll_to (InkPhotoGrid *self, double value);
void ink_photo_grid_set_cell_size (InkPhotoGrid *self, int size, double x, double y);

/* Makes a photo the one that stays in place. */
void ink_photo_grid_set_anchor (InkPhotoGrid *self, guint position);

/* Points and cells in the widget's own coordinates, scrolled and mirrored. */
guint ink_photo_grid_hit (InkPhotoGrid *self, double x, double y);
void ink_photo_grid_locate (InkPhotoGrid *self, guint position, double *x, double *y);

/* The left of something @width wide, mirrored where text runs from right to left: from the
 * layout's coordinates to the widget's, and back. */
double ink_photo_grid_mirror (InkPhotoGrid *self, double x, double width);

/* ---- photo-grid-cells.c ---- */

void ink_photo_grid_place_cells (InkPhotoGrid *self);
void ink_photo_grid_retire_all_cells (InkPhotoGrid *self);

/* Gives the cells on the screen the positions that their photos have now. */
void ink_photo_grid_move_cells (InkPhotoGrid *self, guint first, guint removed, guint added);

/* Returns: (nullable): the cell on the screen */
GtkWidget *ink_photo_grid_get_cell (InkPhotoGrid *self, guint position);
void ink_photo_grid_thumbnail_arrived (InkPhotoGrid *self, gint64 photo);
void ink_photo_grid_snapshot_cells (InkPhotoGrid *self, GtkSnapshot *snapshot);

/* ---- photo-grid-selection.c ---- */

/* A click, or a step of the keyboard, on a photo: Shift takes all from the mark on, Control adds
 * or takes away one. */
void ink_photo_grid_select (InkPhotoGrid *self, guint position, GdkModifierType modifiers);
gboolean ink_photo_grid_is_selected (InkPhotoGrid *self, guint position);

/* Shows a change of self->selected and tells of it. */
void ink_photo_grid_selection_changed (InkPhotoGrid *self);

/* Scrolls as little as makes the photo at the cursor visible, and gives it the keyboard. */
void ink_photo_grid_focus_cursor (InkPhotoGrid *self);

/* Brings all positions up to date with the model. */
void ink_photo_grid_move_positions (InkPhotoGrid *self, guint first, guint removed, guint added);

/* ---- photo-grid-input.c ---- */

void ink_photo_grid_install_actions (GtkWidgetClass *klass);
void ink_photo_grid_add_controllers (InkPhotoGrid *self);

/* ---- photo-grid-drag.c ---- */

void ink_photo_grid_add_drags (InkPhotoGrid *self);
void ink_photo_grid_place_band (InkPhotoGrid *self);
void ink_photo_grid_end_band (InkPhotoGrid *self);

G_END_DECLS
