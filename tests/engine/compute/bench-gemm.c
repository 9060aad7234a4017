/* bench-gemm.c: how fast the ways to compute a product are, for the shapes of a full-size model:
 * OpenBLAS, and our tiles at each instruction set, as shares of what the processor can do.
 * Not a test: `bench-gemm [THREADS]` is run by hand when the choice in gemm.c is in question. */
#include <stdio.h>
#include <stdlib.h>

#include "clip.h"
#include "compute/cpu.h"
#include "compute/product.h"

#define ROUNDS 5

static const struct {
  gsize rows, in, out;
} shapes[] = {
    {6400, 128, 512}, {6400, 512, 128}, {1600, 256, 1024}, {1600, 1024, 256},
    {400, 512, 2048}, {400, 2048, 512}, {100, 1024, 4096}, {100, 4096, 1024},
    {6400, 48, 128},  {400, 1024, 512}, {12, 640, 1920},   {12, 640, 640},
    {12, 640, 2560},  {12, 2560, 640},  {77, 640, 2560},   {1, 1024, 640},
};

static float *
new_floats (gsize n)
{
  float *x = g_new (float, n);
  for (gsize i = 0; i < n; i++)
    x[i] = (float)(i % 97) / 97 - 0.5f;
  return x;
}

static void
multiply (const ClipProduct *product, ClipLinear *linear, gboolean blas)
{
  if (blas)
    clip_product_by_blas (product);
  else
    clip_product_by_tiles (product, linear);
}

/* Operations a second, the best of some rounds of about 10 ms. */
static double
measure (const ClipProduct *product, ClipLinear *linear, gboolean blas)
{
  double operations = 2.0 * (double)product->rows * (double)linear->in * (double)linear->out;
  double best = 0;
  guint times = 1;
  multiply (product, linear, blas);
  for (guint i = 0; i < ROUNDS;) {
    gint64 start = g_get_monotonic_time ();
    for (guint k = 0; k < times; k++)
      multiply (product, linear, blas);
    gint64 spent = g_get_monotonic_time () - start;
    if (spent < 8000) {
      times *= 2;
      continue;
    }
    best = MAX (best, operations * times / (double)spent * 1e6);
    i++;
  }
  return best;
}

int
main (int argc, char **argv)
{
  static const ClipEpilogue plain = {.activation = CLIP_ACTIVATION_NONE};
  static const guint levels[] = {CLIP_CPU_AVX2, CLIP_CPU_AVX512};
  guint threads = argc > 1 ? (guint)atoi (argv[1]) : 0;
  g_autoptr (ClipPool) pool = clip_pool_new (threads);
  g_autoptr (ClipMemoryList) list = clip_memory_list_new (pool);
  ClipRun run;
  if (!clip_run_begin (&run, list, NULL, NULL))
    return 1;
  double peak = clip_cpu_measure_peak (threads, CLIP_PRECISION_F32);
  printf ("%s, %u threads, f32 peak %.0f GFLOP/s; shares of it:\n", clip_cpu_isa (),
          clip_pool_get_threads (pool), peak / 1e9);
  printf ("%22s %9s %9s %9s\n", "rows x in x out", "OpenBLAS", "avx2", "avx512");
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    gsize rows = shapes[i].rows, in = shapes[i].in, out = shapes[i].out;
    g_autofree float *x = new_floats (rows * in), *weight = new_floats (in * out);
    g_autofree float *y = g_new (float, rows *out);
    ClipTiles tiles;
    ClipLinear linear = {.weight = weight, .in = in, .out = out};
    ClipProduct product = {.run = &run,
                           .tiles = &tiles,
                           .linear = &linear,
                           .rows = rows,
                           .x = x,
                           .y = y,
                           .epilogue = &plain};
    clip_tiles_init (&tiles, CLIP_PRECISION_F32, clip_cpu_flags ());
    printf ("%6zu x %5zu x %5zu %9.2f", rows, in, out, measure (&product, &linear, TRUE) / peak);
    for (guint k = 0; k < G_N_ELEMENTS (levels); k++) {
      clip_tiles_init (&tiles, CLIP_PRECISION_F32, levels[k]);
      if (clip_cpu_flags () & levels[k])
        printf (" %9.2f", measure (&product, &linear, FALSE) / peak);
    }
    printf ("\n");
    clip_linear_clear (&linear);
  }
  clip_run_end (&run);
  return 0;
}
