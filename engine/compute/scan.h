/* scan.h: the inner part of a search: many rows of bytes, each multiplied by one query.
 *
 * A byte stands for itself less 128. The query's numbers have 16 bits, which instructions that
 * multiply bytes see as two planes: number = 256 · high + low. All sums are exact, so that every
 * instruction set gives the same.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Rows are as long as a multiple of this. */
#define CLIP_SCAN_STEP 64

/* The greatest number of a query, so that its high plane has no 128. */
#define CLIP_SCAN_QUERY_MAX 32639

/* What does not fill the last step is zero. */
typedef struct {
  gsize n;            /* of the numbers; a multiple of CLIP_SCAN_STEP */
  const gint16 *wide; /* the numbers */
  const gint8 *high;  /* their planes */
  const gint8 *low;
  gint64 offset; /* 128 times the sum of the numbers */
} ClipScanQuery;

typedef struct {
  /* sums[r] = Σ (rows[r · n + i] − 128) · number[i] */
  void (*multiply) (gint64 *sums, const guint8 *rows, gsize n_rows, const ClipScanQuery *query);
  /* The sum of @bytes bytes (a multiple of 256) as 32-bit words: as fast as memory can be read. */
  guint32 (*read) (gconstpointer memory, gsize bytes);
} ClipScan;

/* The table for this processor and INKLING_CPU_MASK, made at the first call. */
const ClipScan *clip_scan (void);

/* The table with the given flags of cpu.h only, for tests. */
void clip_scan_init (ClipScan *scan, guint cpu_flags);

G_END_DECLS
