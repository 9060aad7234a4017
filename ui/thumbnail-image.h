/* thumbnail-image.h: a thumbnail as a cell draws it: a square of exactly the cell's pixels, cut
 * from the middle of the picture, with round corners.
 *
 * Made in a worker thread, so that the main loop only copies pixels. No widgets here.
 */
#pragma once

#include "library/library.h"
#include <cairo.h>

G_BEGIN_DECLS

/* The longer side of the thumbnails that the library keeps. */
#define INK_THUMBNAIL_STORED_SIZE 256

/* The longer side that a picture of these measures must have for its middle to fill a square of
 * @side; the stored thumbnail's size where that is as good. */
guint ink_thumbnail_load_size (guint side, guint width, guint height);

/**
 * ink_thumbnail_image_new:
 * @side: side of the square, in device pixels
 * @radius: radius of the corners, in device pixels
 *
 * Returns: (transfer full): a surface of CAIRO_FORMAT_ARGB32
 */
cairo_surface_t *ink_thumbnail_image_new (const InkPixels *pixels, guint side, double radius);

G_END_DECLS
