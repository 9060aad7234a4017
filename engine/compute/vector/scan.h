/* scan.h: rows of bytes times a query, a template over an instruction set's registers.
 *
 * Whoever includes it defines
 *
 *   ScanSum                      a row's running sums
 *   SCAN_BYTES                   how many bytes of a row one step takes
 *   SCAN_CHUNK                   after how many bytes the sums might overflow
 *   scan_zero ()
 *   scan_add (sum, bytes, query, i)  adds the step at @bytes times the query's numbers from @i on
 *   scan_total (sum)             what was added up
 *   SCAN_OFFSET                  how much that is too much, since bytes stand for themselves less
 * 128
 *
 * Four rows go side by side, so that the query is loaded once for them.
 */
#define SCAN_ROWS 4

/* The processor's own prefetching ends at a page's end; rows are read on without a pause. */
#define SCAN_AHEAD 2048

VEC_INLINE void
scan_rows (gint64 *sums, const guint8 *rows, gsize n_rows, const ClipScanQuery *query)
{
  gsize n = query->n;
  for (gsize r = 0; r < n_rows; r++)
    sums[r] = -(SCAN_OFFSET);
  for (gsize start = 0; start < n; start += SCAN_CHUNK) {
    gsize end = MIN (start + SCAN_CHUNK, n);
    ScanSum sum[SCAN_ROWS];
    VEC_UNROLL
    for (gsize r = 0; r < n_rows; r++)
      sum[r] = scan_zero ();
    for (gsize i = start; i < end; i += CLIP_SCAN_STEP) {
      VEC_UNROLL
      for (gsize r = 0; r < n_rows; r++) {
        const guint8 *bytes = rows + r * n + i;
        __builtin_prefetch (bytes + SCAN_AHEAD);
        VEC_UNROLL
        for (gsize k = 0; k < CLIP_SCAN_STEP; k += SCAN_BYTES)
          sum[r] = scan_add (sum[r], bytes + k, query, i + k);
      }
    }
    VEC_UNROLL
    for (gsize r = 0; r < n_rows; r++)
      sums[r] += scan_total (sum[r]);
  }
}

static void
scan_multiply (gint64 *sums, const guint8 *rows, gsize n_rows, const ClipScanQuery *query)
{
  gsize r = 0;
  for (; r + SCAN_ROWS <= n_rows; r += SCAN_ROWS)
    scan_rows (sums + r, rows + r * query->n, SCAN_ROWS, query);
  for (; r < n_rows; r++)
    scan_rows (sums + r, rows + r * query->n, 1, query);
}
