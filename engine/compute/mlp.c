/* mlp.c: two layers, strip by strip (mlp.h). */
#include "compute/cpu.h"
#include "compute/mlp.h"
#include "compute/product.h"

/* What lies between the layers takes at most this many bytes, but for FEW_ROWS: each strip reads
 * all the weights, which takes as long as the arithmetic where rows are few. */
#define HIDDEN_SIZE (1040u * 1024u)
#define FEW_ROWS 48

/* How a strip's scratch is divided, in bytes. Each part begins at a multiple of 64. */
typedef struct {
  gsize lines; /* of a strip, at most */
  gsize strips;
  gsize line, input, hidden, sums; /* sizes */
} Plan;

typedef struct {
  const ClipMlp *mlp;
  const ClipTiles *tiles1, *tiles2;
  gconstpointer panels1, panels2;
  Plan plan;
  guint8 *scratch;
} Loop;

typedef struct {
  const Loop *loop;
  gsize row; /* the strip's first */
  ClipRows hidden;
  float *sums; /* [rows][fc1->out], where bytes are made of them */
} Strip;

static gsize
floats_size (gsize rows, gsize n)
{
  return clip_divide_up (rows * n * sizeof (float), 64) * 64;
}

/* At least @least strips, as many as let the threads end together: a thread takes the next strip
 * when it has done one, and none may be left with one more than the others to do. Of the numbers
 * that are as good, the lowest: each strip reads all the weights. */
static gsize
count_strips (gsize lines, gsize least, gsize threads)
{
  gsize best = least, shortest = G_MAXSIZE;
  for (gsize strips = least; strips <= lines; strips++) {
    gsize time = clip_divide_up (strips, threads) * clip_divide_up (lines, strips);
    if (time < shortest) {
      best = strips;
      shortest = time;
    }
  }
  return best;
}

static Plan
make_plan (const ClipMlp *mlp, const ClipPool *pool)
{
  gsize wide = mlp->fc1->out, threads = clip_pool_get_threads (pool);
  gboolean bytes = mlp->fc2->precision == CLIP_PRECISION_INT8;
  gsize row_size =
      clip_rows_size (mlp->fc2->precision, 1, wide) + (bytes ? floats_size (1, wide) : 0);
  gsize most_rows = MAX (HIDDEN_SIZE / row_size, FEW_ROWS);
  gsize most_lines = CLAMP (most_rows / mlp->line_rows, 1, mlp->lines);
  gsize strips = count_strips (mlp->lines, clip_divide_up (mlp->lines, most_lines), threads);
  Plan plan = {.strips = strips, .lines = clip_divide_up (mlp->lines, strips)};
  gsize rows = plan.lines * mlp->line_rows;
  plan.line = floats_size (mlp->line_rows, mlp->fc1->in);
  plan.input = clip_rows_size (mlp->fc1->precision, rows, mlp->fc1->in);
  plan.hidden = clip_rows_size (mlp->fc2->precision, rows, wide);
  plan.sums = bytes ? floats_size (rows, wide) : 0;
  return plan;
}

static gsize
plan_size (const Plan *plan)
{
  return plan->line + plan->input + plan->hidden + plan->sums;
}

/* ---- A strip ----------------------------------------------------------------------------- */

/* A tile of the first layer becomes rows of the second, in its precision; but bytes have to wait
 * until the row's range is known. */
static void
first_done (gpointer data, gpointer sums, gsize row, gsize rows, gsize column, gsize columns,
            ClipFinish *finish)
{
  const Strip *strip = data;
  const Loop *loop = strip->loop;
  const ClipLinear *fc1 = loop->mlp->fc1, *fc2 = loop->mlp->fc2;
  finish->bias = fc1->bias ? fc1->bias + column : NULL;
  finish->activation = loop->mlp->activation;
  if (fc2->precision == CLIP_PRECISION_INT8) {
    loop->tiles1->finish (strip->sums + row * fc1->out + column, fc1->out, sums, CLIP_PANEL, rows,
                          columns, finish);
    return;
  }
  loop->tiles1->finish (sums, CLIP_PANEL, sums, CLIP_PANEL, rows, columns, finish);
  gsize block = column / clip_word_values (fc2->precision) / CLIP_BLOCK;
  guint32 *blocks = (guint32 *)strip->hidden.blocks + block * strip->hidden.step;
  loop->tiles2->pack (blocks + row * CLIP_BLOCK, strip->hidden.step, NULL, sums, CLIP_PANEL, rows,
                      columns);
}

