/* scan.c: the scan in portable C. */
#include <string.h>

#include "compute/scalar/scalar.h"

static void
multiply (gint64 *sums, const guint8 *rows, gsize n_rows, const ClipScanQuery *query)
{
  for (gsize r = 0; r < n_rows; r++, rows += query->n) {
    gint64 sum = 0;
    for (gsize start = 0; start < query->n; start += CLIP_SCAN_STEP) {
      gint32 step = 0;
      for (gsize i = start; i < start + CLIP_SCAN_STEP; i++)
        step += (rows[i] - 128) * query->wide[i];
      sum += step;
    }
    sums[r] = sum;
  }
}

static guint32
read_words (gconstpointer memory, gsize bytes)
{
  guint32 sum = 0;
  for (gsize i = 0; i < bytes; i += sizeof (guint32)) {
    guint32 word;
    memcpy (&word, (const guint8 *)memory + i, sizeof word);
    sum += word;
  }
  return sum;
}

void
clip_scan_init_scalar (ClipScan *scan)
{
  *scan = (ClipScan){multiply, read_words};
}
