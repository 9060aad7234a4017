/* checkasm-tiles.c: the tiles of every instruction set and precision against their twins in
 * portable C, on random and extreme inputs of odd sizes. What this processor lacks is skipped.
 *
 * `checkasm-tiles --bench` is no test: it times each multiplication, as a share of what the
 * processor does on registers alone. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compute/cpu.h"
#include "compute/peak.h"
#include "compute/scalar/functions.h"
#include "compute/tiles.h"
#include "engine/compute/guarded.h"

static const struct {
  const char *name;
  guint flags;
  ClipPeakLoop peaks[3]; /* f32, bf16, int8 */
} levels[] = {
#ifdef __aarch64__
    {"neon", CLIP_CPU_NEON, {clip_peak_f32_neon, NULL, clip_peak_f32_neon}},
#else
    {"avx2", CLIP_CPU_AVX2, {clip_peak_f32_avx2, NULL, clip_peak_f32_avx2}},
    {"avxvnni", CLIP_CPU_AVX2 | CLIP_CPU_AVXVNNI, {NULL, NULL, clip_peak_int8_avx2}},
    {"avx512", CLIP_CPU_AVX2 | CLIP_CPU_AVX512, {clip_peak_f32_avx512, NULL, NULL}},
    {"bf16", CLIP_CPU_AVX2 | CLIP_CPU_AVX512 | CLIP_CPU_BF16, {NULL, clip_peak_bf16_avx512, NULL}},
    {"vnni", CLIP_CPU_AVX2 | CLIP_CPU_AVX512 | CLIP_CPU_VNNI, {NULL, NULL, clip_peak_int8_avx512}},
#endif
};

static const gsize sizes[] = {1, 2, 3, 4, 5, 15, 16, 17, 31, 33, 63, 64, 65, 77, 129, 515};

/* What a check gets: the tables to compare, and randomness. */
typedef struct {
  ClipPrecision precision;
  ClipTiles tested, scalar;
  GRand *rand;
} Pair;

typedef void (*Check) (Pair *pair);

/* ---- Rows to blocks ---------------------------------------------------------------------- */

/* @kind: of the values: 0 random, 1 all the same, 2 only negative, 3 nothing, 4 tiny, 5 one that
 * is not a number, 6 one that is infinite. */
static float *
new_values (Pair *pair, guint kind, gsize n)
{
  float *x = guarded_random (pair->rand, n, kind == 4 ? 1e-42 : 3);
  for (gsize i = 0; i < n; i++)
    if (kind == 1)
      x[i] = 2.5f;
    else if (kind == 2)
      x[i] = -fabsf (x[i]);
    else if (kind == 3)
      x[i] = 0;
  if (kind == 5)
    x[n / 2] = NAN;
  else if (kind == 6)
    x[n / 2] = -INFINITY;
  return x;
}

static void
compare_scales (const ClipRowScale *tested, const ClipRowScale *expected, gsize rows)
{
  for (gsize r = 0; r < rows; r++) {
    guarded_compare ("row scale", &tested[r].scale, &expected[r].scale, 1, 0, 0);
    g_assert_cmpint (tested[r].zero, ==, expected[r].zero);
  }
}

/* Of the two values of each word the bits; what lies behind the last word is nobody's. */
static void
compare_words (const Pair *pair, const guint32 *tested, const guint32 *expected, gsize rows,
               gsize step, gsize n)
{
  gsize values = clip_word_values (pair->precision), words = (n + values - 1) / values;
  for (gsize r = 0; r < rows; r++)
    for (gsize k = 0; k < words; k++) {
      gsize at = k / CLIP_BLOCK * step + r * CLIP_BLOCK + k % CLIP_BLOCK;
      guint32 a = tested[at], b = expected[at];
      if (pair->precision == CLIP_PRECISION_INT8 && k == words - 1 && n % values) {
        guint32 used = (1u << (n % values * 8)) - 1; /* the weights behind are zero */
        a &= used;
        b &= used;
      }
      g_assert_cmphex (a, ==, b);
    }
}

