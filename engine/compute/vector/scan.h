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
 * One row after the other: that is the order in which processors fetch memory ahead, and the next
 * rows' sums begin while those of this one still wait for each other.
 */

/* How far ahead memory is asked for. The processor's own fetching ends at each page's end, so that
 * without this, or with several rows side by side, a thread reads at half its speed. */
#define SCAN_AHEAD 8192

VEC_INLINE gint64
scan_row (const guint8 *row, const ClipScanQuery *query)
{
  gint64 total = -(SCAN_OFFSET);
  for (gsize start = 0; start < query->n; start += SCAN_CHUNK) {
    gsize end = MIN (start + SCAN_CHUNK, query->n);
    ScanSum sum = scan_zero ();
    for (gsize i = start; i < end; i += CLIP_SCAN_STEP) {
      __builtin_prefetch (row + i + SCAN_AHEAD);
      VEC_UNROLL
      for (gsize k = 0; k < CLIP_SCAN_STEP; k += SCAN_BYTES)
        sum = scan_add (sum, row + i + k, query, i + k);
    }
    total += scan_total (sum);
  }
  return total;
}

static void
scan_multiply (gint64 *sums, const guint8 *rows, gsize n_rows, const ClipScanQuery *query)
{
  for (gsize r = 0; r < n_rows; r++)
    sums[r] = scan_row (rows + r * query->n, query);
}
