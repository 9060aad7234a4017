/* panels.c: lays weights out in panels (panels.h). */
#include <stdlib.h>
#include <string.h>

#include "compute/panels.h"
#include "compute/scalar/functions.h"
#include "files/widen.h"

G_STATIC_ASSERT (CLIP_PANEL * sizeof (gint32) == CLIP_PANEL_STEP);

/* Weights of a column that are read together: a line of the cache. */
#define LINE 16

gsize
clip_word_values (ClipPrecision precision)
{
  switch (precision) {
  case CLIP_PRECISION_BF16:
    return 2;
  case CLIP_PRECISION_INT8:
    return 4;
  case CLIP_PRECISION_AUTO:
  case CLIP_PRECISION_F32:
    break;
  }
  return 1;
}

gsize
clip_panels_count (const ClipLinear *linear)
{
  return linear->out / CLIP_PANEL + (linear->out % CLIP_PANEL > 0);
}

gsize
clip_panels_steps (const ClipLinear *linear)
{
  gsize values = clip_word_values (linear->precision);
  return linear->in / values + (linear->in % values > 0);
}

gsize
clip_panels_stride (const ClipLinear *linear)
{
  gsize more = linear->precision == CLIP_PRECISION_INT8 ? 2 : 0;
  return (clip_panels_steps (linear) + more) * CLIP_PANEL_STEP;
}

gboolean
clip_panels_size (const ClipLinear *linear, gsize *size)
{
  return linear->in < G_MAXSIZE / CLIP_PANEL_STEP - 2 &&
         g_size_checked_mul (size, clip_panels_count (linear), clip_panels_stride (linear));
}

/* ---- Packing ----------------------------------------------------------------------------- */

typedef struct {
  const ClipLinear *linear;
  guint8 *panels;
} PackLoop;

/* Some columns of the matrix at inputs @k to @k + @n: column c at x + c · LINE. */
static void
read_lines (const ClipLinear *linear, gsize first, gsize columns, gsize k, gsize n, float *x)
{
  for (gsize c = 0; c < columns && !linear->transposed; c++)
    clip_widen_run (linear->dtype, linear->weight, (first + c) * linear->in + k, n, x + c * LINE);
  for (gsize i = 0; i < n && linear->transposed; i++) {
    float row[CLIP_PANEL];
    clip_widen_run (linear->dtype, linear->weight, (k + i) * linear->out + first, columns, row);
    for (gsize c = 0; c < columns; c++)
      x[c * LINE + i] = row[c];
  }
}

/* The factors that bring a panel's columns to −127 … 127, and what is to be stored as scales. */
static void
measure_columns (const ClipLinear *linear, gsize first, gsize columns, float *factors,
                 float *scales)
{
  float x[CLIP_PANEL * LINE], most[CLIP_PANEL] = {0};
  for (gsize k = 0; k < linear->in; k += LINE) {
    gsize n = MIN (LINE, linear->in - k);
    read_lines (linear, first, columns, k, n, x);
    for (gsize c = 0; c < columns; c++)
      for (gsize i = 0; i < n; i++)
        most[c] = fabsf (x[c * LINE + i]) <= most[c] ? most[c] : fabsf (x[c * LINE + i]);
  }
  for (gsize c = 0; c < columns; c++) {
    /* What is not a number stays so in the scale, and so in the result. */
    scales[c] = isfinite (most[c]) ? most[c] / 127 : NAN;
    factors[c] = isfinite (most[c]) && most[c] > 0 ? 127 / most[c] : 0;
  }
}

static void
store_word (guint8 *word, const float *x, gsize n, ClipPrecision precision, float factor,
            gint32 *sum)
{
  if (precision == CLIP_PRECISION_BF16) {
    guint16 pair[2] = {clip_to_bf16 (x[0]), n > 1 ? clip_to_bf16 (x[1]) : 0};
    memcpy (word, pair, sizeof pair);
  } else if (precision == CLIP_PRECISION_INT8) {
    gint8 four[4] = {0};
    for (gsize i = 0; i < n; i++) {
      four[i] = (gint8)(factor > 0 ? clip_round (x[i] * factor) : 0);
      *sum += four[i];
    }
    memcpy (word, four, sizeof four);
  } else {
    memcpy (word, x, sizeof *x);
  }
}

static void
pack_panel (gpointer data, gsize index, guint slot)
{
  const PackLoop *loop = data;
  const ClipLinear *linear = loop->linear;
  ClipPrecision precision = linear->precision;
  gsize first = index * CLIP_PANEL, columns = MIN (CLIP_PANEL, linear->out - first);
  gsize values = clip_word_values (precision), stride = clip_panels_stride (linear);
  guint8 *panel = loop->panels + index * stride;
  float x[CLIP_PANEL * LINE], factors[CLIP_PANEL] = {0}, scales[CLIP_PANEL] = {0};
  gint32 sums[CLIP_PANEL] = {0};
  if (columns < CLIP_PANEL)
    memset (panel, 0, stride);
  if (precision == CLIP_PRECISION_INT8)
    measure_columns (linear, first, columns, factors, scales);
  for (gsize k = 0; k < linear->in; k += LINE) {
    gsize n = MIN (LINE, linear->in - k);
    read_lines (linear, first, columns, k, n, x);
    for (gsize i = 0; i < n; i += values)
      for (gsize c = 0; c < columns; c++)
        store_word (panel + (k + i) / values * CLIP_PANEL_STEP + c * sizeof (guint32),
                    x + c * LINE + i, MIN (values, n - i), precision, factors[c], &sums[c]);
  }
  if (precision == CLIP_PRECISION_INT8) {
    memcpy (panel + stride - 2 * CLIP_PANEL_STEP, scales, CLIP_PANEL_STEP);
    memcpy (panel + stride - CLIP_PANEL_STEP, sums, CLIP_PANEL_STEP);
  }
}

void
clip_panels_pack (ClipPool *pool, const ClipLinear *linear, gpointer panels)
{
  PackLoop loop = {.linear = linear, .panels = panels};
  clip_pool_run (pool, clip_panels_count (linear), pack_panel, &loop);
}

/* ---- Panels of a layer ------------------------------------------------------------------- */

void
clip_linear_set_panels (ClipLinear *linear, gconstpointer panels)
{
  linear->panels = panels;
  linear->panels_borrowed = TRUE;
}

/* Several threads may come here at once with a new layer: each packs it then, and the first to
 * have done so wins. */
gconstpointer
clip_linear_get_panels (ClipPool *pool, ClipLinear *linear)
{
  gconstpointer panels = g_atomic_pointer_get (&linear->panels);
  gsize size;
  if (panels || !clip_panels_size (linear, &size))
    return panels;
  gpointer packed = aligned_alloc (CLIP_PANELS_ALIGNMENT, size);
  if (!packed)
    return NULL;
  clip_panels_pack (pool, linear, packed);
  if (!g_atomic_pointer_compare_and_exchange (&linear->panels, NULL, packed))
    free (packed);
  return g_atomic_pointer_get (&linear->panels);
}
