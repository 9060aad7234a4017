/* photo-grid-private.h: what the parts of the grid share: photo-grid.c places cells,
 * photo-grid-selection.c selects them, photo-grid-input.c answers keys and pointers. */
#pragma once

#include "grid-layout.h"
#include "photo-cell.h"
#include "photo-grid.h"

G_BEGIN_DECLS

/* A place in the results that follows its photo. */
typedef struct {
  guint position; /* INK_GRID_NOWHERE where there is none */
  gint64 photo;
} InkGridPlace;

struct _InkPhotoGrid {
  GtkWidget parent_instance;

  InkResultModel *model;
  InkThumbnailCache *thumbnails;
  GtkAdjustment *adjustments[2]; /* by GtkOrientation */
  GtkWidget *headings[2];        /* labels; the first band has one only where nothing is strong */
  GtkWidget *menu;               /* popover */
  GMenuModel *menu_model;

  InkGridLayout layout;
  int cell_size;        /* that the user chose */
  GHashTable *cells;    /* position -> InkPhotoCell: what is on the screen */
  GPtrArray *spare;     /* InkPhotoCell, children that are not shown */
  GHashTable *selected; /* set of gint64 photo */

  InkGridPlace cursor;  /* where the keyboard is */
  InkGridPlace mark;    /* the fixed end of a range */
  InkGridPlace anchor;  /* stays where it is when the layout changes */
  double anchor_offset; /* of its top from the top of what is visible */
  gboolean anchor_held; /* by a run of zoom steps */
  gboolean relayout;    /* the next allocation keeps the anchor in place */
  gboolean configuring; /* the adjustment changes by our own doing */
  guint settle;         /* source id: ask for thumbnails of the new size */
  guint thumbnail_side; /* device pixels; follows the cell's size when that rests */

  double pointer_x, pointer_y;
  double zoom_rest; /* of smooth scrolling, not yet a step */
};

/* ---- photo-grid.c ---- */

double ink_photo_grid_get_scroll (InkPhotoGrid *self);
void ink_photo_grid_place_cells (InkPhotoGrid *self);
void ink_photo_grid_set_place (InkPhotoGrid *self, InkGridPlace *place, guint position);
void ink_photo_grid_set_cell_size (InkPhotoGrid *self, int size, double x, double y);

/* Points and cells in the widget's own coordinates, scrolled and mirrored. */
guint ink_photo_grid_hit (InkPhotoGrid *self, double x, double y);
void ink_photo_grid_locate (InkPhotoGrid *self, guint position, double *x, double *y);

/* ---- photo-grid-selection.c ---- */

/* A click, or a step of the keyboard, on a photo: Shift takes all from the mark on, Control adds
 * or takes away one. */
void ink_photo_grid_select (InkPhotoGrid *self, guint position, GdkModifierType modifiers);
gboolean ink_photo_grid_is_selected (InkPhotoGrid *self, guint position);

/* Scrolls as little as makes the photo at the cursor visible, and gives it the keyboard. */
void ink_photo_grid_focus_cursor (InkPhotoGrid *self);

/* ---- photo-grid-input.c ---- */

void ink_photo_grid_add_controllers (InkPhotoGrid *self);
void ink_photo_grid_popup_menu (InkPhotoGrid *self, double x, double y);

G_END_DECLS