static void
check_pack_size (Pair *pair, guint kind, gsize rows, gsize n)
{
  gsize values = CLIP_BLOCK * clip_word_values (pair->precision), x_step = n + kind;
  gsize step = (rows + 1) * CLIP_BLOCK; /* a row more than is packed */
  gsize size = (n + values - 1) / values * step, n_x = (rows - 1) * x_step + n;
  float *x = new_values (pair, kind, n_x);
  float *tested = guarded_new (size), *expected = guarded_new (size);
  ClipRowScale tested_scales[4] = {0}, expected_scales[4] = {0};
  memset (tested, 0, size * sizeof (float));
  memset (expected, 0, size * sizeof (float));
  pair->tested.pack (tested, step, tested_scales, x, x_step, rows, n);
  pair->scalar.pack (expected, step, expected_scales, x, x_step, rows, n);
  if (kind < 4 || pair->precision == CLIP_PRECISION_INT8)
    compare_words (pair, (guint32 *)tested, (guint32 *)expected, rows, step, n);
  compare_scales (tested_scales, expected_scales, rows);
  for (gsize at = rows * CLIP_BLOCK; at < size;
       at += at % step == step - 1 ? rows * CLIP_BLOCK + 1 : 1)
    g_assert_cmpfloat (tested[at], ==, 0); /* the row that is not packed */
  guarded_free (x, n_x);
  guarded_free (tested, size);
  guarded_free (expected, size);
}

static void
check_pack (Pair *pair)
{
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (guint kind = 0; kind < 7; kind++)
      check_pack_size (pair, kind, 1 + (s + kind) % 4, sizes[s]);
}

/* ---- Products ---------------------------------------------------------------------------- */

/* @n words for a product, @sides: 0 of a row, 1 of a panel. Bytes are extremes where @extreme. */
static float *
new_words (Pair *pair, gsize n, guint side, gboolean extreme)
{
  float *words = guarded_random (pair->rand, n, 1);
  for (gsize i = 0; i < n && pair->precision == CLIP_PRECISION_BF16; i++) {
    guint16 two[2] = {clip_to_bf16 (words[i]),
                      clip_to_bf16 ((float)g_rand_double_range (pair->rand, -1, 1))};
    memcpy (&words[i], two, sizeof two);
  }
  for (gsize i = 0; i < n && pair->precision == CLIP_PRECISION_INT8; i++) {
    guint32 four =
        extreme ? (side ? (i % 2 ? 0x81818181 : 0x7f7f7f7f) : 0xffffffff) : g_rand_int (pair->rand);
    memcpy (&words[i], &four, sizeof four);
  }
  return words;
}

static void
check_multiply_size (Pair *pair, gsize rows, gsize all, gsize n, gboolean extreme)
{
  gsize blocks = (n + CLIP_BLOCK - 1) / CLIP_BLOCK;
  gsize size = ((blocks - 1) * all + rows) * CLIP_BLOCK, sums = rows * CLIP_PANEL;
  float *a = new_words (pair, size, 0, extreme);
  float *panel = new_words (pair, n * CLIP_PANEL, 1, extreme), *next = guarded_new (n * CLIP_PANEL);
  gsize fetch = n % 3;
  float *tested = guarded_new (sums), *expected = guarded_new (sums);
  pair->tested.multiply (rows, n, a, all * CLIP_BLOCK, panel, next, fetch, tested);
  pair->scalar.multiply (rows, n, a, all * CLIP_BLOCK, panel, next, fetch, expected);
  if (pair->precision == CLIP_PRECISION_BF16)
    /* A product of bf16 is exact; processors differ in how they round the sum of a pair of them.
     * So 2 n sums of at most about √n are rounded. */
    guarded_compare ("multiply", tested, expected, sums, 4e-7 * (double)n, 0);
  else /* the same operations in the same order; integers are exact in any */
    g_assert_cmpmem (tested, sums * sizeof (float), expected, sums * sizeof (float));
  guarded_free (a, size);
  guarded_free (panel, n * CLIP_PANEL);
  guarded_free (next, n * CLIP_PANEL);
  guarded_free (tested, sums);
  guarded_free (expected, sums);
}

