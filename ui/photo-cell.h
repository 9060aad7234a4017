/* photo-cell.h: one cell of the grid: a bare leaf widget that draws a photo's thumbnail. */
#pragma once

#include "photo-item.h"
#include "thumbnail-cache.h"

G_BEGIN_DECLS

/* Of the corners, in pixels. */
#define INK_PHOTO_CELL_RADIUS 6.0

#define INK_TYPE_PHOTO_CELL (ink_photo_cell_get_type ())
G_DECLARE_FINAL_TYPE (InkPhotoCell, ink_photo_cell, INK, PHOTO_CELL, GtkWidget)

GtkWidget *ink_photo_cell_new (InkThumbnailCache *thumbnails);

/* @photo: (nullable): %NULL for a cell that waits to be used again */
void ink_photo_cell_bind (InkPhotoCell *cell, InkPhotoItem *photo, guint position, guint count);
void ink_photo_cell_set_selected (InkPhotoCell *cell, gboolean selected);

/* Returns: (nullable) */
InkPhotoItem *ink_photo_cell_get_photo (InkPhotoCell *cell);

G_END_DECLS
