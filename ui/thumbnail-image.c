/* thumbnail-image.c: cuts, scales and rounds a thumbnail. */
#include "thumbnail-image.h"

#include <math.h>

/* A little larger than what the library keeps is not worth a new one. */
#define STORED_STRETCH 1.15

#define EDGE_STRENGTH 0.25

/* No cell is worth more than this, whatever a panorama's shape. */
#define LARGEST_SIZE 2048

guint
ink_thumbnail_load_size (guint side, guint width, guint height)
{
  double longer = MAX (width, height), shorter = MIN (width, height);
  double size = shorter > 0 ? ceil (side * longer / shorter) : side;

  if (size <= INK_THUMBNAIL_STORED_SIZE * STORED_STRETCH)
    return INK_THUMBNAIL_STORED_SIZE;
  return (guint)MIN (size, LARGEST_SIZE);
}

/* The picture as a surface of its own size. */
static cairo_surface_t *
surface_from_pixels (const InkPixels *pixels)
{
  int width = (int)pixels->width, height = (int)pixels->height;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  gsize size;
  const guint8 *source = g_bytes_get_data (pixels->rgb, &size);

  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS ||
      size < (gsize)pixels->width * pixels->height * 3)
    return surface;

  guint8 *rows = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);
  for (int y = 0; y < height; y++) {
    guint32 *to = (guint32 *)(gpointer)(rows + (gsize)y * stride);
    for (int x = 0; x < width; x++, source += 3)
      to[x] = (guint32)source[0] << 16 | (guint32)source[1] << 8 | source[2];
  }
  cairo_surface_mark_dirty (surface);
  return surface;
}

static void
add_rounded_square (cairo_t *cr, double side, double radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, side - radius, radius, radius, -G_PI_2, 0);
  cairo_arc (cr, side - radius, side - radius, radius, 0, G_PI_2);
  cairo_arc (cr, radius, side - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, radius, radius, radius, G_PI, 3 * G_PI_2);
  cairo_close_path (cr);
}

cairo_surface_t *
ink_thumbnail_image_new (const InkPixels *pixels, guint side, double radius)
{
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int)side, (int)side);
  cairo_surface_t *source = surface_from_pixels (pixels);
  cairo_t *cr = cairo_create (image);
  double shorter = MIN (pixels->width, pixels->height), scale = side / MAX (shorter, 1);

  add_rounded_square (cr, side, MIN (radius, side / 2.0));
  cairo_clip (cr);
  cairo_translate (cr, (side - pixels->width * scale) / 2, (side - pixels->height * scale) / 2);
  cairo_scale (cr, scale, scale);
  cairo_set_source_surface (cr, source, 0, 0);
  /* Pad: the edge of a picture must not fade into what lies beyond it. */
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_GOOD);
  cairo_paint (cr);

  /* A picture of the background's own colour still has an edge. */
  cairo_identity_matrix (cr);
  add_rounded_square (cr, side, MIN (radius, side / 2.0));
  cairo_set_source_rgba (cr, 0.5, 0.5, 0.5, EDGE_STRENGTH);
  cairo_set_line_width (cr, 2); /* the outer half is clipped */
  cairo_stroke (cr);

  cairo_destroy (cr);
  cairo_surface_destroy (source);
  cairo_surface_flush (image);
  return image;
}
