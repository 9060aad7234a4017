/* test-checksum.c: every damage changes the checksum, and it is the same everywhere. */
#include <string.h>

#include "cache/checksum.h"

#define BLOCKS 5
#define SIZE (BLOCKS * CLIP_CHECKSUM_BLOCK)

static void
fill (guint8 *data)
{
  guint32 x = 1;
  for (gsize i = 0; i < SIZE; i++) {
    x = x * 1664525 + 1013904223;
    data[i] = (guint8)(x >> 24);
  }
}

/* Both halves, so that each is a checksum by itself. */
static void
assert_differ (ClipChecksum a, ClipChecksum b)
{
  g_assert_cmphex (a.low, !=, b.low);
  g_assert_cmphex (a.high, !=, b.high);
}

static void
test_bits (void)
{
  guint8 data[SIZE];
  fill (data);
  ClipChecksum whole = clip_checksum (data, SIZE);
  for (gsize bit = 0; bit < 8 * SIZE; bit++) {
    data[bit / 8] ^= (guint8)(1 << bit % 8);
    assert_differ (clip_checksum (data, SIZE), whole);
    data[bit / 8] ^= (guint8)(1 << bit % 8);
  }
  ClipChecksum again = clip_checksum (data, SIZE);
  g_assert_cmpmem (&again, sizeof again, &whole, sizeof whole);
}

static void
test_order_and_length (void)
{
  guint8 data[SIZE], swapped[SIZE], zeros[SIZE] = {0};
  fill (data);
  for (gsize i = 0; i < BLOCKS; i++) {
    assert_differ (clip_checksum (zeros, i * CLIP_CHECKSUM_BLOCK), clip_checksum (zeros, SIZE));
    for (gsize k = 0; k < i; k++) { /* sixteen bytes of one block change places with another's */
      memcpy (swapped, data, SIZE);
      memcpy (swapped + i * CLIP_CHECKSUM_BLOCK, data + k * CLIP_CHECKSUM_BLOCK, 16);
      memcpy (swapped + k * CLIP_CHECKSUM_BLOCK, data + i * CLIP_CHECKSUM_BLOCK, 16);
      assert_differ (clip_checksum (swapped, SIZE), clip_checksum (data, SIZE));
    }
  }
}

/* Wherever it lies, and as the definition in checksum.h gives it. */
static void
test_value (void)
{
  guint8 data[SIZE + 1];
  fill (data + 1);
  ClipChecksum sum = clip_checksum (data + 1, SIZE);
  g_assert_cmphex (sum.low, ==, G_GUINT64_CONSTANT (0xa163b2b50cb0fe88));
  g_assert_cmphex (sum.high, ==, G_GUINT64_CONSTANT (0x715415715c86cf16));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checksum/bits", test_bits);
  g_test_add_func ("/checksum/order-and-length", test_order_and_length);
  g_test_add_func ("/checksum/value", test_value);
  return g_test_run ();
}
