/* checksum.h: a fast 128-bit checksum for what a disk may damage. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is summed comes in blocks of this many bytes. */
#define CLIP_CHECKSUM_BLOCK 64

typedef struct {
  guint64 low, high;
} ClipChecksum;

/**
 * clip_checksum:
 * @size: a multiple of %CLIP_CHECKSUM_BLOCK
 *
 * Four sums take 16 bytes of each block: with its two words a and b, and k and k' numbered from
 * the block and the sum,
 *
 *   sum = rotate (sum, 29) + fold ((a ^ k) · (b ^ k')) + (a ^ rotate (b, 32))
 *
 * where the product has 128 bits and fold() adds its halves. The last term keeps both words in the
 * sum where a factor is zero. It finds damage; it does not resist those who try.
 *
 * Returns: the sums mixed with @size, the same on every machine
 */
ClipChecksum clip_checksum (gconstpointer data, gsize size);

G_END_DECLS
