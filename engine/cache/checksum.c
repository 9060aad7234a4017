/* checksum.c: a fast 128-bit checksum (checksum.h). */
#include "cache/checksum.h"
#include "files/bytes.h"

#define SUMS 4

G_STATIC_ASSERT (CLIP_CHECKSUM_BLOCK == SUMS * 2 * sizeof (guint64));

/* Odd numbers without a pattern: fractions of the square roots of the primes from 2 to 19. */
static const guint64 keys[2 * SUMS] = {
    G_GUINT64_CONSTANT (0x6a09e667f3bcc909), G_GUINT64_CONSTANT (0xbb67ae8584caa73b),
    G_GUINT64_CONSTANT (0x3c6ef372fe94f82b), G_GUINT64_CONSTANT (0xa54ff53a5f1d36f1),
    G_GUINT64_CONSTANT (0x510e527fade682d1), G_GUINT64_CONSTANT (0x9b05688c2b3e6c1f),
    G_GUINT64_CONSTANT (0x1f83d9abfb41bd6b), G_GUINT64_CONSTANT (0x5be0cd19137e2179),
};

static inline guint64
rotate (guint64 x, guint bits)
{
  return x << bits | x >> (64 - bits);
}

static inline guint64
multiply_and_fold (guint64 a, guint64 b)
{
  unsigned __int128 product = (unsigned __int128)a * b;
  return (guint64)product + (guint64)(product >> 64);
}

static guint64
mix (guint64 x)
{
  x ^= x >> 32;
  x *= keys[1];
  x ^= x >> 29;
  x *= keys[3];
  return x ^ x >> 32;
}

ClipChecksum
clip_checksum (gconstpointer data, gsize size)
{
  const guint8 *at = data, *end = at + size;
  guint64 sums[SUMS] = {keys[0], keys[2], keys[4], keys[6]};
  g_return_val_if_fail (size % CLIP_CHECKSUM_BLOCK == 0, (ClipChecksum){0});
  for (guint64 counter = 0; at < end; at += CLIP_CHECKSUM_BLOCK, counter += keys[7])
    for (guint i = 0; i < SUMS; i++) {
      guint64 a = clip_read_u64 (at + 16 * i), b = clip_read_u64 (at + 16 * i + 8);
      sums[i] = rotate (sums[i], 29) +
                multiply_and_fold (a ^ (keys[2 * i] + counter), b ^ keys[2 * i + 1]) +
                (a ^ rotate (b, 32));
    }
  guint64 low = size * keys[5], high = ~size * keys[3];
  for (guint i = 0; i < SUMS; i++) {
    low = mix (low ^ sums[i]);
    high = mix (high + rotate (sums[i], 17 + i));
  }
  return (ClipChecksum){low, high};
}
