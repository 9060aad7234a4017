/* tiles.c: tiles of a product of matrices in portable C. */
#include <string.h>

#include "compute/scalar/functions.h"
#include "compute/scalar/scalar.h"

static void
multiply_tile (gsize rows, gsize n, const float *a, gsize block_step, const float *panel,
               const float *next, float *sums)
{
  memset (sums, 0, rows * CLIP_PANEL * sizeof (float));
  for (gsize k = 0; k < n; k++)
    for (gsize r = 0; r < rows; r++) {
      float x = a[k / CLIP_BLOCK * block_step + r * CLIP_BLOCK + k % CLIP_BLOCK];
      for (gsize c = 0; c < CLIP_PANEL; c++)
        sums[r * CLIP_PANEL + c] = fmaf (x, panel[k * CLIP_PANEL + c], sums[r * CLIP_PANEL + c]);
    }
}

static inline float
activate (float x, ClipActivation activation)
{
  switch (activation) {
  case CLIP_ACTIVATION_GELU:
    return clip_gelu (x);
  case CLIP_ACTIVATION_QUICK_GELU:
    return clip_quick_gelu (x);
  case CLIP_ACTIVATION_RELU6:
    return clip_relu6 (x);
  case CLIP_ACTIVATION_NONE:
    break;
  }
  return x;
}

static void
finish_sums (float *y, gsize y_step, const float *sums, gsize sums_step, gsize rows, gsize columns,
             const ClipFinish *finish)
{
  for (gsize r = 0; r < rows; r++)
    for (gsize c = 0; c < columns; c++) {
      float v = sums[r * sums_step + c] + (finish->bias ? finish->bias[c] : 0);
      v = activate (v, finish->activation) * (finish->scale ? finish->scale[c] : 1);
      y[r * y_step + c] = finish->residual ? finish->residual[r * y_step + c] + v : v;
    }
}

void
clip_tiles_init_scalar (ClipTiles *tiles)
{
  *tiles = (ClipTiles){.tile_rows = 4, .multiply = multiply_tile, .finish = finish_sums};
}
