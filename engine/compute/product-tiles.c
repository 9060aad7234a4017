/* product-tiles.c: products by our own tiles (tiles.h).
 *
 * A thread takes some rows and some panels. It lays its rows out in blocks, in its scratch, and
 * takes one panel after the other past all of them: so a panel comes from memory once and then
 * from the second-level cache, as do the rows. */
#include "compute/product.h"

/* A share of the work is at least this many rows, if there are as many: each share reads all the
 * weights of its panels. */
#define FEW_ROWS 48

typedef struct {
  const ClipProduct *product;
  gconstpointer panels;
  gsize rows;     /* of a share, all but the last */
  gsize n_panels; /* of a share, all but the last */
  gsize column_shares;
} Loop;

/* A share's rows. */
typedef struct {
  const ClipProduct *product;
  gsize row;
} Share;

static void
tile_done (gpointer data, gpointer sums, gsize row, gsize rows, gsize column, gsize columns,
           ClipFinish *scales)
{
  const Share *share = data;
  const ClipProduct *product = share->product;
  gsize out = product->linear->out;
  ClipFinish finish = clip_product_finish (product, share->row + row, column);
  finish.row_scales = scales->row_scales;
  finish.column_scales = scales->column_scales;
  finish.column_sums = scales->column_sums;
  product->tiles->finish (product->y + (share->row + row) * out + column, out, sums, CLIP_PANEL,
                          rows, columns, &finish);
}

/* What a share reads after its last panel: the same share's panels of the product to come. */
static gconstpointer
after_share (const Loop *loop, gsize index)
{
  ClipLinear *next = loop->product->epilogue->next;
  gconstpointer panels = next ? g_atomic_pointer_get (&next->panels) : NULL;
  gsize n = next ? clip_divide_up (clip_panels_count (next), loop->column_shares) : 0;
  if (!panels || index * n >= clip_panels_count (next))
    return NULL;
  return (const guint8 *)panels + index * n * clip_panels_stride (next);
}

static void
multiply_share (gpointer data, gsize index, guint slot)
{
  const Loop *loop = data;
  const ClipProduct *product = loop->product;
  const ClipLinear *linear = product->linear;
  Share share = {.product = product, .row = index / loop->column_shares * loop->rows};
  gsize n_rows = MIN (loop->rows, product->rows - share.row);
  gsize panel = index % loop->column_shares * loop->n_panels;
  gsize end = MIN (panel + loop->n_panels, clip_panels_count (linear));
  ClipRows rows =
      clip_rows_in (clip_run_scratch (product->run, slot), linear->precision, n_rows, linear->in);
  clip_rows_pack (&rows, product->tiles, 0, n_rows, product->x + share.row * linear->in,
                  linear->in);
  const guint8 *next = loop->panels;
  for (; panel < end; panel++)
    clip_rows_multiply (&rows, product->tiles, linear, loop->panels, panel,
                        panel + 1 < end ? next + (panel + 1) * clip_panels_stride (linear)
                                        : after_share (loop, index % loop->column_shares),
                        tile_done, &share);
}

/* Two shares a thread, so that one that was held up does not hold up all; by rows where there are
 * enough of them, else by columns too. But few rows, which wait for nothing but their weights, are
 * one share a thread: each share begins with weights that nobody has fetched. */
gboolean
clip_product_by_tiles (const ClipProduct *product, ClipLinear *linear)
{
  gsize most_rows = CLIP_SCRATCH_SIZE / clip_rows_size (linear->precision, 1, linear->in);
  Loop loop = {.product = product, .panels = clip_linear_get_panels (product->run->pool, linear)};
  if (!loop.panels)
    return FALSE;
  guint threads = clip_pool_get_threads (product->run->pool);
  gsize shares = threads > 1 && product->rows > FEW_ROWS ? 2 * threads : threads;
  loop.rows = MIN (MAX (clip_divide_up (product->rows, shares), FEW_ROWS), most_rows);
  gsize row_shares = clip_divide_up (product->rows, loop.rows);
  loop.rows = clip_divide_up (product->rows, row_shares);
  gsize n_panels = clip_panels_count (linear);
  loop.n_panels = clip_divide_up (n_panels, MIN (n_panels, clip_divide_up (shares, row_shares)));
  loop.column_shares = clip_divide_up (n_panels, loop.n_panels);
  clip_pool_run (product->run->pool, row_shares * loop.column_shares, multiply_share, &loop);
  return TRUE;
}
