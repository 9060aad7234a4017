/* product-tiles.c: products by our own tiles (tiles.h).
 *
 * A thread takes some rows and some panels. It lays its rows out in blocks, in its scratch, and
 * takes one panel after the other past all of them: so a panel comes from memory once and then
 * from the second-level cache, as do the rows. */
#include <stdlib.h>
#include <string.h>

#include "compute/product.h"

/* A share of the work is at least this many rows, if there are as many: each share reads all the
 * weights of its panels. */
#define FEW_ROWS 48

typedef struct {
  const ClipProduct *product;
  const float *panels;
  gsize rows;     /* of a share, all but the last */
  gsize n_panels; /* of a share, all but the last */
  gsize column_shares;
} Loop;

static gsize
divide_up (gsize a, gsize b)
{
  return (a + b - 1) / b;
}

/* ---- Panels ------------------------------------------------------------------------------ */

typedef struct {
  const ClipLinear *linear;
  float *panels;
} PackLoop;

/* From [out][in]: a line of the cache from each row at a time. */
static void
turn_panel (const ClipLinear *linear, gsize first, gsize columns, float *panel)
{
  gsize in = linear->in;
  for (gsize k = 0; k < in; k += CLIP_BLOCK)
    for (gsize c = 0; c < columns; c++)
      for (gsize i = k; i < MIN (k + CLIP_BLOCK, in); i++)
        panel[i * CLIP_PANEL + c] = linear->weight[(first + c) * in + i];
}

static void
pack_panel (gpointer data, gsize index, guint slot)
{
  const PackLoop *loop = data;
  const ClipLinear *linear = loop->linear;
  gsize in = linear->in, out = linear->out, first = index * CLIP_PANEL;
  gsize columns = MIN (CLIP_PANEL, out - first);
  float *panel = loop->panels + first * in;
  if (columns < CLIP_PANEL)
    memset (panel, 0, CLIP_PANEL * in * sizeof (float));
  if (!linear->transposed)
    turn_panel (linear, first, columns, panel);
  else
    for (gsize k = 0; k < in; k++)
      memcpy (panel + k * CLIP_PANEL, linear->weight + k * out + first, columns * sizeof (float));
}

/* Several threads may come here at once with a new layer: each packs it then, and the first to
 * have done so wins. */
static const float *
get_panels (const ClipProduct *product, ClipLinear *linear)
{
  float *panels = g_atomic_pointer_get (&linear->panels);
  if (panels)
    return panels;
  gsize n = divide_up (linear->out, CLIP_PANEL), size;
  if (!g_size_checked_mul (&size, n * CLIP_PANEL, linear->in) ||
      !g_size_checked_mul (&size, size, sizeof (float)))
    return NULL;
  panels = aligned_alloc (64, size);
  if (!panels)
    return NULL;
  PackLoop loop = {.linear = linear, .panels = panels};
  clip_pool_run (product->run->pool, n, pack_panel, &loop);
  if (!g_atomic_pointer_compare_and_exchange (&linear->panels, NULL, panels))
    free (panels);
  return g_atomic_pointer_get (&linear->panels);
}

/* ---- Shares ------------------------------------------------------------------------------ */

/* @rows rows of @n floats, dense, to blocks. */
static void
pack_rows (const float *x, gsize rows, gsize n, float *blocks)
{
  gsize k = 0;
  for (; k + CLIP_BLOCK <= n; k += CLIP_BLOCK)
    for (gsize r = 0; r < rows; r++, blocks += CLIP_BLOCK)
      memcpy (blocks, x + r * n + k, CLIP_BLOCK * sizeof (float));
  if (k < n)
    for (gsize r = 0; r < rows; r++, blocks += CLIP_BLOCK)
      memcpy (blocks, x + r * n + k, (n - k) * sizeof (float));
}

/* One panel past all rows of a share, in tiles of nearly equal height. */
static void
multiply_panel (const Loop *loop, const float *blocks, gsize row, gsize rows, gsize panel_index)
{
  const ClipProduct *product = loop->product;
  const ClipTiles *tiles = product->tiles;
  const ClipLinear *linear = product->linear;
  gsize in = linear->in, out = linear->out, column = panel_index * CLIP_PANEL;
  const float *panel = loop->panels + column * in;
  gboolean last = column + CLIP_PANEL >= out;
  gsize n_tiles = divide_up (rows, tiles->tile_rows);
  float sums[CLIP_TILE_MAX_ROWS * CLIP_PANEL] __attribute__ ((aligned (64)));
  for (gsize t = 0; t < n_tiles; t++) {
    gsize first = t * rows / n_tiles, height = (t + 1) * rows / n_tiles - first;
    const float *next = panel + (t == 0 && !last ? CLIP_PANEL * in : 0);
    tiles->multiply (height, in, blocks + first * CLIP_BLOCK, rows * CLIP_BLOCK, panel, next, sums);
    ClipFinish finish = clip_product_finish (product, row + first, column);
    tiles->finish (product->y + (row + first) * out + column, out, sums, CLIP_PANEL, height,
                   MIN (CLIP_PANEL, out - column), &finish);
  }
}

static void
multiply_share (gpointer data, gsize index, guint slot)
{
  const Loop *loop = data;
  const ClipProduct *product = loop->product;
  const ClipLinear *linear = product->linear;
  gsize row = index / loop->column_shares * loop->rows;
  gsize rows = MIN (loop->rows, product->rows - row);
  gsize panel = index % loop->column_shares * loop->n_panels;
  gsize end = MIN (panel + loop->n_panels, divide_up (linear->out, CLIP_PANEL));
  float *blocks = clip_run_scratch (product->run, slot);
  pack_rows (product->x + row * linear->in, rows, linear->in, blocks);
  for (; panel < end; panel++)
    multiply_panel (loop, blocks, row, rows, panel);
}

/* Two shares a thread, so that one that was held up does not hold up all; by rows where there are
 * enough of them, else by columns too. */
gboolean
clip_product_by_tiles (const ClipProduct *product, ClipLinear *linear)
{
  gsize row_size = divide_up (linear->in, CLIP_BLOCK) * CLIP_BLOCK * sizeof (float);
  gsize most_rows = CLIP_SCRATCH_SIZE / row_size;
  if (most_rows < product->tiles->tile_rows)
    return FALSE;
  Loop loop = {.product = product, .panels = get_panels (product, linear)};
  if (!loop.panels)
    return FALSE;
  guint threads = clip_pool_get_threads (product->run->pool);
  gsize shares = threads > 1 ? 2 * threads : 1;
  loop.rows = MIN (MAX (divide_up (product->rows, shares), FEW_ROWS), most_rows);
  gsize row_shares = divide_up (product->rows, loop.rows);
  loop.rows = divide_up (product->rows, row_shares);
  gsize n_panels = divide_up (linear->out, CLIP_PANEL);
  loop.n_panels = divide_up (n_panels, MIN (n_panels, divide_up (shares, row_shares)));
  loop.column_shares = divide_up (n_panels, loop.n_panels);
  clip_pool_run (product->run->pool, row_shares * loop.column_shares, multiply_share, &loop);
  return TRUE;
}
