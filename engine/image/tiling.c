/* tiling.c: what of a picture is shown to a tower, and how (clip.h). */
#include <math.h>

#include "image/preprocess.h"
#include "image/resample.h"

/* Beyond this a picture is a panorama: its rectangle would be too low to show anything. */
#define LONGEST_RATIO 2.0

/* A rectangle may have as much more or less than the square's area, so that its sides can come near
 * the picture's aspect. */
#define AREA_TOLERANCE 0.125

/* Up to here the central square, which then leaves out a tenth at each end, does alone. */
#define NEARLY_SQUARE 1.25

/* The least part of its side by which a square lies over the next, so that little is cut in two by
 * both. */
#define OVERLAP 0.2

static const char *const view_names[] = {"centre", "whole", "squares"};

const char *
clip_view_to_string (ClipView view)
{
  return view_names[view];
}

gboolean
clip_view_from_string (const char *text, ClipView *view)
{
  for (guint i = 0; i < G_N_ELEMENTS (view_names); i++)
    if (g_str_equal (text, view_names[i])) {
      *view = i;
      return TRUE;
    }
  return FALSE;
}

/* ---- Rectangles -------------------------------------------------------------------------- */

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

static void
show_whole (ClipTiling *tiling, gboolean wide, double ratio, guint size)
{
  Cells tile = choose_cells (size, MIN (ratio, LONGEST_RATIO));
  guint along = tile.along;

  tiling->n = 1;
  if (ratio > LONGEST_RATIO) {
    /* Each tile overlaps the next by half: what lies on an edge is whole in a neighbour. */
    double most = tile.along * (1 + (CLIP_TILES_MAX - 1) / 2.0);
    along = MAX ((guint)(MIN (ratio * tile.across, most) + 0.5), tile.along);
    tiling->n += (2 * (along - tile.along) + tile.along - 1) / tile.along;
  }
  tiling->width = CLIP_PLACE_SIDE * (wide ? along : tile.across);
  tiling->height = CLIP_PLACE_SIDE * (wide ? tile.across : along);
  tiling->tile_width = CLIP_PLACE_SIDE * (wide ? tile.along : tile.across);
  tiling->tile_height = CLIP_PLACE_SIDE * (wide ? tile.across : tile.along);
}

/* ---- Squares ----------------------------------------------------------------------------- */

/* torchvision's Resize truncates the quotient as computed in double. */
static gsize
scale_side (guint pixels, guint size, guint shorter)
{
  return (gsize)((double)((guint64)size * pixels) / (double)shorter);
}

static guint
count_squares (double ratio)
{
  if (ratio <= NEARLY_SQUARE)
    return 1;
  return (guint)MIN (ceil ((ratio - OVERLAP) / (1 - OVERLAP)), CLIP_TILES_MAX);
}

/* ---- Tilings ----------------------------------------------------------------------------- */

void
clip_tiling_init (ClipTiling *tiling, ClipView view, guint width, guint height, guint size)
{
  guint shorter = MAX (MIN (width, height), 1);
  double ratio = (double)MAX (width, height) / shorter;

  if (view == CLIP_VIEW_WHOLE) {
    show_whole (tiling, width >= height, ratio, size);
    return;
  }
  *tiling = (ClipTiling){
      .width = scale_side (width, size, shorter),
      .height = scale_side (height, size, shorter),
      .tile_width = size,
      .tile_height = size,
      .n = view == CLIP_VIEW_SQUARES ? count_squares (ratio) : 1,
  };
}

gsize
clip_tiling_get_room (ClipView view, guint size)
{
  gsize square = (gsize)3 * size * size;
  /* A rectangle has a place at least. */
  gsize rectangle = MAX (square + (gsize)ceil ((double)square * AREA_TOLERANCE),
                         (gsize)3 * CLIP_PLACE_SIDE * CLIP_PLACE_SIDE);

  switch (view) {
  case CLIP_VIEW_CENTRE:
    return square;
  case CLIP_VIEW_WHOLE:
    return CLIP_TILES_MAX * rectangle;
  case CLIP_VIEW_SQUARES:
    return CLIP_TILES_MAX * square;
  }
  g_return_val_if_reached (0);
}

/* Where a tile begins along one side. One in the middle lies as with torchvision's CenterCrop,
 * which rounds as Python's round() does: halves to the even neighbour, which is what rint() does in
 * the default rounding mode. */
static gsize
tile_offset (gsize side, guint tile, guint index, guint n)
{
  guint middle = n / 2, position = index;

  if (n == 1)
    return (gsize)rint ((double)(side - tile) / 2.0);
  if (n % 2 == 1 && index <= middle)
    position = index == 0 ? middle : index - 1;
  return (gsize)rint ((double)(side - tile) * position / (n - 1));
}

gboolean
clip_picture_tile (const ClipPicture *picture, const ClipTiling *tiling, guint index, guint8 *tile,
                   GError **error)
{
  ClipRectangle part = {
      .x = tile_offset (tiling->width, tiling->tile_width, index, tiling->n),
      .y = tile_offset (tiling->height, tiling->tile_height, index, tiling->n),
      .width = tiling->tile_width,
      .height = tiling->tile_height,
  };

  return clip_picture_check (picture, error) &&
         clip_resample (picture, tiling->width, tiling->height, &part, tile, error);
}