static void
check_multiply (Pair *pair)
{
  g_assert_cmpuint (pair->tested.tile_rows, <=, CLIP_TILE_MAX_ROWS);
  for (gsize rows = 1; rows <= pair->tested.tile_rows; rows++)
    for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
      check_multiply_size (pair, rows, rows + s % 5, sizes[s], FALSE);
      check_multiply_size (pair, rows, rows + s % 5, sizes[s], TRUE);
    }
}

/* ---- What is done to the sums ------------------------------------------------------------ */

/* GELU in bf16 and with bytes may be 1e-4 off: what comes after is rounded ten times as coarsely.
 * Other results are below 30, and rounded a few times. */
static double
finish_tolerance (const Pair *pair, guint kind)
{
  gboolean coarse = pair->precision != CLIP_PRECISION_F32 && kind >> 3 == CLIP_ACTIVATION_GELU;
  return coarse ? 1.1e-4 : pair->precision == CLIP_PRECISION_INT8 ? 8e-6 : 3e-6;
}

static void
check_finish_kind (Pair *pair, guint kind, gsize rows, gsize columns)
{
  gsize step = columns + kind % 3, size = (rows - 1) * step + columns;
  float *sums = guarded_random (pair->rand, rows * CLIP_PANEL, 5);
  gsize residual_step = columns + kind % 2, n_residual = (rows - 1) * residual_step + columns;
  float *residual = guarded_random (pair->rand, n_residual, 5);
  float *bias = guarded_random (pair->rand, columns, 1);
  float *scale = guarded_random (pair->rand, columns, 1);
  float *column_scales = guarded_random (pair->rand, columns, 1e-3);
  float *column_sums = guarded_new (columns);
  float *tested = guarded_random (pair->rand, size, 5), *expected = guarded_copy (tested, size);
  ClipRowScale row_scales[CLIP_TILE_MAX_ROWS];
  for (gsize r = 0; r < rows; r++)
    row_scales[r] = (ClipRowScale){.scale = 0.02f, .zero = g_rand_int_range (pair->rand, 0, 256)};
  for (gsize c = 0; c < columns; c++)
    ((gint32 *)column_sums)[c] = g_rand_int_range (pair->rand, -1000, 1000);
  if (pair->precision == CLIP_PRECISION_INT8)
    for (gsize i = 0; i < rows * CLIP_PANEL; i++)
      ((gint32 *)sums)[i] = g_rand_int_range (pair->rand, -100000, 100000);
  ClipFinish finish = {
      .bias = kind & 1 ? bias : NULL,
      .scale = kind & 2 ? scale : NULL,
      .residual = kind & 4 ? residual : NULL,
      .residual_step = residual_step,
      .activation = kind >> 3,
      .row_scales = row_scales,
      .column_scales = column_scales,
      .column_sums = (gint32 *)column_sums,
  };
  pair->tested.finish (tested, step, sums, CLIP_PANEL, rows, columns, &finish);
  pair->scalar.finish (expected, step, sums, CLIP_PANEL, rows, columns, &finish);
  /* What lies between rows is not written. */
  guarded_compare ("finish", tested, expected, size, finish_tolerance (pair, kind), 0);
  guarded_free (sums, rows * CLIP_PANEL);
  guarded_free (residual, n_residual);
  guarded_free (bias, columns);
  guarded_free (scale, columns);
  guarded_free (column_scales, columns);
  guarded_free (column_sums, columns);
  guarded_free (tested, size);
  guarded_free (expected, size);
}

static void
check_finish (Pair *pair)
{
  for (guint kind = 0; kind < 32; kind++)
    for (gsize columns = 1; columns <= CLIP_PANEL; columns++)
      check_finish_kind (pair, kind, 1 + columns % CLIP_TILE_MAX_ROWS, columns);
}

/* ---- Running ----------------------------------------------------------------------------- */

static const struct {
  const char *name;
  Check check;
} checks[] = {{"pack", check_pack}, {"multiply", check_multiply}, {"finish", check_finish}};

/* As many checks as the table has functions: a new one without a check does not compile. */
G_STATIC_ASSERT (G_N_ELEMENTS (checks) * sizeof (Check) == sizeof (ClipTiles) - sizeof (gsize));

typedef struct {
  guint level, check;
  ClipPrecision precision;
} Run;