static void
second_done (gpointer data, gpointer sums, gsize row, gsize rows, gsize column, gsize columns,
             ClipFinish *finish)
{
  const Strip *strip = data;
  const ClipMlp *mlp = strip->loop->mlp;
  gsize first = strip->row + row;
  finish->bias = mlp->fc2->bias ? mlp->fc2->bias + column : NULL;
  finish->scale = mlp->scale + column;
  finish->residual = mlp->residual + first * mlp->residual_step + column;
  finish->residual_step = mlp->residual_step;
  strip->loop->tiles2->finish (mlp->y + first * mlp->y_step + column, mlp->y_step, sums, CLIP_PANEL,
                               rows, columns, finish);
}

/* The panel after @index, if there is one. */
static gconstpointer
following_panel (const ClipLinear *linear, gconstpointer panels, gsize index)
{
  if (index + 1 == clip_panels_count (linear))
    return NULL;
  return (const guint8 *)panels + (index + 1) * clip_panels_stride (linear);
}

static void
run_strip (gpointer data, gsize index, guint slot)
{
  const Loop *loop = data;
  const ClipMlp *mlp = loop->mlp;
  const Plan *plan = &loop->plan;
  gsize first = index * mlp->lines / plan->strips;
  gsize lines = (index + 1) * mlp->lines / plan->strips - first, rows = lines * mlp->line_rows;
  guint8 *scratch = loop->scratch + slot * plan_size (plan);
  float *line = (float *)scratch;
  ClipRows input = clip_rows_in (scratch + plan->line, mlp->fc1->precision, rows, mlp->fc1->in);
  guint8 *rest = scratch + plan->line + plan->input;
  Strip strip = {
      .loop = loop,
      .row = first * mlp->line_rows,
      .hidden = clip_rows_in (rest, mlp->fc2->precision, rows, mlp->fc1->out),
      .sums = (float *)(rest + plan->hidden),
  };
  for (gsize i = 0; i < lines; i++) {
    mlp->fill (mlp->data, first + i, line);
    clip_rows_pack (&input, loop->tiles1, i * mlp->line_rows, mlp->line_rows, line, mlp->fc1->in);
  }
  for (gsize panel = 0; panel < clip_panels_count (mlp->fc1); panel++)
    clip_rows_multiply (&input, loop->tiles1, mlp->fc1, loop->panels1, panel,
                        following_panel (mlp->fc1, loop->panels1, panel), first_done, &strip);
  if (plan->sums)
    clip_rows_pack (&strip.hidden, loop->tiles2, 0, rows, strip.sums, mlp->fc1->out);
  for (gsize panel = 0; panel < clip_panels_count (mlp->fc2); panel++)
    clip_rows_multiply (&strip.hidden, loop->tiles2, mlp->fc2, loop->panels2, panel,
                        following_panel (mlp->fc2, loop->panels2, panel), second_done, &strip);
}

/* ---- The whole --------------------------------------------------------------------------- */

gsize
clip_mlp_scratch (const ClipMlp *mlp, const ClipPool *pool)
{
  Plan plan = make_plan (mlp, pool);
  return clip_pool_get_threads (pool) * plan_size (&plan) / sizeof (float);
}

gboolean
clip_mlp_run (const ClipRun *run, const ClipMlp *mlp, float *scratch)
{
  if (!(clip_cpu_flags () & CLIP_CPU_VECTORS))
    return FALSE;
  Loop loop = {
      .mlp = mlp,
      .tiles1 = clip_tiles (mlp->fc1->precision),
      .tiles2 = clip_tiles (mlp->fc2->precision),
      .panels1 = clip_linear_get_panels (run->pool, mlp->fc1),
      .panels2 = clip_linear_get_panels (run->pool, mlp->fc2),
      .plan = make_plan (mlp, run->pool),
      .scratch = (guint8 *)scratch,
  };
  if (!loop.panels1 || !loop.panels2)
    return FALSE;
  clip_pool_run (run->pool, loop.plan.strips, run_strip, &loop);
  return TRUE;
}
