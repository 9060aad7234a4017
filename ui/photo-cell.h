/* photo-cell.h: one cell of the grid: a bare leaf widget that draws a photo's thumbnail. */
#pragma once

#include "photo-item.h"
#include "thumbnail-cache.h"

G_BEGIN_DECLS

/* Of the corners, in pixels. */
#define INK_PHOTO_CELL_RADIUS 6.0

#define INK_TYPE_PHOTO_CELL (ink_photo_cell_get_type ())
G_DECLARE_FINAL_TYPE (InkPhotoCell, ink_photo_cell, INK, PHOTO_CELL, GtkWidget)

/* Where a cell is among the results. */
typedef struct {
  guint position, count;
  guint group;     /* photos in its group, 0 for one on its own */
  gboolean member; /* of an open group, but not its head */
  gboolean open;   /* the group shows its members */
} InkPhotoCellPlace;

GtkWidget *ink_photo_cell_new (InkThumbnailCache *thumbnails);

/* @photo: (nullable): %NULL for a cell that waits to be used again, then @place is as well */
void ink_photo_cell_bind (InkPhotoCell *cell, InkPhotoItem *photo, const InkPhotoCellPlace *place);
void ink_photo_cell_set_selected (InkPhotoCell *cell, gboolean selected);

/* Returns: (nullable) */
InkPhotoItem *ink_photo_cell_get_photo (InkPhotoCell *cell);

gboolean ink_photo_cell_is_in_open_group (InkPhotoCell *cell);

/* Whether a point of the cell belongs to the badge with the number of its group. */
gboolean ink_photo_cell_is_on_badge (InkPhotoCell *cell, double x, double y);

G_END_DECLS