static void
run_check (gconstpointer data)
{
  const Run *run = data;
  guint flags = levels[run->level].flags;
  if ((clip_cpu_detect () & flags) != flags) {
    g_autofree char *reason = g_strdup_printf ("this processor has no %s", levels[run->level].name);
    g_test_skip (reason);
    return;
  }
  Pair pair = {.precision = run->precision, .rand = g_rand_new_with_seed (42)};
  clip_tiles_init (&pair.tested, run->precision, flags);
  clip_tiles_init (&pair.scalar, run->precision, 0);
  checks[run->check].check (&pair);
  g_rand_free (pair.rand);
}

/* The scalar twin itself is not compared with itself. */
static gboolean
differs (guint level, ClipPrecision precision, guint check)
{
  ClipTiles tiles, scalar;
  clip_tiles_init (&tiles, precision, levels[level].flags);
  clip_tiles_init (&scalar, precision, 0);
  switch (check) {
  case 0:
    return tiles.pack != scalar.pack;
  case 1:
    return tiles.multiply != scalar.multiply;
  default:
    return tiles.finish != scalar.finish;
  }
}

/* ---- Timing ------------------------------------------------------------------------------ */

#define BENCH_WORDS 512
#define BENCH_TIMES 2000
#define BENCH_ROUNDS 7

/* Operations a second, the best of some rounds. */
static double
time_multiply (const ClipTiles *tiles, ClipPrecision precision)
{
  gsize rows = tiles->tile_rows;
  g_autofree float *a = g_new0 (float, rows *BENCH_WORDS);
  g_autofree float *panel = g_new0 (float, BENCH_WORDS *CLIP_PANEL);
  float sums[CLIP_TILE_MAX_ROWS * CLIP_PANEL];
  double operations =
      2.0 * (double)(rows * BENCH_WORDS * CLIP_PANEL * clip_word_values (precision));
  double best = 0;
  for (guint i = 0; i < BENCH_ROUNDS; i++) {
    gint64 start = g_get_monotonic_time ();
    for (guint k = 0; k < BENCH_TIMES; k++)
      tiles->multiply (rows, BENCH_WORDS, a, rows * CLIP_BLOCK, panel, panel, 1, sums);
    double seconds = (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
    best = MAX (best, operations * BENCH_TIMES / seconds);
  }
  return best;
}

static double
time_peak (ClipPeakLoop loop)
{
  double best = 0;
  for (guint i = 0; i < BENCH_ROUNDS; i++) {
    gint64 start = g_get_monotonic_time ();
    double operations = loop (1000000);
    double seconds = (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
    best = MAX (best, operations / seconds);
  }
  return best;
}

static int
bench (void)
{
  for (guint level = 0; level < G_N_ELEMENTS (levels); level++)
    for (guint i = 0; i < 3; i++) {
      ClipPeakLoop loop = levels[level].peaks[i];
      ClipPrecision precision = CLIP_PRECISION_F32 + i;
      if (!loop || (clip_cpu_detect () & levels[level].flags) != levels[level].flags)
        continue;
      ClipTiles tiles;
      clip_tiles_init (&tiles, precision, levels[level].flags);
      double peak = time_peak (loop), speed = time_multiply (&tiles, precision);
      printf ("multiply %-4s %-8s %7.1f G/s, %.2f of the peak\n",
              clip_precision_to_string (precision), levels[level].name, speed / 1e9, speed / peak);
    }
  return 0;
}

int
main (int argc, char **argv)
{
  if (argc > 1 && strcmp (argv[1], "--bench") == 0)
    return bench ();
  g_test_init (&argc, &argv, NULL);
  for (guint level = 0; level < G_N_ELEMENTS (levels); level++)
    for (ClipPrecision precision = CLIP_PRECISION_F32; precision <= CLIP_PRECISION_INT8;
         precision++)
      for (guint check = 0; check < G_N_ELEMENTS (checks); check++) {
        if (!differs (level, precision, check))
          continue;
        Run *run = g_new (Run, 1);
        *run = (Run){level, check, precision};
        g_autofree char *path =
            g_strdup_printf ("/checkasm/%s/%s/%s", levels[level].name,
                             clip_precision_to_string (precision), checks[check].name);
        g_test_add_data_func_full (path, run, run_check, g_free);
      }
  return g_test_run ();
}
