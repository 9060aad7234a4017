/* where-overlay.c: a veil over a picture that leaves open where a description matches.
 *
 * The places are few; between their middles the veil changes smoothly, so that it looks like light
 * and not like squares.
 */
#include "where-overlay.h"

#include <math.h>

/* Pixels of the longer side: enough for a smooth stretch to any size. */
#define SIDE 192
#define DARKEST 160.0

/* Below this no place stands out. */
#define MATCH 0.25f

static double
score_at (const InkPlaces *places, const float *scores, int column, int row)
{
  column = CLAMP (column, 0, (int)places->columns - 1);
  row = CLAMP (row, 0, (int)places->rows - 1);
  return CLAMP (scores[(gsize)row * places->columns + (guint)column], 0, 1);
}

/* Between the middles of places, by a curve without corners. */
static double
ease (double t)
{
  return t * t * (3 - 2 * t);
}

/* @x, @y: in places, from the left top of what they cover */
static double
interpolate (const InkPlaces *places, const float *scores, double x, double y)
{
  double left = floor (x - 0.5), top = floor (y - 0.5);
  double tx = ease (x - 0.5 - left), ty = ease (y - 0.5 - top);
  int column = (int)left, row = (int)top;
  double upper = (1 - tx) * score_at (places, scores, column, row) +
                 tx * score_at (places, scores, column + 1, row);
  double lower = (1 - tx) * score_at (places, scores, column, row + 1) +
                 tx * score_at (places, scores, column + 1, row + 1);

  return (1 - ty) * upper + ty * lower;
}

/* @x, @y: fractions of the picture. What no place covers is not known, and veiled. */
static double
look_up (const InkPlaces *places, const float *scores, double x, double y)
{
  x = (x - places->covers.x) / places->covers.width;
  y = (y - places->covers.y) / places->covers.height;
  if (x < 0 || x > 1 || y < 0 || y > 1)
    return 0;
  return interpolate (places, scores, x * places->columns, y * places->rows);
}

GdkTexture *
ink_where_overlay_new (const InkPlaces *places, guint which, double width, double height)
{
  const float *scores = places->scores + (gsize)which * places->columns * places->rows;
  double scale = SIDE / MAX (width, height);
  int columns = MAX ((int)(width * scale), 1), rows = MAX ((int)(height * scale), 1);
  gsize size = (gsize)columns * (gsize)rows * 4;
  guint8 *pixels = g_malloc0 (size); /* black, with the alpha set below */

  for (int y = 0; y < rows; y++)
    for (int x = 0; x < columns; x++) {
      double score = look_up (places, scores, (x + 0.5) / columns, (y + 0.5) / rows);
      pixels[((gsize)y * (gsize)columns + (gsize)x) * 4 + 3] = (guint8)(DARKEST * (1 - score));
    }
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, size);
  return gdk_memory_texture_new (columns, rows, GDK_MEMORY_R8G8B8A8_PREMULTIPLIED, bytes,
                                 (gsize)columns * 4);
}

gboolean
ink_where_overlay_matches (const InkPlaces *places, guint which)
{
  gsize n = (gsize)places->columns * places->rows;

  for (gsize i = 0; i < n; i++)
    if (places->scores[which * n + i] > MATCH)
      return TRUE;
  return FALSE;
}
