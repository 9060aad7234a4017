/* tiling.c: how the whole of a picture is shown to a tower that takes rectangles (clip.h). */
#include <math.h>

#include "image/preprocess.h"
#include "image/resample.h"

/* Beyond this a picture is a panorama: its rectangle would be too low to show anything. */
#define LONGEST_RATIO 2.0

/* A rectangle may have as much more or less than the square's area, so that its sides can come near
 * the picture's aspect. */
#define AREA_TOLERANCE 0.125

/* Sides in units of CLIP_PLACE_SIDE. */
typedef struct {
  guint along, across; /* the picture's longer side, and the shorter one */
} Cells;

/* The rectangle of about the area of a square of @size pixels whose aspect is nearest to @ratio,
 * which is at least 1. */
static Cells
choose_cells (guint size, double ratio)
{
  double area = (double)size * size / (CLIP_PLACE_SIDE * CLIP_PLACE_SIDE);
  Cells best = {1, 1};
  double best_miss = INFINITY;

  for (guint across = 1; across * across <= area * (1 + AREA_TOLERANCE); across++) {
    guint from = (guint)MAX (ceil (area * (1 - AREA_TOLERANCE) / across), 1);
    guint to = (guint)floor (area * (1 + AREA_TOLERANCE) / across);

    for (guint along = MAX (from, across); along <= to; along++) {
      double miss = fabs (log ((double)along / across / ratio));
      /* Of equally good ones the one that is nearest to the square's area. */
      miss += 1e-6 * fabs (along * across / area - 1);
      if (miss < best_miss) {
        best = (Cells){along, across};
        best_miss = miss;
      }
    }
  }
  return best;
}

void
clip_tiling_init (ClipTiling *tiling, guint width, guint height, guint size)
{
  double ratio = (double)MAX (width, height) / MAX (MIN (width, height), 1);
  Cells tile = choose_cells (size, MIN (ratio, LONGEST_RATIO));
  guint along = tile.along;

  tiling->n = 1;
  if (ratio > LONGEST_RATIO) {
    /* Each tile overlaps the next by half at least: what lies on an edge is whole in a neighbour.
     */
    double wanted = ratio * tile.across;
    double most = tile.along * (1 + (CLIP_TILES_MAX - 1) / 2.0);
    along = MAX ((guint)(MIN (wanted, most) + 0.5), tile.along);
    tiling->n += (2 * (along - tile.along) + tile.along - 1) / tile.along;
  }
  gboolean wide = width >= height;
  tiling->width = CLIP_PLACE_SIDE * (wide ? along : tile.across);
  tiling->height = CLIP_PLACE_SIDE * (wide ? tile.across : along);
  tiling->tile_width = CLIP_PLACE_SIDE * (wide ? tile.along : tile.across);
  tiling->tile_height = CLIP_PLACE_SIDE * (wide ? tile.across : tile.along);
}

gboolean
clip_picture_tile (const ClipPicture *picture, const ClipTiling *tiling, guint index, guint8 *tile,
                   GError **error)
{
  guint gaps = MAX (tiling->n - 1, 1);
  ClipRectangle part = {
      .x = (gsize)(tiling->width - tiling->tile_width) * index / gaps,
      .y = (gsize)(tiling->height - tiling->tile_height) * index / gaps,
      .width = tiling->tile_width,
      .height = tiling->tile_height,
  };

  return clip_picture_check (picture, error) &&
         clip_resample (picture, tiling->width, tiling->height, &part, tile, error);
}
