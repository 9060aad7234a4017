/* rows.c: rows in blocks, and one panel past all of them (product.h). */
#include "compute/product.h"

#define BLOCK_SIZE (CLIP_BLOCK * sizeof (guint32))
#define LINE 64 /* of the cache, in bytes */

static gsize
count_blocks (ClipPrecision precision, gsize n)
{
  gsize values = CLIP_BLOCK * clip_word_values (precision);
  return clip_divide_up (n, values);
}

gsize
clip_rows_size (ClipPrecision precision, gsize rows, gsize n)
{
  gsize size = rows * count_blocks (precision, n) * BLOCK_SIZE;
  if (precision == CLIP_PRECISION_INT8)
    size += (rows * sizeof (ClipRowScale) + BLOCK_SIZE - 1) / BLOCK_SIZE * BLOCK_SIZE;
  return size;
}

ClipRows
clip_rows_in (gpointer memory, ClipPrecision precision, gsize rows, gsize n)
{
  gsize size = rows * count_blocks (precision, n) * BLOCK_SIZE;
  return (ClipRows){
      .blocks = memory,
      .step = rows * CLIP_BLOCK,
      .rows = rows,
      .scales = (gpointer)((guint8 *)memory + size),
  };
}

void
clip_rows_pack (const ClipRows *rows, const ClipTiles *tiles, gsize first, gsize n_rows,
                const float *x, gsize n)
{
  tiles->pack ((guint8 *)rows->blocks + first * BLOCK_SIZE, rows->step, rows->scales + first, x, n,
               n_rows, n);
}

/* Rows of a tile where one is not enough: a tile of all the registers, 12 rows of AVX-512, was
 * slower in f32, and no faster otherwise. */
#define SEVERAL_ROWS 10

/* Tiles of nearly equal height. With each of them an equal part of what is next is fetched: all at
 * once with the first tile, memory can't keep up. */
void
clip_rows_multiply (const ClipRows *rows, const ClipTiles *tiles, const ClipLinear *linear,
                    gconstpointer panels, gsize panel_index, gconstpointer next, ClipTileDone done,
                    gpointer data)
{
  gsize column = panel_index * CLIP_PANEL, stride = clip_panels_stride (linear);
  gsize steps = clip_panels_steps (linear), columns = MIN (CLIP_PANEL, linear->out - column);
  const guint8 *panel = (const guint8 *)panels + panel_index * stride;
  gboolean bytes = linear->precision == CLIP_PRECISION_INT8;
  gsize most = tiles->tile_rows;
  if (rows->rows > most)
    most = MIN (most, SEVERAL_ROWS);
  gsize n_tiles = clip_divide_up (rows->rows, most);
  gsize fetch = clip_divide_up (CLIP_FETCH_WORDS * CLIP_PANEL_STEP / LINE, n_tiles);
  gsize part = steps / CLIP_FETCH_WORDS * fetch * LINE;
  guint8 sums[CLIP_TILE_MAX_ROWS * CLIP_PANEL_STEP] __attribute__ ((aligned (64)));
  for (gsize t = 0; t < n_tiles; t++) {
    gsize first = t * rows->rows / n_tiles, height = (t + 1) * rows->rows / n_tiles - first;
    gboolean fetches = next && t * part < stride;
    tiles->multiply (height, steps, (const guint8 *)rows->blocks + first * BLOCK_SIZE, rows->step,
                     panel, fetches ? (const guint8 *)next + t * part : panel, fetches ? fetch : 0,
                     sums);
    ClipFinish finish = {0};
    if (bytes) {
      finish.row_scales = rows->scales + first;
      finish.column_scales = (gconstpointer)(panel + stride - 2 * CLIP_PANEL_STEP);
      finish.column_sums = (gconstpointer)(panel + stride - CLIP_PANEL_STEP);
    }
    done (data, sums, first, height, column, columns, &finish);
  }
}
