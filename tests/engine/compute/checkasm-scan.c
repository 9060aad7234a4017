/* checkasm-scan.c: the scan of every instruction set against its twin in portable C, which is exact
 * as they all are, on random and extreme bytes and queries. What this processor lacks is skipped.
 */
#include <string.h>

#include "compute/cpu.h"
#include "compute/scan.h"
#include "engine/compute/guarded.h"

static const struct {
  const char *name;
  guint flags;
} levels[] = {
#ifdef __aarch64__
    {"neon", CLIP_CPU_NEON},
#else
    {"avx2", CLIP_CPU_AVX2},
    {"avxvnni", CLIP_CPU_AVX2 | CLIP_CPU_AVXVNNI},
    {"avx512", CLIP_CPU_AVX2 | CLIP_CPU_AVX512},
    {"vnni", CLIP_CPU_AVX2 | CLIP_CPU_AVX512 | CLIP_CPU_VNNI},
#endif
};

/* Lengths of rows: those of models, and one that fills the sums that need to be emptied. */
static const gsize sizes[] = {64, 128, 512, 640, 768, 1024, 2048, 2112, 8256};

typedef enum { RANDOM, GREATEST, LEAST, OPPOSITE, N_KINDS } Kind;

static guint8
choose_byte (GRand *rand, Kind kind, gsize i)
{
  switch (kind) {
  case GREATEST:
    return 255;
  case LEAST:
    return 0;
  case OPPOSITE:
    return i % 2 ? 255 : 0;
  default:
    return (guint8)g_rand_int_range (rand, 0, 256);
  }
}

static gint
choose_number (GRand *rand, Kind kind, gsize i)
{
  switch (kind) {
  case GREATEST:
    return CLIP_SCAN_QUERY_MAX;
  case LEAST:
    return -CLIP_SCAN_QUERY_MAX;
  case OPPOSITE:
    return i % 2 ? CLIP_SCAN_QUERY_MAX : -CLIP_SCAN_QUERY_MAX;
  default:
    return g_rand_int_range (rand, -CLIP_SCAN_QUERY_MAX, CLIP_SCAN_QUERY_MAX + 1);
  }
}

typedef struct {
  ClipScanQuery query;
  gint16 *wide;
  gint8 *high, *low;
} Query;

static void
make_query (Query *query, GRand *rand, Kind kind, gsize n)
{
  *query = (Query){{.n = n}, g_new (gint16, n), g_new (gint8, n), g_new (gint8, n)};
  for (gsize i = 0; i < n; i++) {
    gint number = choose_number (rand, kind, i), low = ((number + 128) & 255) - 128;
    query->wide[i] = (gint16)number;
    query->low[i] = (gint8)low;
    query->high[i] = (gint8)((number - low) / 256);
    g_assert_cmpint (256 * query->high[i] + query->low[i], ==, number);
    query->query.offset += 128 * number;
  }
  query->query.wide = query->wide;
  query->query.high = query->high;
  query->query.low = query->low;
}

static void
clear_query (Query *query)
{
  g_free (query->wide);
  g_free (query->high);
  g_free (query->low);
}

/* The rows end where a page begins that can't be read. */
static void
check_rows (const ClipScan *tested, GRand *rand, gsize n, gsize rows, Kind kind, Kind query_kind)
{
  gsize floats = rows * n / sizeof (float);
  float *memory = guarded_new (floats);
  guint8 *bytes = (guint8 *)memory;
  gint64 sums[16], expected[16];
  ClipScan scalar;
  Query query;

  for (gsize i = 0; i < rows * n; i++)
    bytes[i] = choose_byte (rand, kind, i);
  make_query (&query, rand, query_kind, n);
  clip_scan_init (&scalar, 0);
  scalar.multiply (expected, bytes, rows, &query.query);
  tested->multiply (sums, bytes, rows, &query.query);
  for (gsize r = 0; r < rows; r++)
    g_assert_cmpint (sums[r], ==, expected[r]);
  clear_query (&query);
  guarded_free (memory, floats);
}

/* The scalar twin itself against one long sum. */
static void
test_scalar (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  guint8 bytes[128];
  gint64 sum, expected = 0;
  ClipScan scalar;
  Query query;

  make_query (&query, rand, RANDOM, 128);
  for (gsize i = 0; i < 128; i++) {
    bytes[i] = choose_byte (rand, RANDOM, i);
    expected += ((gint64)bytes[i] - 128) * query.wide[i];
  }
  clip_scan_init (&scalar, 0);
  scalar.multiply (&sum, bytes, 1, &query.query);
  g_assert_cmpint (sum, ==, expected);
  clear_query (&query);
}

static void
check_multiply (gconstpointer data)
{
  guint level = GPOINTER_TO_UINT (data);
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  ClipScan tested;

  if ((clip_cpu_detect () & levels[level].flags) != levels[level].flags) {
    g_test_skip ("this processor does not have it");
    return;
  }
  clip_scan_init (&tested, levels[level].flags);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (gsize rows = 0; rows <= 9; rows++)
      check_rows (&tested, rand, sizes[i], rows, RANDOM, RANDOM);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (Kind kind = 0; kind < N_KINDS; kind++)
      for (Kind query = 0; query < N_KINDS; query++)
        check_rows (&tested, rand, sizes[i], 5, kind, query);
}

static void
check_read (gconstpointer data)
{
  guint level = GPOINTER_TO_UINT (data);
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  guint32 words[3 * 64];
  ClipScan tested, scalar;

  if ((clip_cpu_detect () & levels[level].flags) != levels[level].flags) {
    g_test_skip ("this processor does not have it");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    words[i] = g_rand_int (rand);
  clip_scan_init (&tested, levels[level].flags);
  clip_scan_init (&scalar, 0);
  for (gsize size = 0; size <= sizeof words; size += 256)
    g_assert_cmpuint (tested.read (words, size), ==, scalar.read (words, size));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkasm-scan/scalar", test_scalar);
  for (guint level = 0; level < G_N_ELEMENTS (levels); level++) {
    g_autofree char *multiply = g_strdup_printf ("/checkasm-scan/%s/multiply", levels[level].name);
    g_autofree char *read = g_strdup_printf ("/checkasm-scan/%s/read", levels[level].name);
    g_test_add_data_func (multiply, GUINT_TO_POINTER (level), check_multiply);
    g_test_add_data_func (read, GUINT_TO_POINTER (level), check_read);
  }
  return g_test_run ();
}
