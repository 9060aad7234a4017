/* scan.c: the scan in NEON. A byte less 128 is the same bits with the first one turned over. */
#include <arm_neon.h>

#include "compute/neon/neon.h"
#include "compute/vector/inline.h"

#define SCAN_OFFSET 0
#define SCAN_BYTES 16
#define SCAN_CHUNK 16384 /* a lane gets four products of 128 · 128 a step; more would do */

typedef struct {
  int32x4_t high, low;
} ScanSum;

VEC_INLINE ScanSum
scan_zero (void)
{
  return (ScanSum){vdupq_n_s32 (0), vdupq_n_s32 (0)};
}

VEC_INLINE int32x4_t
add_plane (int32x4_t sum, int8x16_t row, int8x16_t plane)
{
  sum = vpadalq_s16 (sum, vmull_s8 (vget_low_s8 (row), vget_low_s8 (plane)));
  return vpadalq_s16 (sum, vmull_high_s8 (row, plane));
}

VEC_INLINE ScanSum
scan_add (ScanSum sum, const guint8 *bytes, const ClipScanQuery *query, gsize i)
{
  int8x16_t row = vreinterpretq_s8_u8 (veorq_u8 (vld1q_u8 (bytes), vdupq_n_u8 (128)));
  sum.high = add_plane (sum.high, row, vld1q_s8 (query->high + i));
  sum.low = add_plane (sum.low, row, vld1q_s8 (query->low + i));
  return sum;
}

VEC_INLINE gint64
scan_total (ScanSum sum)
{
  return vaddlvq_s32 (sum.high) * 256 + vaddlvq_s32 (sum.low);
}

#include "compute/vector/scan.h"

static guint32
read_words (gconstpointer memory, gsize bytes)
{
  const guint32 *at = memory, *end = at + bytes / sizeof (guint32);
  uint32x4_t sums[4] = {vdupq_n_u32 (0), vdupq_n_u32 (0), vdupq_n_u32 (0), vdupq_n_u32 (0)};
  for (; at < end; at += 16) {
    VEC_UNROLL
    for (guint i = 0; i < 4; i++)
      sums[i] = vaddq_u32 (sums[i], vld1q_u32 (at + 4 * i));
  }
  return vaddvq_u32 (vaddq_u32 (vaddq_u32 (sums[0], sums[1]), vaddq_u32 (sums[2], sums[3])));
}

void
clip_scan_init_neon (ClipScan *scan)
{
  *scan = (ClipScan){scan_multiply, read_words};
}
